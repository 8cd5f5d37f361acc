/** What of a program's output is read: one of its two streams, or both in the order in which they came. */
import { Type } from '@sinclair/typebox';

export const outputStreams = ['both', 'stdout', 'stderr'] as const;
export type OutputStream = (typeof outputStreams)[number];
export const OutputStreamSchema = Type.Unsafe<OutputStream>(Type.Union(outputStreams.map((s) => Type.Literal(s))));
