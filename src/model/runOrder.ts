/**
 * In which order a list has its runs: favourites first, then by a key that each run has; of equal keys the newest first. A page
 * begins behind a place, which is such a key: so runs that come or go meanwhile shift nothing.
 */
import { type Static, Type } from '@sinclair/typebox';
import { folded } from './runFilter';
import type { Run } from './run';
import { isSettled } from './runStatus';

/** `changed`: those first whose status changed last. `duration`: what runs still, then the longest. */
export const runSorts = ['newest', 'oldest', 'name', 'changed', 'duration'] as const;
export type RunSort = (typeof runSorts)[number];

export const RunOrderSchema = Type.Union([
  Type.Object({ by: Type.Unsafe<RunSort>(Type.Union(runSorts.map((sort) => Type.Literal(sort)))) }),
  /** By dotted path; those without it last. */
  Type.Object({
    by: Type.Literal('parameter'),
    path: Type.String({ minLength: 1, maxLength: 500 }),
    descending: Type.Boolean(),
  }),
]);
export type RunOrder = Static<typeof RunOrderSchema>;

export const OrderKeySchema = Type.Union([Type.Number(), Type.String()]);
/** Numbers come before texts. */
export type OrderKey = Static<typeof OrderKeySchema>;

/** Where a run is in an order. */
export const RunPlaceInOrderSchema = Type.Object({
  pinned: Type.Boolean(),
  key: OrderKeySchema,
  sequence: Type.Integer(),
});
export type RunPlaceInOrder = Static<typeof RunPlaceInOrderSchema>;

export const newestFirst: RunOrder = { by: 'newest' };

/** Of a run that has no such parameter, so that it is the last one. */
export const lastText = '\u{10ffff}';
export const lastNumber = -Number.MAX_VALUE;
/** Of a run that has not ended, in the order by duration; one that has not begun has -1. */
export const unendedKey = Number.MAX_VALUE;

/** Whether greater keys come first. */
export function isDescending(order: RunOrder): boolean {
  if (order.by === 'parameter') return order.descending;
  return order.by !== 'name' && order.by !== 'oldest';
}

/** Undefined: only the store knows. */
export function orderKeyOf(run: Run, order: RunOrder): OrderKey | undefined {
  switch (order.by) {
    case 'newest':
    case 'oldest':
      return run.sequence;
    case 'name':
      return folded(run.name);
    case 'changed':
      return run.statusAtMs;
    case 'duration': {
      const { startedAtMs, endedAtMs } = run.attempt ?? {};
      if (startedAtMs === undefined) return -1;
      return isSettled(run.status) && endedAtMs !== undefined ? endedAtMs - startedAtMs : unendedKey;
    }
    default:
      return undefined;
  }
}

/** Whether the run at `a` comes before the one at `b`. */
export function isBefore(a: RunPlaceInOrder, b: RunPlaceInOrder, order: RunOrder): boolean {
  if (a.pinned !== b.pinned) return a.pinned;
  if (a.key !== b.key) return isGreater(b.key, a.key) !== isDescending(order);
  return order.by === 'oldest' ? a.sequence < b.sequence : a.sequence > b.sequence;
}

function isGreater(a: OrderKey, b: OrderKey): boolean {
  if (typeof a !== typeof b) return typeof a === 'string';
  return a > b;
}
