/** Points as columns, in the order of their arrival, and the same points ordered along an axis. */

export interface Columns {
  readonly step: Float64Array;
  /** Seconds since the attempt's start. */
  readonly time: Float64Array;
  /** Milliseconds since 1970. */
  readonly wall: Float64Array;
  readonly value: Float64Array;
}

export const emptyColumns = (length: number): Columns => ({
  step: new Float64Array(length),
  time: new Float64Array(length),
  wall: new Float64Array(length),
  value: new Float64Array(length),
});

export type ColumnName = keyof Columns;
export const columnNames = ['step', 'time', 'wall', 'value'] as const satisfies readonly ColumnName[];

/** What a stored point can be found by. */
export const axes = ['step', 'time', 'wall'] as const;
export type Axis = (typeof axes)[number];

/** Points in ascending x, those at the same x in the order of their arrival. */
export interface Run {
  readonly x: Float64Array;
  readonly value: Float64Array;
}

export const emptyRun: Run = { x: new Float64Array(0), value: new Float64Array(0) };

/**
 * Points ordered along an axis. By step the last that was written at a step stands for all of them: `replaces` is true.
 * Points without a place on the axis (NaN) are left out.
 */
export function orderRun(x: Float64Array, value: Float64Array, replaces: boolean): Run {
  if (replaces ? isAscending(x) : neverDescends(x)) return { x, value };
  return mergeRuns(ascendingParts(x, value), replaces);
}

function isAscending(x: Float64Array): boolean {
  let before = x[0] ?? 0;
  if (before !== before) return false;
  for (let i = 1; i < x.length; i += 1) {
    const here = x[i] ?? NaN;
    if (!(here > before)) return false;
    before = here;
  }
  return true;
}

function neverDescends(x: Float64Array): boolean {
  let before = x[0] ?? 0;
  if (before !== before) return false;
  for (let i = 1; i < x.length; i += 1) {
    const here = x[i] ?? NaN;
    if (!(here >= before)) return false;
    before = here;
  }
  return true;
}

function ascendingParts(x: Float64Array, value: Float64Array): Run[] {
  const parts: Run[] = [];
  let from = 0;
  for (let i = 1; i <= x.length; i += 1) {
    if (i < x.length && (x[i] ?? NaN) >= (x[i - 1] ?? NaN)) continue;
    // A NaN compares with nothing, so it is a part of its own.
    if (!Number.isNaN(x[from])) parts.push({ x: x.subarray(from, i), value: value.subarray(from, i) });
    from = i;
  }
  return parts;
}

/** One run of several; among points at the same x those of a later run come later, or replace the earlier ones. */
export function mergeRuns(runs: readonly Run[], replaces: boolean): Run {
  let level = runs.filter(({ x }) => x.length > 0);
  if (level.length === 0) return emptyRun;
  if (level.length === 1 && level[0]) return replaces ? withoutReplaced(level[0]) : level[0];
  level = joinConsecutive(level, replaces);
  while (level.length > 1) {
    const next: Run[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const [a, b] = [level[i] ?? emptyRun, level[i + 1]];
      next.push(b ? mergeTwo(a, b, replaces) : a);
    }
    level = next;
  }
  const [merged = emptyRun] = level;
  return replaces ? withoutReplaced(merged) : merged;
}

/** Runs of which each begins where the one before it has ended become one: most of what is merged is nearly in order. */
function joinConsecutive(runs: readonly Run[], replaces: boolean): Run[] {
  const joined: Run[] = [];
  let group: Run[] = [];
  const flush = (): void => {
    const [only] = group;
    if (group.length === 1 && only) joined.push(only);
    else if (group.length > 1) {
      const length = group.reduce((sum, { x }) => sum + x.length, 0);
      const [x, value] = [new Float64Array(length), new Float64Array(length)];
      let at = 0;
      for (const run of group) {
        x.set(run.x, at);
        value.set(run.value, at);
        at += run.x.length;
      }
      joined.push(replaces ? withoutReplaced({ x, value }) : { x, value });
    }
    group = [];
  };
  for (const run of runs) {
    const lastX = group.at(-1)?.x.at(-1);
    if (lastX !== undefined && !((run.x[0] ?? NaN) >= lastX)) flush();
    group.push(run);
  }
  flush();
  return joined;
}

function mergeTwo(a: Run, b: Run, replaces: boolean): Run {
  const [na, nb] = [a.x.length, b.x.length];
  const [x, value] = [new Float64Array(na + nb), new Float64Array(na + nb)];
  let [i, j, n] = [0, 0, 0];
  while (i < na || j < nb) {
    const [xa, xb] = [i < na ? (a.x[i] ?? NaN) : Infinity, j < nb ? (b.x[j] ?? NaN) : Infinity];
    const fromA = j >= nb || (i < na && xa <= xb);
    const at = fromA ? xa : xb;
    // Equal ones follow one another, the later last.
    if (replaces && n > 0 && x[n - 1] === at) n -= 1;
    x[n] = at;
    value[n] = (fromA ? a.value[i] : b.value[j]) ?? NaN;
    n += 1;
    if (fromA) i += 1;
    else j += 1;
  }
  return { x: x.subarray(0, n), value: value.subarray(0, n) };
}

function withoutReplaced({ x, value }: Run): Run {
  // The last is kept in any case: a look behind the end of a column makes the whole loop slow.
  const last = x.length - 1;
  let n = Math.min(1, x.length);
  for (let i = 0; i < last; i += 1) if (x[i] !== x[i + 1]) n += 1;
  if (n === x.length) return { x, value };
  const [keptX, kept] = [new Float64Array(n), new Float64Array(n)];
  n = 0;
  for (let i = 0; i < x.length; i += 1) {
    if (i < last && x[i] === x[i + 1]) continue;
    keptX[n] = x[i] ?? NaN;
    kept[n] = value[i] ?? NaN;
    n += 1;
  }
  return { x: keptX, value: kept };
}

/** Index of the first x that is not below `x`. */
export function lowerBound(xs: Float64Array, x: number): number {
  let [low, high] = [0, xs.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((xs[middle] ?? NaN) < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index behind the last x that is not above `x`. */
export function upperBound(xs: Float64Array, x: number): number {
  let [low, high] = [0, xs.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((xs[middle] ?? NaN) <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The part of a run within [low, high]. */
export function within({ x, value }: Run, low: number, high: number): Run {
  const [from, to] = [lowerBound(x, low), upperBound(x, high)];
  return from === 0 && to === x.length ? { x, value } : { x: x.subarray(from, to), value: value.subarray(from, to) };
}
