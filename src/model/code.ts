/** What is known of the code that a run executes, where it lies in a git repository: as it was at submission. */
import { type Static, Type } from '@sinclair/typebox';

const codeKeys = {
  /** Top folder of the working tree. */
  repository: Type.String({ maxLength: 4096 }),
  /** Absent before the first commit, or when it could not be told. */
  commit: Type.Optional(Type.String({ maxLength: 64 })),
  /** Absent where none is checked out. */
  branch: Type.Optional(Type.String({ maxLength: 1000 })),
  /** Whether there was anything that is not committed, files that git was not told of included. */
  isChanged: Type.Optional(Type.Boolean()),
  /** What became of the changes of tracked files; absent when there were none. */
  patch: Type.Optional(Type.Union([Type.Literal('kept'), Type.Literal('too large')])),
  /** Files that git was not told of, which no patch has: how many, and the first of them. */
  untracked: Type.Optional(Type.Object({ count: Type.Integer(), names: Type.Array(Type.String()) })),
  /** The run executes from a copy of the working tree. */
  isSnapshot: Type.Optional(Type.Boolean()),
};

export const CodeSchema = Type.Object(codeKeys);
export type Code = Static<typeof CodeSchema>;

/** With where it is kept; a snapshot is removed after a time. */
export const KeptCodeSchema = Type.Object({
  ...codeKeys,
  patchFile: Type.Optional(Type.String()),
  snapshotFolder: Type.Optional(Type.String()),
});
export type KeptCode = Static<typeof KeptCodeSchema>;

/** "1a2b3c4d on main, with uncommitted changes" */
export function describeCode({ commit, branch, isChanged }: Code): string {
  const at = commit === undefined ? 'no commit yet' : commit.slice(0, 12);
  const changes = isChanged ? ', with uncommitted changes' : '';
  return `${at}${branch === undefined ? '' : ` on ${branch}`}${changes}`;
}
