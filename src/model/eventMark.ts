/** Events of a run as places along an axis, thinned to what a picture can show. */
import { type Static, Type } from '@sinclair/typebox';
import { RunEventSchema } from './run';
import { SeriesAxisSchema } from './series';

/** Of the text of an event: the Events tab has all of it. */
export const mostMarkChars = 200;
export const mostMarks = 4096;

/** What was said within one stretch of the axis: the gravest event, of equally grave ones the newest, and how many there are. */
export const EventMarkSchema = Type.Object({
  /** Where that event is. */
  x: Type.Number(),
  count: Type.Integer({ minimum: 1 }),
  level: RunEventSchema.properties.level,
  /** Its beginning. */
  message: Type.String(),
});
export type EventMark = Static<typeof EventMarkSchema>;

/**
 * `from`, `to` and `width` of a stretch are values of the axis or, where `isLogarithmic`, their decimal logarithms: steps,
 * seconds since the start of the attempt, or milliseconds since 1970.
 */
const queryKeys = {
  axis: SeriesAxisSchema,
  isLogarithmic: Type.Boolean(),
  from: Type.Number(),
  to: Type.Number(),
  width: Type.Number({ exclusiveMinimum: 0 }),
};
export const EventMarksQuerySchema = Type.Object(queryKeys);
export type EventMarksQuery = Static<typeof EventMarksQuerySchema>;

export const EventMarksSchema = Type.Object({
  /** In the order of x. Events that are there for debugging only have none. */
  marks: Type.Array(EventMarkSchema),
  /** Sequence of the newest event of the run by then, whatever its level; 0 when there is none. */
  newest: Type.Integer(),
});
export type EventMarks = Static<typeof EventMarksSchema>;
