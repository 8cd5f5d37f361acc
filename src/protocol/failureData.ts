/** A `Failure` on its way over a border that is not JSON-RPC of ours. */
import { Type } from '@sinclair/typebox';
import { type FailureCode, failureCodes } from '../base/failure';

/** A place in a file; line and column count from 1. */
export const FilePlaceSchema = Type.Object({
  file: Type.String(),
  line: Type.Integer(),
  column: Type.Integer(),
});

export const FailureDataSchema = Type.Object({
  code: Type.Unsafe<FailureCode>(Type.Union(failureCodes.map((code) => Type.Literal(code)))),
  message: Type.String(),
  hint: Type.Optional(Type.String()),
  place: Type.Optional(FilePlaceSchema),
});
