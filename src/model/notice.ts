/** Something about the place where runs are kept that a person must hear once, whichever surface is looked at first. */
import { type Static, Type } from '@sinclair/typebox';

export const NoticeSchema = Type.Object({
  id: Type.String(),
  atMs: Type.Number(),
  message: Type.String(),
  /** Where more is written. */
  file: Type.Optional(Type.String()),
});
export type Notice = Static<typeof NoticeSchema>;
