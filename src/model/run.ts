/** What is known of a run, as data: the schemas are types, validators at every border, and nothing else. */
import { type Static, Type } from '@sinclair/typebox';
import { KeptCodeSchema } from './code';
import { AlgorithmUseSchema } from './algorithmUse';
import { DemandSchema } from './demand';
import { EnvironmentChangesSchema } from './environmentChanges';
import type { ExperimentId, RunId } from './ids';
import { idPattern } from './ids';
import { type RunStatus, runStatuses } from './runStatus';

export const RunIdSchema = Type.Unsafe<RunId>(Type.String({ pattern: idPattern.source }));
export const ExperimentIdSchema = Type.Unsafe<ExperimentId>(Type.String({ pattern: idPattern.source }));
export const RunStatusSchema = Type.Unsafe<RunStatus>(Type.Union(runStatuses.map((status) => Type.Literal(status))));

/** Milliseconds since 1970, fractions kept: a double holds microseconds until the year 2255. */
const TimeMs = Type.Number();

export const ProgressSchema = Type.Object({ done: Type.Number(), total: Type.Number() });
export type Progress = Static<typeof ProgressSchema>;

/** Why an attempt ended: `completed` by exit code 0, the rest as the words say. */
export const attemptReasons = ['completed', 'failed', 'timed out', 'cancelled', 'lost', 'not started'] as const;
export type AttemptReason = (typeof attemptReasons)[number];

export const AttemptMemorySchema = Type.Object({
  /** That of the machine, or the limit of the control groups that confine it. */
  limitBytes: Type.Number(),
  /**
   * Processes that the system has killed for want of memory while the attempt executed: in the control groups around it, and on
   * the whole machine. Absent where nobody counted.
   */
  oomKillsInGroup: Type.Optional(Type.Integer()),
  oomKillsOnMachine: Type.Optional(Type.Integer()),
});
export type AttemptMemory = Static<typeof AttemptMemorySchema>;

export const AttemptSchema = Type.Object({
  /** Counts from 1. */
  number: Type.Integer(),
  executor: Type.String(),
  host: Type.String(),
  /** Of the process that leads the attempt's process group; absent until it has started. */
  pid: Type.Optional(Type.Integer()),
  folder: Type.String(),
  createdAtMs: TimeMs,
  startedAtMs: Type.Optional(TimeMs),
  endedAtMs: Type.Optional(TimeMs),
  /** As a shell says it: 128 + n when signal n ended the program. */
  exitCode: Type.Optional(Type.Integer()),
  reason: Type.Optional(Type.Unsafe<AttemptReason>(Type.Union(attemptReasons.map((r) => Type.Literal(r))))),
  /** Most memory that its processes held at once, as sampled. */
  peakMemoryBytes: Type.Optional(Type.Number()),
  /** Of one that did not succeed: what it had of memory, and whether the system has killed for want of it. */
  memory: Type.Optional(AttemptMemorySchema),
  /** How its environment differs from that of the attempt before; absent when it does not, or when that is not known. */
  environmentChanges: Type.Optional(EnvironmentChangesSchema),
  /** The gpus that it was given, as `CUDA_VISIBLE_DEVICES` names them; absent when it did not ask. */
  gpus: Type.Optional(Type.Array(Type.String())),
  /** The reason in words, such as "program not found: trian.py". */
  detail: Type.Optional(Type.String()),
});
export type Attempt = Static<typeof AttemptSchema>;

/** What a run is made of: one program, or other runs. A group's members run in parallel; a graph's tasks as they depend. */
export const runKinds = ['single', 'graph', 'group', 'sweep'] as const;
export type RunKind = (typeof runKinds)[number];
export const RunKindSchema = Type.Unsafe<RunKind>(Type.Union(runKinds.map((kind) => Type.Literal(kind))));

/** How many children of a run have which status; absent is none. */
export const ChildCountsSchema = Type.Unsafe<Partial<Readonly<Record<RunStatus, number>>>>(
  Type.Record(Type.String(), Type.Integer()),
);
export type ChildCounts = Static<typeof ChildCountsSchema>;

/** The best trial of a sweep so far, by the declared goal of its metric. */
export const BestTrialSchema = Type.Object({
  runId: RunIdSchema,
  name: Type.String(),
  metric: Type.String(),
  value: Type.Number(),
});

/** A run as lists show it. */
export const RunSchema = Type.Object({
  id: RunIdSchema,
  /** Absent is `single`. */
  kind: Type.Optional(RunKindSchema),
  /** The run that this one is a task, a member or a trial of. */
  parentId: Type.Optional(RunIdSchema),
  /** The run whose result it took, because that had done the same. */
  reusedFrom: Type.Optional(RunIdSchema),
  /** Its name among its siblings, which dependencies use; absent for a run that is no part of another. */
  task: Type.Optional(Type.String()),
  /** Present for a run made of runs. */
  children: Type.Optional(ChildCountsSchema),
  /** The child that failed or was lost first. */
  failedChild: Type.Optional(Type.String()),
  best: Type.Optional(BestTrialSchema),
  /** Of a trial: JSON of what it varies, values by dotted path. */
  trialJson: Type.Optional(Type.String()),
  experimentId: ExperimentIdSchema,
  experiment: Type.String(),
  name: Type.String(),
  tags: Type.Array(Type.String()),
  /** What a person has written about it. */
  note: Type.Optional(Type.String()),
  /** A favourite. */
  pinned: Type.Optional(Type.Boolean()),
  /** Since when it is hidden; it can be brought back for a while. */
  deletedAtMs: Type.Optional(TimeMs),
  status: RunStatusSchema,
  /** Since when it has had this status. */
  statusAtMs: TimeMs,
  createdAtMs: TimeMs,
  /** Last sign of life of the current attempt: output, a log line, or its process seen alive. */
  heardAtMs: Type.Optional(TimeMs),
  /** Not to be started before it is released by hand, nor anything that it is made of. */
  held: Type.Optional(Type.Boolean()),
  /** Its own; a run inside another adds it to that one's. Absent is 0. */
  priority: Type.Optional(Type.Number()),
  /** Whose command it executes, in the version that it was at submission. */
  algorithm: Type.Optional(AlgorithmUseSchema),
  /** What it said that it takes of the machine. */
  demand: Type.Optional(DemandSchema),
  /** Order of submission within the source; newest first is by this, descending. */
  sequence: Type.Integer(),
  progress: Type.Optional(ProgressSchema),
  attempt: Type.Optional(AttemptSchema),
  /** 1 + retries. */
  attemptsMax: Type.Integer(),
  timeoutMs: Type.Optional(Type.Number()),
  /** What the status rests on, in words: "waits for room: 2 of 2 running", "exit code 1". */
  evidence: Type.Optional(Type.String()),
  runFilePath: Type.Optional(Type.String()),
  workspace: Type.Optional(Type.String()),
  /** Where it comes from; see `runPlace.ts`. */
  place: Type.Optional(Type.String()),
  origin: Type.Optional(Type.String()),
});
export type Run = Static<typeof RunSchema>;

/** A run with what its panel shows. Free-form JSON travels as text: a key may be called anything, `__proto__` too. */
export const RunDetailSchema = Type.Object({
  run: RunSchema,
  description: Type.Optional(Type.String()),
  command: Type.Array(Type.String()),
  cwd: Type.String(),
  parametersJson: Type.String(),
  metadataJson: Type.String(),
  attempts: Type.Array(AttemptSchema),
  /** Folder of this run's own outputs. */
  outputs: Type.String(),
  /** What it executes; absent where no git repository is. */
  code: Type.Optional(KeptCodeSchema),
});
export type RunDetail = Static<typeof RunDetailSchema>;

export const ExperimentSchema = Type.Object({
  id: ExperimentIdSchema,
  name: Type.String(),
  createdAtMs: TimeMs,
  /** Sequence of its newest run: the order of experiments in lists, descending. */
  newestSequence: Type.Integer(),
  runCount: Type.Integer(),
  activeCount: Type.Integer(),
  failedCount: Type.Integer(),
});
export type Experiment = Static<typeof ExperimentSchema>;

export const eventLevels = ['debug', 'info', 'warning', 'error'] as const;
export type EventLevel = (typeof eventLevels)[number];

export const RunEventSchema = Type.Object({
  /** Order within its run; pages are cut by it. */
  sequence: Type.Integer(),
  attempt: Type.Integer(),
  timeMs: TimeMs,
  level: Type.Unsafe<EventLevel>(Type.Union(eventLevels.map((l) => Type.Literal(l)))),
  message: Type.String(),
  /** The last step that its attempt had logged when it was written, or the one that it names; absent when there was none. */
  step: Type.Optional(Type.Number()),
});
export type RunEvent = Static<typeof RunEventSchema>;
