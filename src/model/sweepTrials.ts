/**
 * What a sweep comes to: its trials, in order, the same whenever and wherever they are asked for.
 *
 *     grid      all combinations of the values, the last key fastest; a distribution lends `samples` values
 *     random    `samples` combinations: no combination of listed values comes again before all of them have come,
 *               and each distribution is drawn from anew
 *     trials    one by one, after those
 *
 * Every path draws from random numbers of its own (`Random`), one after another: with more `samples` the first trials
 * of random search stay what they were, and so they do for the other paths when a distribution is added.
 */
import { Failure } from '../base/failure';
import { canonicalJson } from './canonicalJson';
import { Random } from './random';
import type { Values } from './ranges';
import { defaultSamples, maxTrials, type Sweep, type Trial } from './sweep';
import { drawnFrom, isDistribution, valuesOf } from './sweepVaried';
import { trialNames } from './trialNames';

/** Paths that vary together, and the rows of their values: one path, or those of a `zip`. */
interface Rows {
  readonly paths: readonly string[];
  readonly size: number;
  at(index: number): readonly unknown[];
}

type TrialValues = ReadonlyMap<string, unknown>;

/** How many trials the sweep has, without building them. Expects a sweep that `sweepProblems` has nothing against. */
export function countTrials(sweep: Sweep): number {
  return countOver(sweep) + (sweep.trials?.length ?? 0);
}

/** All trials in order. Expects a sweep that `sweepProblems` has nothing against; one that is too large is refused. */
export function expandSweep(sweep: Sweep): Trial[] {
  const count = countTrials(sweep);
  if (count > maxTrials) throw new Failure('TooLarge', tooManyTrials(count), { hint: tooManyTrialsHint });
  const over = sweep.method === 'random' ? randomTrials(sweep) : gridTrials(sweep);
  const all = [...over, ...(sweep.trials ?? []).map((trial) => new Map(Object.entries(trial)))];
  const names = trialNames(all, variedPaths(sweep));
  return all.map((values, index) => ({ name: names[index] ?? '', values }));
}

/** The same for trials with the same values at the same paths: what was run already, when trials are added. */
/** The same of a trial's JSON: values by dotted path. */
export const trialKeyOf = (trialJson: string): string => canonicalJson(JSON.parse(trialJson));

export const trialKey = (values: TrialValues): string => canonicalJson(Object.fromEntries(values));

export const tooManyTrials = (count: number): string =>
  `A sweep has at most ${grouped(maxTrials)} trials, and this one has ${grouped(count)}.`;
export const tooManyTrialsHint = 'Vary less, in larger steps, or draw `samples` with the method "random".';

/** Combinations of the lists and ranges alone; 1 when there are none. May be infinite. */
export function countCombinations(sweep: Sweep): number {
  return listedRows(sweep).reduce((product, { size }) => product * size, 1);
}

export const distributionPaths = ({ over = {} }: Sweep): readonly string[] =>
  Object.keys(over).filter((path) => over[path] !== undefined && isDistribution(over[path]));

function countOver(sweep: Sweep): number {
  const { over = {}, method, samples } = sweep;
  if (Object.keys(over).length === 0) return 0;
  const drawn = distributionPaths(sweep).length;
  const combinations = countCombinations(sweep);
  if (method === 'random') return samples ?? (drawn > 0 ? defaultSamples : Math.min(defaultSamples, combinations));
  return combinations * (samples ?? 0) ** drawn;
}

function gridTrials(sweep: Sweep): TrialValues[] {
  const rows = rowsOf(sweep, (path, varied) => {
    const random = new Random(sweep.seed ?? 0, path);
    const values = Array.from({ length: sweep.samples ?? 0 }, () => drawnFrom(varied).draw(random));
    return { size: values.length, at: (index) => values[index] };
  });
  if (rows.length === 0) return [];
  const order = pathOrder(sweep);
  const count = rows.reduce((product, { size }) => product * size, 1);
  return Array.from({ length: count }, (_, index) => inOrder(order, combination(rows, index)));
}

function randomTrials(sweep: Sweep): TrialValues[] {
  const { over = {}, seed = 0 } = sweep;
  const rows = listedRows(sweep);
  const draws = distributionPaths(sweep).map((path) => {
    const varied = over[path];
    const random = new Random(seed, path);
    const drawn = varied !== undefined && isDistribution(varied) ? drawnFrom(varied) : undefined;
    return (): readonly [string, unknown] => [path, drawn?.draw(random)];
  });
  const nextListed = drawCombinations(rows, new Random(seed, ''));
  const order = pathOrder(sweep);
  return Array.from({ length: countOver(sweep) }, () =>
    inOrder(order, [...nextListed(), ...draws.map((draw) => draw())]),
  );
}

/**
 * Combinations in random order, each once before one comes again: a shuffle (Fisher and Yates) of their numbers, of
 * which only those are kept that have moved. Beyond what a number can count each key is drawn by itself; that two of
 * so many combinations are the same is not to be expected.
 */
function drawCombinations(rows: readonly Rows[], random: Random): () => readonly (readonly [string, unknown])[] {
  const count = rows.reduce((product, { size }) => product * size, 1);
  if (!Number.isSafeInteger(count)) {
    return () => rows.flatMap((row) => pairs(row, random.below(row.size)));
  }
  const moved = new Map<number, number>();
  let next = 0;
  return () => {
    if (next === count) {
      next = 0;
      moved.clear();
    }
    const chosen = next + random.below(count - next);
    const index = moved.get(chosen) ?? chosen;
    moved.set(chosen, moved.get(next) ?? next);
    next++;
    return combination(rows, index);
  };
}

/** The combination with this number, counted with the last row fastest. */
function combination(rows: readonly Rows[], index: number): readonly (readonly [string, unknown])[] {
  let left = index;
  const chosen = rows.toReversed().map((row) => {
    const at = left % row.size;
    left = Math.floor(left / row.size);
    return pairs(row, at);
  });
  return chosen.reverse().flat();
}

const pairs = (row: Rows, index: number): readonly (readonly [string, unknown])[] => {
  const values = row.at(index);
  return row.paths.map((path, place) => [path, values[place]] as const);
};

const listedRows = (sweep: Sweep): readonly Rows[] => rowsOf(sweep, () => undefined);

/** Rows in the order of the file; zipped paths stand where the first of them does. */
function rowsOf(
  { over = {}, zip = [] }: Sweep,
  ofDistribution: (path: string, varied: Parameters<typeof drawnFrom>[0]) => Values | undefined,
): readonly Rows[] {
  const rows: Rows[] = [];
  const taken = new Set<string>();
  for (const path of Object.keys(over)) {
    if (taken.has(path)) continue;
    const group = zip.find((zipped) => zipped.includes(path)) ?? [path];
    const columns: [string, Values][] = [];
    for (const member of group) {
      const varied = over[member];
      if (varied === undefined || taken.has(member)) continue;
      taken.add(member);
      const values = isDistribution(varied) ? ofDistribution(member, varied) : valuesOf(varied);
      if (values) columns.push([member, values]);
    }
    if (columns.length === 0) continue;
    rows.push({
      paths: columns.map(([member]) => member),
      size: Math.min(...columns.map(([, { size }]) => size)),
      at: (index) => columns.map(([, values]) => values.at(index)),
    });
  }
  return rows;
}

const pathOrder = ({ over = {} }: Sweep): ReadonlyMap<string, number> =>
  new Map(Object.keys(over).map((path, index) => [path, index]));

const inOrder = (order: ReadonlyMap<string, number>, values: readonly (readonly [string, unknown])[]): TrialValues =>
  new Map([...values].sort(([a], [b]) => (order.get(a) ?? 0) - (order.get(b) ?? 0)));

/** Paths that vary by what the sweep says, however few of their values are drawn so far. */
function variedPaths(sweep: Sweep): ReadonlySet<string> {
  const listed = listedRows(sweep).filter(({ size }) => size > 1);
  return new Set([...distributionPaths(sweep), ...listed.flatMap(({ paths }) => paths)]);
}

/** 10,000: the same on every machine. */
const grouped = (count: number): string => (Number.isSafeInteger(count) ? count.toLocaleString('en-US') : 'far more');
