/** The algorithm that a run was submitted with. */
import { type Static, Type } from '@sinclair/typebox';

export const AlgorithmUseSchema = Type.Object({
  name: Type.String(),
  /** Absent for an algorithm that has none. */
  version: Type.Optional(Type.String()),
});
export type AlgorithmUse = Static<typeof AlgorithmUseSchema>;

/** "anneal 1.2.0". */
export const describeAlgorithm = ({ name, version }: AlgorithmUse): string =>
  version === undefined ? name : `${name} ${version}`;
