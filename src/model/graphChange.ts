/** How a node of a graph has changed: what is pushed of a run, cut to what a picture of its graph shows. */
import { type Static, Type } from '@sinclair/typebox';
import { ProgressSchema, type Run, RunIdSchema, RunKindSchema, RunStatusSchema } from './run';
import { AttemptTimesSchema } from './runGraph';

export const GraphChangeSchema = Type.Object({
  id: RunIdSchema,
  parentId: Type.Optional(RunIdSchema),
  name: Type.String(),
  kind: RunKindSchema,
  status: RunStatusSchema,
  evidence: Type.Optional(Type.String()),
  held: Type.Optional(Type.Boolean()),
  attempts: Type.Integer(),
  attemptsMax: Type.Integer(),
  progress: Type.Optional(ProgressSchema),
  /** Its newest attempt; those before it are as they were. */
  attempt: Type.Optional(AttemptTimesSchema),
});
export type GraphChange = Static<typeof GraphChangeSchema>;

export function graphChangeOf(run: Run): GraphChange {
  const { id, parentId, task, name, kind = 'single', status, evidence, held, attemptsMax, progress, attempt } = run;
  return {
    id,
    ...(parentId === undefined ? {} : { parentId }),
    name: task ?? name,
    kind,
    status,
    ...(evidence === undefined ? {} : { evidence }),
    ...(held === undefined ? {} : { held }),
    attempts: attempt?.number ?? 0,
    attemptsMax,
    ...(progress === undefined ? {} : { progress }),
    ...(attempt === undefined
      ? {}
      : {
          attempt: {
            number: attempt.number,
            createdAtMs: attempt.createdAtMs,
            ...(attempt.startedAtMs === undefined ? {} : { startedAtMs: attempt.startedAtMs }),
            ...(attempt.endedAtMs === undefined ? {} : { endedAtMs: attempt.endedAtMs }),
            ...(attempt.reason === undefined ? {} : { reason: attempt.reason }),
          },
        }),
  };
}
