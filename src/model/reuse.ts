/** What a run that may take another's result says of its own at submission. */
import { type Static, Type } from '@sinclair/typebox';

export const ReuseSchema = Type.Object({
  /** Of all that is known then: command, parameters, its own variables, the algorithm's version. */
  digest: Type.String({ minLength: 1, maxLength: 200 }),
  /** Whose repositories are its code, as texts for the engine: absolute, or in the snapshot. */
  codeFolders: Type.Array(Type.String({ minLength: 1, maxLength: 10_000 }), { maxItems: 16 }),
});
export type Reuse = Static<typeof ReuseSchema>;
