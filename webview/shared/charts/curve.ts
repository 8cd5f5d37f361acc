/** What a plot is given to draw of one series. */
import type { Line } from './lineOfWindow';
import type { Polyline } from './polyline';

export interface Curve {
  readonly name: string;
  readonly color: string;
  /** Lengths of strokes and gaps in px; tells apart what shares a colour, also for those who see no colours. */
  readonly dash: readonly number[];
  readonly line: Line;
  /** Smoothed, or the means of buckets: drawn in full, over the ghost that `line` is then. */
  readonly smooth?: Polyline | undefined;
}

/** Everything that counts for the extent of the picture. */
export const linesOf = ({ line, smooth }: Curve): readonly Polyline[] => [
  line.points,
  ...line.superseded.map(({ points }) => points),
  ...(smooth ? [smooth] : []),
];
