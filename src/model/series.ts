/**
 * Points of metrics, as columns. Numbers travel in typed arrays: a NaN does not survive JSON, and a metric may be called
 * anything, so names are never keys of plain objects.
 */
import { Kind, type Static, Type, TypeRegistry } from '@sinclair/typebox';

TypeRegistry.Set('Float64Array', (_schema, value) => value instanceof Float64Array);
export const Float64Column = Type.Unsafe<Float64Array>({ [Kind]: 'Float64Array' });

/** Longest name of a metric that is kept, in UTF-16 units; a longer one is refused with a warning event. */
export const metricNameMaxLength = 250;

/** `step` as logged; `time` in seconds since the attempt's start as logged; `wall` in milliseconds since 1970. */
export const SeriesAxisSchema = Type.Union([Type.Literal('step'), Type.Literal('time'), Type.Literal('wall')]);
export type SeriesAxis = Static<typeof SeriesAxisSchema>;

/**
 * Another metric as the axis: x is its value at the same step of the same attempt. Points without such a partner, or whose
 * partner is no finite number, have no place.
 */
export const MetricAxisSchema = Type.Object({ metric: Type.String() });
export const SeriesXAxisSchema = Type.Union([SeriesAxisSchema, MetricAxisSchema]);
export type SeriesXAxis = Static<typeof SeriesXAxisSchema>;

/** Of one metric of one run, kept on arrival. Extremes ignore NaN; `lastValue` may be one. */
export const MetricSummarySchema = Type.Object({
  metric: Type.String(),
  /** Points stored so far; also the revision that appends continue. */
  count: Type.Integer(),
  /** By `summaryColumn`; NaN where there is none. */
  values: Float64Column,
});
export type MetricSummary = Static<typeof MetricSummarySchema>;
/**
 * `lastTime` in s, `lastWall` in ms. `minStep` and `maxStep` are where the extremes were first met, `mean` is of all that
 * is no NaN. `best` is the best finite value by the metric's goal, where it has one.
 */
export const summaryColumn = {
  lastStep: 0,
  lastTime: 1,
  lastWall: 2,
  lastValue: 3,
  min: 4,
  max: 5,
  minStep: 6,
  maxStep: 7,
  mean: 8,
  nanCount: 9,
  best: 10,
  bestStep: 11,
} as const;
/** Version 1 of the protocol knew so many of them. */
export const summaryLength1 = 6;

/** Points of one metric in the order of their arrival. Columns have equal length. */
export const SeriesAppendSchema = Type.Object({
  metric: Type.String(),
  attempt: Type.Integer(),
  /** Count of stored points before the first of these; a reader that has fewer has a gap and asks again. */
  from: Type.Integer(),
  step: Float64Column,
  time: Float64Column,
  wall: Float64Column,
  value: Float64Column,
});
export type SeriesAppend = Static<typeof SeriesAppendSchema>;

/** Device pixels of the plot: what the range is drawn on. */
export const PixelSizeSchema = Type.Object({
  columns: Type.Integer({ minimum: 1, maximum: 20_000 }),
  rows: Type.Integer({ minimum: 1, maximum: 20_000 }),
});
export type PixelSize = Static<typeof PixelSizeSchema>;

/**
 * A series over a range of x, ready to draw: per bucket the first, lowest, highest and last point with their x, the mean
 * and the count. Attempts follow one another, each in ascending x: a later one may go over the same steps again, and no
 * bucket has points of two. `width` 0 means that every entry is one stored point. Otherwise edges are multiples of `width`, a power
 * of two, so that they do not depend on when one asks. Of a window that was asked for by pixels, an entry is what one column of them
 * holds; where columns meet it is a bucket of the width or of a part of it, such that the line is that of all points.
 */
export const SeriesWindowSchema = Type.Object({
  metric: Type.String(),
  axis: SeriesXAxisSchema,
  width: Type.Number(),
  /** Stored points of the series when asked: the revision that appends continue. */
  revision: Type.Integer(),
  /** Points within the range, NaN included; by step and by a metric those that were written again count once. */
  pointCount: Type.Integer(),
  /** Points within the range whose value is NaN. */
  nanCount: Type.Integer(),
  firstX: Float64Column,
  first: Float64Column,
  minX: Float64Column,
  min: Float64Column,
  maxX: Float64Column,
  max: Float64Column,
  lastX: Float64Column,
  last: Float64Column,
  mean: Float64Column,
  count: Float64Column,
  /** The attempt that the points of a bucket are of. */
  attempt: Float64Column,
});
export type SeriesWindow = Static<typeof SeriesWindowSchema>;

/** Points of one metric and attempt in the order of their arrival, all of them. */
export const SeriesPageSchema = Type.Object({
  metric: Type.String(),
  attempt: Type.Integer(),
  /** Position of the first of these among all points of the series. */
  from: Type.Integer(),
  /** Points of the series when asked. */
  revision: Type.Integer(),
  step: Float64Column,
  time: Float64Column,
  wall: Float64Column,
  value: Float64Column,
});
export type SeriesPage = Static<typeof SeriesPageSchema>;
