/**
 * How many programs of a graph can execute at the same moment: the heaviest set of its tasks of which none waits for another.
 * By Dilworth's theorem that is the weight of all, less the most that can follow one another, which is a flow.
 */

export interface Weighed<Id> {
  readonly id: Id;
  /** How many programs of it can execute at once. */
  readonly weight: number;
}

/** Exact for any graph without circles. Whether both sides of a condition (`completed`, `failed`) ever execute is not asked. */
export function mostAtOnce<Id>(
  tasks: readonly Weighed<Id>[],
  edges: readonly { readonly from: Id; readonly to: Id }[],
): number {
  const total = tasks.reduce((sum, { weight }) => sum + weight, 0);
  if (edges.length === 0) return total;
  const index = new Map(tasks.map(({ id }, at) => [id, at]));
  // Each task stands twice: as one that is followed (left), and as one that follows (right).
  const [source, sink] = [2 * tasks.length, 2 * tasks.length + 1];
  const flow = new Flow(2 * tasks.length + 2);
  for (const [at, { weight }] of tasks.entries()) {
    const right = tasks.length + at;
    flow.add(source, at, weight);
    flow.add(right, sink, weight);
    // Whoever follows it follows what comes before it too.
    flow.add(right, at, Infinity);
  }
  for (const { from, to } of edges) {
    const [left, right] = [index.get(from), index.get(to)];
    if (left !== undefined && right !== undefined) flow.add(left, tasks.length + right, Infinity);
  }
  return total - flow.most(source, sink);
}

/** The most that flows from one node to another, by Dinic's method; without recursion, since chains are long. */
class Flow {
  readonly #out: number[][];
  /** By edge; the one back is at the next number. */
  readonly #to: number[] = [];
  readonly #left: number[] = [];

  constructor(nodes: number) {
    this.#out = Array.from({ length: nodes }, () => []);
  }

  add(from: number, to: number, capacity: number): void {
    this.#out[from]?.push(this.#to.length);
    this.#to.push(to);
    this.#left.push(capacity);
    this.#out[to]?.push(this.#to.length);
    this.#to.push(from);
    this.#left.push(0);
  }

  most(source: number, sink: number): number {
    let sum = 0;
    for (;;) {
      const level = this.#levels(source);
      if (level[sink] === undefined) return sum;
      const next = this.#out.map(() => 0);
      for (let pushed = this.#push(source, sink, level, next); pushed > 0;) {
        sum += pushed;
        pushed = this.#push(source, sink, level, next);
      }
    }
  }

  #levels(source: number): (number | undefined)[] {
    const level: (number | undefined)[] = [];
    level[source] = 0;
    const queue = [source];
    // It grows while it is walked through.
    for (const node of queue) {
      for (const edge of this.#out[node] ?? []) {
        const to = this.#to[edge] ?? 0;
        if (level[to] !== undefined || this.#left[edge] === 0) continue;
        level[to] = (level[node] ?? 0) + 1;
        queue.push(to);
      }
    }
    return level;
  }

  /** Along one way of ascending levels; 0 when there is none. `next` is how far the edges of each node have been tried. */
  #push(source: number, sink: number, level: readonly (number | undefined)[], next: number[]): number {
    const way: number[] = [];
    let at = source;
    while (at !== sink) {
      const edge = this.#out[at]?.[next[at] ?? 0];
      if (edge === undefined) {
        const back = way.pop();
        if (back === undefined) return 0;
        at = this.#to[back ^ 1] ?? source;
        next[at] = (next[at] ?? 0) + 1;
        continue;
      }
      const to = this.#to[edge] ?? 0;
      if (this.#left[edge] !== 0 && level[to] === (level[at] ?? 0) + 1) {
        way.push(edge);
        at = to;
      } else next[at] = (next[at] ?? 0) + 1;
    }
    const amount = Math.min(...way.map((edge) => this.#left[edge] ?? 0));
    for (const edge of way) {
      this.#left[edge] = (this.#left[edge] ?? 0) - amount;
      this.#left[edge ^ 1] = (this.#left[edge ^ 1] ?? 0) + amount;
    }
    return amount;
  }
}
