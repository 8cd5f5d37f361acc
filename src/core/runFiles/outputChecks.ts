/**
 * Runs that may execute at the same moment and write to the same place: members of a group, tasks of which none waits for
 * the other, trials of a sweep. What a program writes is known by the names that people give it (`--output`, `save_dir`);
 * each run has a folder of its own for it, so this is a warning and says so.
 */
import path from 'node:path';
import { getNodePath, type Node } from 'jsonc-parser';
import type { Mend } from './check/mend';
import { type Finding, warningAt } from './finding';
import { properties } from './jsonTree';
import { perNode } from './perNode';
import type { KeyPath } from './runFileProblem';
import { declaredWaits, impliedWaits, type TaskNode, taskNodes, type TaskWait, valueOf } from './taskWaits';

/** One place that a task writes to, and where it is written. */
interface Written {
  readonly node: Node;
  readonly keyPath: KeyPath;
  /** Names of the task, from the top. */
  readonly by: readonly string[];
  /** As a sweep would vary it: `parameters.out`. */
  readonly variedAs: string | undefined;
}

type ByPath = Map<string, Written[]>;

/** Warnings at the later of two, or at what all trials write. */
export function checkOutputs(root: Node): Finding[] {
  const findings: Finding[] = [];
  if (hasOutputs(root)) collect({ name: '', node: root, keyPath: [] }, { cwd: '.', by: [] }, findings);
  return findings;
}

function collect(
  task: TaskNode,
  outer: { readonly cwd: string; readonly by: readonly string[] },
  findings: Finding[],
): ByPath {
  const { node, keyPath } = task;
  if (node.type !== 'object') return new Map();
  const written = valueOf(node, 'cwd');
  const own = { by: outer.by, cwd: written?.type === 'string' ? String(written.value) : outer.cwd };
  const found: ByPath = new Map();
  for (const [place, each] of knownOutputs(task, own)) add(found, place, each);
  const parts = taskNodes(node, keyPath);
  const byPart = parts.map((part) =>
    hasOutputs(part.node) ? collect(part, { ...own, by: [...own.by, part.name] }, findings) : nothing,
  );
  for (const [place, owners] of sharedAmong(byPart)) {
    for (const [one, other] of together(node, parts, owners)) {
      const [first, second] = [byPart[one]?.get(place)?.[0], byPart[other]?.get(place)?.[0]];
      if (first && second) findings.push(sameOutput(second, `\`${describe(first)}\``));
    }
  }
  for (const each of byPart) for (const [place, all] of each) for (const one of all) add(found, place, one);
  const sweep = valueOf(node, 'sweep');
  if (!sweep || valueOf(sweep, 'atOnce')?.value === 1) return found;
  for (const all of found.values()) {
    for (const each of all) if (!isVaried(each, sweep)) findings.push(sameOutput(each, 'other trials'));
  }
  // Said once: what stands around it need not say it again.
  return new Map();
}

const nothing: ByPath = new Map();

/** Of most tasks nothing is known that they write. */
const hasOutputs = perNode((node): boolean => {
  const keyPath = getNodePath(node);
  for (const _ of ownOutputs({ name: '', node, keyPath }, { cwd: '.', by: [] })) return true;
  return taskNodes(node, keyPath).some((part) => hasOutputs(part.node));
});

function add(found: ByPath, place: string, each: Written): void {
  const known = found.get(place);
  if (known) known.push(each);
  else found.set(place, [each]);
}

const describe = ({ by }: Written): string => by.join(' / ');

function sameOutput({ node, keyPath }: Written, who: string): Finding {
  const [flag, place] = splitFlag(String(node.value));
  const own = `\${run.outputs}/${path.posix.basename(place.replaceAll('\\', '/'))}`;
  const isFilled = keyPath.includes('command');
  const mends = (): readonly Mend[] => (isFilled ? [{ kind: 'replace', value: flag + own }] : []);
  const message = `This may be written at the same time by ${who}.`;
  const hint = isFilled
    ? `Write ${own}: each run has an outputs folder of its own.`
    : 'Have the program write to the folder that SIDELAB_OUTPUTS names: each run has its own.';
  return warningAt('same-output', [keyPath, node], message, { hint, mends });
}

/** Places that several parts write to, with the numbers of those. */
function* sharedAmong(byPart: readonly ByPath[]): Generator<readonly [place: string, owners: readonly number[]]> {
  const owners = new Map<string, number[]>();
  for (const [index, each] of byPart.entries()) {
    for (const place of each.keys()) {
      const known = owners.get(place);
      if (known) known.push(index);
      else owners.set(place, [index]);
    }
  }
  for (const [place, of] of owners) if (of.length > 1) yield [place, of];
}

/**
 * Which of the parts may execute together with one before. In an order in which each follows what it waits for, all wait for
 * each other when each waits for the one right before it; so only neighbours are compared.
 */
function* together(
  parent: Node,
  parts: readonly TaskNode[],
  owners: readonly number[],
): Generator<readonly [one: number, other: number]> {
  if (valueOf(parent, 'group')) {
    for (const other of owners.slice(1)) yield [owners[0] ?? other, other];
    return;
  }
  if (valueOf(parent, 'sequential')?.value === true) return;
  const graph = graphOf(parts);
  if (!graph) return;
  const ordered = [...owners].sort((a, b) => (graph.order.get(a) ?? 0) - (graph.order.get(b) ?? 0));
  for (const [index, other] of ordered.entries()) {
    const one = ordered[index - 1];
    if (one === undefined || graph.waits(other, one) || graph.excludes(other, one)) continue;
    yield one < other ? [one, other] : [other, one];
  }
}

interface Graph {
  readonly order: ReadonlyMap<number, number>;
  waits(later: number, earlier: number): boolean;
  /** Of the two only one ever executes: they wait for different ends of the same task. */
  excludes(one: number, other: number): boolean;
}

/** Undefined where they wait for each other in a circle, which is said elsewhere. */
function graphOf(parts: readonly TaskNode[]): Graph | undefined {
  const numbers = new Map(parts.map(({ name }, index) => [name, index]));
  const implied = impliedWaits(parts, false);
  const waits = parts.map((part): readonly TaskWait[] => [...declaredWaits(part), ...(implied.get(part.name) ?? [])]);
  const before = waits.map((own, index) =>
    own.map(({ task }) => numbers.get(task)).filter((each) => each !== undefined && each !== index),
  );
  const after = parts.map((): number[] => []);
  const left = before.map((own) => new Set(own).size);
  for (const [index, own] of before.entries())
    for (const each of new Set(own)) if (each !== undefined) after[each]?.push(index);
  const queue = left.flatMap((count, index) => (count === 0 ? [index] : []));
  for (const each of queue) {
    for (const next of after[each] ?? []) {
      left[next] = (left[next] ?? 0) - 1;
      if (left[next] === 0) queue.push(next);
    }
  }
  if (queue.length < parts.length) return undefined;
  const order = new Map(queue.map((index, at) => [index, at]));
  return {
    order,
    waits: (later, earlier) => {
      const from = order.get(earlier) ?? 0;
      const seen = new Set([later]);
      for (const each of seen) {
        for (const next of before[each] ?? []) {
          if (next === earlier) return true;
          if (next !== undefined && (order.get(next) ?? 0) > from) seen.add(next);
        }
      }
      return false;
    },
    excludes: (one, other) =>
      (waits[one] ?? []).some(({ task, on }) =>
        (waits[other] ?? []).some((each) => each.task === task && [on, each.on].sort().join() === 'completed,failed'),
      ),
  };
}

function isVaried({ variedAs }: Written, sweep: Node): boolean {
  if (variedAs === undefined) return false;
  const over = valueOf(sweep, 'over');
  const trials = valueOf(sweep, 'trials')?.children ?? [];
  return [over, ...trials].some(
    (each) =>
      each?.type === 'object' &&
      Array.from(properties(each)).some(([name]) => variedAs === name || variedAs.startsWith(`${name}.`)),
  );
}

type Outputs = readonly (readonly [place: string, written: Written])[];

const outputsOf = new WeakMap<TaskNode, { readonly cwd: string; readonly path: string; readonly outputs: Outputs }>();

/** Looked for once: see `taskNodes`. */
function knownOutputs(task: TaskNode, own: { readonly cwd: string; readonly by: readonly string[] }): Outputs {
  const path = own.by.join('\0');
  const known = outputsOf.get(task);
  if (known?.cwd === own.cwd && known.path === path) return known.outputs;
  const outputs = Array.from(ownOutputs(task, own));
  outputsOf.set(task, { cwd: own.cwd, path, outputs });
  return outputs;
}

/** Its own alone: a place that tasks inherit is what they share on purpose. */
function* ownOutputs(
  { node, keyPath }: TaskNode,
  { cwd, by }: { readonly cwd: string; readonly by: readonly string[] },
): Generator<readonly [place: string, written: Written]> {
  const command = valueOf(node, 'command');
  const words = command?.type === 'array' ? (command.children ?? []) : [];
  for (const [index, word] of words.entries()) {
    if (word.type !== 'string' || index === 0) continue;
    const text = String(word.value);
    const [joined, value] = splitFlag(text);
    const flag = joined === '' ? String(words[index - 1]?.value) : joined.slice(0, -1);
    if (!/^--?[A-Za-z]/.test(flag)) continue;
    const place = placeOf(cwd, flag.replace(/^-+/, ''), value);
    if (place !== undefined) {
      yield [place, { node: word, keyPath: [...keyPath, 'command', index], by, variedAs: undefined }];
    }
  }
  const parameters = valueOf(node, 'parameters');
  if (parameters?.type !== 'object' || valueOf(node, 'tasks') || valueOf(node, 'group')) return;
  for (const [name, , value] of properties(parameters)) {
    const place = value.type === 'string' ? placeOf(cwd, name, String(value.value)) : undefined;
    if (place === undefined) continue;
    const variedAs = `parameters.${name}`;
    yield [place, { node: value, keyPath: [...keyPath, 'parameters', name], by, variedAs }];
  }
}

/** Names that say by themselves that something is written; of a bare `output` the value has to look like a path. */
const certain =
  /^(?:out(?:put)?s?[-_.]?(?:file|dir|path|folder|directory|prefix)|save[-_.]?(?:to|as|dir|path|file|folder)|(?:results?|log|export|checkpoints?|ckpt)[-_.]?(?:dir|folder|directory|out)|(?:results?|log|export)[-_.]?(?:file|path))$/i;
const likely = /^(?:o|out|outputs?)$/i;

/** `--out=x` as `--out=` and `x`. */
function splitFlag(word: string): readonly [flag: string, value: string] {
  const flag = /^--?[\w.-]+=/.exec(word)?.[0] ?? '';
  return [flag, word.slice(flag.length)];
}

function placeOf(cwd: string, name: string, value: string): string | undefined {
  if (value === '' || value.includes('${') || cwd.includes('${')) return undefined;
  if (!certain.test(name) && !(likely.test(name) && /[\\/]|\.\w+$/.test(value))) return undefined;
  if (value.startsWith('-') || value.startsWith('/dev/') || /^\w+:\/\//.test(value)) return undefined;
  return path.posix.normalize(path.posix.join(value.startsWith('/') ? '' : cwd, value)).replace(/\/$/, '');
}
