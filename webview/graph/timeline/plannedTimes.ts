/**
 * What is not submitted as bars in time: each after what it waits for, as long as it may take at most. It knows the order, not how
 * much room there will be: programs that have to wait for room end later. Knows no DOM.
 */
import type { RunId } from '../../../src/model/ids';
import type { GraphModel, ModelNode } from '../graphModel';
import type { TimeRow } from './timeRows';

export interface PlannedSpan {
  readonly fromMs: number;
  readonly toMs: number;
  /** It, or something that it is made of, may take any time. */
  readonly isUnlimited: boolean;
}

export interface PlannedTimes {
  readonly spans: ReadonlyMap<RunId, PlannedSpan>;
  /** Programs without a limit: with one of them, the axis can name no times. */
  readonly unlimited: number;
}

/** Where no limit is known at all, programs are that wide; no number is shown for it. */
const anyMs = 60_000;

export function plannedTimes(model: GraphModel): PlannedTimes {
  const nodes = [...model.nodes];
  const programs = nodes.filter(isProgram);
  const limits = programs.map(limitMs).filter((ms) => ms !== undefined);
  const nominalMs = middle(limits) ?? anyMs;
  const needs = needsOf(model, nodes);
  // From the start of what they are inside of; what is made of others comes after those.
  const inside = new Map<RunId, PlannedSpan>();
  for (const node of nodes.toReversed()) {
    const own = isProgram(node) ? programLength(node, nominalMs) : placeChildren(node, needs, inside);
    inside.set(node.id, { fromMs: 0, toMs: own.ms, isUnlimited: own.isUnlimited });
  }
  const spans = new Map<RunId, PlannedSpan>();
  for (const node of nodes) {
    const own = inside.get(node.id);
    const originMs = node.parent ? (spans.get(node.parent.id)?.fromMs ?? 0) : 0;
    if (own) spans.set(node.id, { ...own, fromMs: originMs + own.fromMs, toMs: originMs + own.toMs });
  }
  return { spans, unlimited: programs.length - limits.length };
}

export function plannedRow(node: ModelNode, { spans }: PlannedTimes): TimeRow {
  const span = spans.get(node.id);
  if (!span) return { bars: [] };
  const { fromMs, toMs, isUnlimited } = span;
  const kind = node.children.length > 0 ? 'whole' : 'planned';
  return { bars: [{ kind, fromMs, toMs, tone: 'active', ...(isUnlimited ? { isOpenEnded: true } : {}) }] };
}

/** All of its attempts, each for as long as it may; undefined without a limit. */
export function limitMs({ data }: ModelNode): number | undefined {
  return data.timeoutMs === undefined ? undefined : data.timeoutMs * Math.max(1, data.attemptsMax);
}

interface Length {
  readonly ms: number;
  readonly isUnlimited: boolean;
}

const isProgram = ({ data }: ModelNode): boolean => data.kind === 'single';

const programLength = (node: ModelNode, nominalMs: number): Length => {
  const ms = limitMs(node);
  return { ms: ms ?? nominalMs, isUnlimited: ms === undefined };
};

/** Each at the end of the last that it waits for. */
function placeChildren(
  { children }: ModelNode,
  needs: ReadonlyMap<RunId, readonly RunId[]>,
  inside: Map<RunId, PlannedSpan>,
): Length {
  let [ms, isUnlimited] = [0, false];
  // What is waited for has a lower level.
  for (const { id } of children.toSorted((a, b) => a.data.level - b.data.level)) {
    const own = inside.get(id);
    if (!own) continue;
    const fromMs = Math.max(0, ...(needs.get(id) ?? []).map((need) => inside.get(need)?.toMs ?? 0));
    const toMs = fromMs + own.toMs - own.fromMs;
    inside.set(id, { ...own, fromMs, toMs });
    ms = Math.max(ms, toMs);
    isUnlimited ||= own.isUnlimited;
  }
  return { ms, isUnlimited };
}

function needsOf(model: GraphModel, nodes: readonly ModelNode[]): ReadonlyMap<RunId, readonly RunId[]> {
  const needs = new Map<RunId, RunId[]>();
  for (const { id } of nodes) {
    for (const { from, to } of model.edgesIn(id)) {
      const known = needs.get(to);
      if (known) known.push(from);
      else needs.set(to, [from]);
    }
  }
  return needs;
}

function middle(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
