/**
 * What past runs of one family were given as parameters, and what they reached: the runs that a run file, or a task in it, can be
 * compared with.
 */
import { type Static, Type } from '@sinclair/typebox';
import type { Goal } from './best';
import { RunIdSchema, RunStatusSchema } from './run';
import { metricNameMaxLength } from './series';

const GoalSchema = Type.Unsafe<Goal>(Type.Union([Type.Literal('minimize'), Type.Literal('maximize')]));

/** A metric whose better values are known. */
export const MetricGoalSchema = Type.Object({
  metric: Type.String({ maxLength: metricNameMaxLength }),
  goal: GoalSchema,
});
export type MetricGoal = Static<typeof MetricGoalSchema>;

/** No one looks at more: neither a table nor a list of suggestions is longer. */
export const mostPastRuns = 200;

const Name = Type.String({ minLength: 1, maxLength: 1000 });

/**
 * Which runs are of the family. Those of one algorithm, whatever file names it; where none is named, those of an experiment that
 * came from the same run file or executed the same command.
 */
export const RunFamilySchema = Type.Union([
  Type.Object({
    algorithm: Name,
    /** Another project may have an algorithm of that name: its runs count only when they are of the same experiment. */
    workspace: Type.Optional(Type.String()),
    experiment: Type.Optional(Name),
  }),
  Type.Object({
    experiment: Name,
    /** Absolute. */
    runFile: Type.String(),
    /** As it stands in the run file, references included. */
    command: Type.Optional(Type.Array(Type.String(), { maxItems: 10_000 })),
    /** Names of tasks from the top of the run file on, for a family that is a task of it; trials have no name here. */
    task: Type.Optional(Type.Array(Type.String(), { maxItems: 1000 })),
  }),
]);
export type RunFamily = Static<typeof RunFamilySchema>;

export const ParameterHistoryQuerySchema = Type.Object({
  family: RunFamilySchema,
  /** Goals that are declared by now: they count instead of those that were declared when a run was submitted. */
  goals: Type.Optional(Type.Array(MetricGoalSchema, { maxItems: 100 })),
  limit: Type.Integer({ minimum: 1, maximum: mostPastRuns }),
});
export type ParameterHistoryQuery = Static<typeof ParameterHistoryQuerySchema>;

/** A run that has executed, with what it reached. */
export const PastRunSchema = Type.Object({
  runId: RunIdSchema,
  name: Type.String(),
  /** Of a task or a trial, whose own name says only which it is: the name of the run at the top of its tree. */
  top: Type.Optional(Type.String()),
  status: RunStatusSchema,
  createdAtMs: Type.Number(),
  /** As they were submitted, defaults of the algorithm and inherited ones included. */
  parametersJson: Type.String(),
  /** Metrics with a goal. `best` is the best value that it ever had in the run, absent when it never had one. */
  metrics: Type.Array(Type.Composite([MetricGoalSchema, Type.Object({ best: Type.Optional(Type.Number()) })])),
});
export type PastRun = Static<typeof PastRunSchema>;

export const ParameterHistorySchema = Type.Object({
  /** Newest first. */
  runs: Type.Array(PastRunSchema),
});
export type ParameterHistory = Static<typeof ParameterHistorySchema>;
