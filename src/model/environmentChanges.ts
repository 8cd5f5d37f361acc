/** How the environment of a retry by hand differs from the one before it: names of variables, never values. */
import { type Static, Type } from '@sinclair/typebox';

export const EnvironmentChangesSchema = Type.Object({
  added: Type.Array(Type.String()),
  removed: Type.Array(Type.String()),
  changed: Type.Array(Type.String()),
});
export type EnvironmentChanges = Static<typeof EnvironmentChangesSchema>;

/** In a sentence; of many names the first few, unless all are wanted. */
export const describeEnvironmentChanges = (changes: EnvironmentChanges, atMost = 8): string =>
  `The environment differs from that of the attempt before: ${listEnvironmentChanges(changes, atMost)}.`;

/** "added A, B; changed PATH" */
export function listEnvironmentChanges(changes: EnvironmentChanges, atMost = Infinity): string {
  const kinds = [
    ['added', changes.added],
    ['removed', changes.removed],
    ['changed', changes.changed],
  ] as const;
  const parts = kinds.flatMap(([kind, names]) => (names.length === 0 ? [] : [`${kind} ${listed(names, atMost)}`]));
  return parts.join('; ');
}

function listed(names: readonly string[], atMost: number): string {
  const more = names.length - atMost;
  return more > 0 ? `${names.slice(0, atMost).join(', ')} and ${more} more` : names.join(', ');
}

/** How the environment of one run differs from that of another. */
export const EnvironmentComparisonSchema = Type.Object({
  /** False when the environment of one of them is not known any more; nothing is said then. */
  isKnown: Type.Boolean(),
  changes: EnvironmentChangesSchema,
  same: Type.Array(Type.String()),
});
export type EnvironmentComparison = Static<typeof EnvironmentComparisonSchema>;

export const unknownEnvironments: EnvironmentComparison = {
  isKnown: false,
  changes: { added: [], removed: [], changed: [] },
  same: [],
};
