/** What a run has said to be its artifact: a reference, not a copy. */
import { type Static, Type } from '@sinclair/typebox';
import { type ArtifactCategory, artifactCategories } from './runLogLine';

export const ArtifactSchema = Type.Object({
  attempt: Type.Integer(),
  /** As logged. */
  path: Type.String(),
  category: Type.Unsafe<ArtifactCategory>(Type.Union(artifactCategories.map((category) => Type.Literal(category)))),
  /** When it was logged last. */
  timeMs: Type.Number(),
});
export type Artifact = Static<typeof ArtifactSchema>;
