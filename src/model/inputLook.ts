/** The inputs of a run as they were when it began, for a comparison with another run. */
import { type Static, Type } from '@sinclair/typebox';

/** An input as it was when the attempt began, by what the file system said of it: contents may be too much to read. */
export const InputLookSchema = Type.Object({
  name: Type.String(),
  /** Absolute, or a URL. */
  path: Type.String(),
  /** Of a folder that of all files in it; absent for a URL. */
  sizeBytes: Type.Optional(Type.Number()),
  /** Of a folder the newest of its files. */
  modifiedMs: Type.Optional(Type.Number()),
  /** Of a folder: how many files. */
  files: Type.Optional(Type.Integer()),
  /** A folder with more files than were looked at. */
  isPartial: Type.Optional(Type.Boolean()),
});
export type InputLook = Static<typeof InputLookSchema>;
export const InputLooksSchema = Type.Array(InputLookSchema);
