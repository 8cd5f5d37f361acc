/**
 * From when to when nodes were at work, and since when they could have been: of what is made of others, from those. Kept change by
 * change, since a sweep of ten thousand trials changes many times a second. Knows no DOM.
 */
import type { RunId } from '../../../src/model/ids';
import type { AttemptTimes } from '../../../src/model/runGraph';
import { isSettled } from '../../../src/model/runStatus';
import type { GraphModel, ModelNode } from '../graphModel';

export interface NodeSpan {
  readonly startedAtMs: number;
  /** Absent while something of it goes on, or is still to come. */
  readonly endedAtMs?: number;
}

export class NodeTimes {
  readonly #starts = new Map<RunId, number>();
  readonly #ends = new Map<RunId, number>();
  readonly #needs = new Map<RunId, ModelNode[]>();

  constructor(model: GraphModel) {
    for (const node of model.nodes) {
      this.#add(node);
      for (const { from, to } of model.edgesIn(node.id)) {
        const need = model.find(from);
        const known = this.#needs.get(to);
        if (!need) continue;
        if (known) known.push(need);
        else this.#needs.set(to, [need]);
      }
    }
  }

  /** These are others now. */
  update(nodes: readonly ModelNode[]): void {
    for (const node of nodes) this.#add(node);
  }

  /** Undefined before its start. */
  spanOf({ id, data }: ModelNode): NodeSpan | undefined {
    const startedAtMs = this.#starts.get(id);
    if (startedAtMs === undefined) return undefined;
    const endedAtMs = isSettled(data.status) ? this.#ends.get(id) : undefined;
    return { startedAtMs, ...(endedAtMs === undefined ? {} : { endedAtMs }) };
  }

  /** The last end of anything so far, whatever still goes on. */
  lastEndMs({ id }: ModelNode): number | undefined {
    return this.#ends.get(id);
  }

  needsOf({ id }: ModelNode): readonly ModelNode[] {
    return this.#needs.get(id) ?? [];
  }

  /**
   * Since when nothing but room was missing: it was submitted, and all had ended that it and what it is inside of wait for.
   * Undefined while it waits for others.
   */
  readyAtMs(node: ModelNode): number | undefined {
    let readyMs: number | undefined;
    const notBefore = (timeMs: number | undefined): void => {
      if (timeMs !== undefined && (readyMs === undefined || timeMs > readyMs)) readyMs = timeMs;
    };
    for (let at: ModelNode | undefined = node; at; at = at.parent) {
      notBefore(at.data.createdAtMs);
      for (const need of this.needsOf(at)) {
        if (!isSettled(need.data.status)) return undefined;
        notBefore(this.#ends.get(need.id));
      }
    }
    return readyMs;
  }

  /** Starts only come earlier and ends later: a retry adds to what was. */
  #add(node: ModelNode): void {
    if (node.children.length > 0) return;
    const attempts = attemptsOf(node);
    const [first, last] = [attempts[0], attempts.findLast(({ endedAtMs }) => endedAtMs !== undefined)];
    // One that could not be started was at work only in vain, but it was.
    const startMs = first?.startedAtMs ?? (first?.endedAtMs === undefined ? undefined : first.createdAtMs);
    const endMs = last?.endedAtMs;
    for (let at: ModelNode | undefined = node; at; at = at.parent) {
      if (startMs !== undefined) this.#starts.set(at.id, Math.min(this.#starts.get(at.id) ?? Infinity, startMs));
      if (endMs !== undefined) this.#ends.set(at.id, Math.max(this.#ends.get(at.id) ?? -Infinity, endMs));
    }
  }
}

/** Oldest first; one that stands for all where only the first start and the last end are known. */
export function attemptsOf({ data }: ModelNode): readonly AttemptTimes[] {
  const { attemptTimes, startedAtMs, endedAtMs, attempts } = data;
  if (attemptTimes && attemptTimes.length > 0) return attemptTimes;
  if (startedAtMs === undefined) return [];
  const ended = endedAtMs === undefined ? {} : { endedAtMs };
  return [{ number: Math.max(1, attempts), createdAtMs: startedAtMs, startedAtMs, ...ended }];
}
