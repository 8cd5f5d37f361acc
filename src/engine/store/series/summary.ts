/** What is known of a stream without reading its points: kept on arrival, so that tables and trees never scan. */
import { joinMeans } from '../../../model/buckets';
import type { Goal } from '../../../model/best';
import { summaryColumn } from '../../../model/series';
import type { Columns } from './points';

/** Places in a summary. Extremes ignore NaN; those that can be best ignore infinities too. */
const at = {
  count: 0,
  nanCount: 1,
  mean: 2,
  min: 3,
  minStep: 4,
  max: 5,
  maxStep: 6,
  lowest: 7,
  lowestStep: 8,
  highest: 9,
  highestStep: 10,
  lastStep: 11,
  lastTime: 12,
  lastWall: 13,
  lastValue: 14,
} as const;
export const summaryLength = 15;

export type Summary = Float64Array;

export function emptySummary(): Summary {
  const summary = new Float64Array(summaryLength).fill(NaN);
  summary[at.count] = summary[at.nanCount] = 0;
  return summary;
}

export const countOf = (summary: Summary): number => summary[at.count] ?? 0;

/** Into the place `i` of a column of summaries: a typed array of its own would cost more than the points. */
export function keepSummary(summary: Summary, into: Float64Array, i: number): void {
  for (let place = 0; place < summaryLength; place += 1) into[i * summaryLength + place] = summary[place] ?? NaN;
}

export function restoreSummary(summary: Summary, from: Float64Array, i: number): void {
  for (let place = 0; place < summaryLength; place += 1) summary[place] = from[i * summaryLength + place] ?? NaN;
}

/** Adds points `from` to before `to`. */
export function addToSummary(summary: Summary, { step, time, wall, value }: Columns, from: number, to: number): void {
  let sum = 0;
  let values = 0;
  // In variables: a look into the summary for each point would take longer than all else.
  let min = summary[at.min] ?? NaN;
  let max = summary[at.max] ?? NaN;
  let lowest = summary[at.lowest] ?? NaN;
  let highest = summary[at.highest] ?? NaN;
  for (let i = from; i < to; i += 1) {
    const y = value[i] ?? NaN;
    if (y !== y) continue;
    sum += y;
    values += 1;
    if (!(y >= min)) {
      min = summary[at.min] = y;
      summary[at.minStep] = step[i] ?? NaN;
    }
    if (!(y <= max)) {
      max = summary[at.max] = y;
      summary[at.maxStep] = step[i] ?? NaN;
    }
    if (y === Infinity || y === -Infinity) continue;
    if (!(y >= lowest)) {
      lowest = summary[at.lowest] = y;
      summary[at.lowestStep] = step[i] ?? NaN;
    }
    if (!(y <= highest)) {
      highest = summary[at.highest] = y;
      summary[at.highestStep] = step[i] ?? NaN;
    }
  }
  const before = (summary[at.count] ?? 0) - (summary[at.nanCount] ?? 0);
  if (values > 0) {
    summary[at.mean] = before === 0 ? sum / values : joinMeans(summary[at.mean] ?? NaN, before, sum / values, values);
  }
  summary[at.count] = (summary[at.count] ?? 0) + to - from;
  summary[at.nanCount] = (summary[at.nanCount] ?? 0) + to - from - values;
  if (to === from) return;
  summary[at.lastStep] = step[to - 1] ?? NaN;
  summary[at.lastTime] = time[to - 1] ?? NaN;
  summary[at.lastWall] = wall[to - 1] ?? NaN;
  summary[at.lastValue] = value[to - 1] ?? NaN;
}

/** Of streams that followed one another. */
export function joinSummaries(summaries: readonly Summary[]): Summary {
  const joined = emptySummary();
  for (const summary of summaries) {
    const get = (place: number): number => summary[place] ?? NaN;
    if (get(at.count) === 0) continue;
    const [before, values] = [valuesOf(joined), valuesOf(summary)];
    if (values > 0) {
      joined[at.mean] = before === 0 ? get(at.mean) : joinMeans(joined[at.mean] ?? NaN, before, get(at.mean), values);
    }
    for (const [place, sign] of [
      [at.min, 1],
      [at.max, -1],
      [at.lowest, 1],
      [at.highest, -1],
    ] as const) {
      const value = get(place);
      if (Number.isNaN(value) || sign * value >= sign * (joined[place] ?? NaN)) continue;
      joined[place] = value;
      joined[place + 1] = get(place + 1);
    }
    joined[at.count] = (joined[at.count] ?? 0) + get(at.count);
    joined[at.nanCount] = (joined[at.nanCount] ?? 0) + get(at.nanCount);
    for (const place of [at.lastStep, at.lastTime, at.lastWall, at.lastValue]) joined[place] = get(place);
  }
  return joined;
}

const valuesOf = (summary: Summary): number => (summary[at.count] ?? 0) - (summary[at.nanCount] ?? 0);

/** The lowest and the highest; none when there are none. */
export const finiteExtremes = (summary: Summary): number[] =>
  [summary[at.lowest] ?? NaN, summary[at.highest] ?? NaN].filter(Number.isFinite);

/** As it is told; `goal` where the metric has one. */
export function toldSummary(summary: Summary, goal: Goal | undefined): Float64Array {
  const told = new Float64Array(Object.keys(summaryColumn).length).fill(NaN);
  for (const name of [
    'lastStep',
    'lastTime',
    'lastWall',
    'lastValue',
    'min',
    'max',
    'minStep',
    'maxStep',
    'mean',
    'nanCount',
  ] as const) {
    told[summaryColumn[name]] = summary[at[name]] ?? NaN;
  }
  if (goal) {
    const place = goal === 'minimize' ? at.lowest : at.highest;
    told[summaryColumn.best] = summary[place] ?? NaN;
    told[summaryColumn.bestStep] = summary[place + 1] ?? NaN;
  }
  return told;
}
