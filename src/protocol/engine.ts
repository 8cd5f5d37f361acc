/**
 * The conversation between the engine and its clients (core in an editor window, CLI), over a local socket.
 * Version 2. A change that an older side cannot read raises `engineProtocolVersion`; the version before it is still spoken
 * (`engineVersion1.ts`), because a window may be older than the engine that it finds, and an engine than its windows.
 */
import { type Static, Type } from '@sinclair/typebox';
import { NoticeSchema } from '../model/notice';
import {
  AttemptSchema,
  ChildCountsSchema,
  ExperimentIdSchema,
  ExperimentSchema,
  ProgressSchema,
  RunDetailSchema,
  RunEventSchema,
  RunIdSchema,
  RunKindSchema,
  RunSchema,
} from '../model/run';
import { ArtifactSchema } from '../model/artifact';
import { EventMarksQuerySchema, EventMarksSchema } from '../model/eventMark';
import { EnvironmentChangesSchema, EnvironmentComparisonSchema } from '../model/environmentChanges';
import { InputSchema } from '../model/input';
import { InputLooksSchema } from '../model/inputLook';
import { FoundLineSchema, OutputPatternSchema } from '../model/outputSearch';
import { OutputStreamSchema } from '../model/outputStream';
import { ParameterHistoryQuerySchema, ParameterHistorySchema } from '../model/parameterHistory';
import { ReuseSchema } from '../model/reuse';
import { RunsEndSchema } from '../model/runsEnd';
import { AlgorithmUseSchema } from '../model/algorithmUse';
import { CapacitySchema, DemandSchema } from '../model/demand';
import { CodeSchema } from '../model/code';
import {
  MetricSummarySchema,
  PixelSizeSchema,
  SeriesAppendSchema,
  SeriesPageSchema,
  SeriesWindowSchema,
  SeriesXAxisSchema,
} from '../model/series';
import { RunChangeSchema } from '../model/runChange';
import { type WarningSignal, warningSignals } from '../model/runFileKeys';
import { RunFilterSchema } from '../model/runFilter';
import { RunGraphSchema } from '../model/runGraph';
import { GroupKeySchema, RunGroupingSchema, RunGroupSchema } from '../model/runGroups';
import { OrderKeySchema, RunOrderSchema, RunPlaceInOrderSchema } from '../model/runOrder';
import { secretNamePattern } from '../model/references';
import { type DependencyCondition, dependencyConditions } from '../model/taskGraph';
import { request } from './contract';

export const engineProtocolVersion = 2;

const Pairs = Type.Array(Type.Tuple([Type.String(), Type.String()]));
const PageSize = Type.Integer({ minimum: 1, maximum: 1000 });
const Nothing = Type.Object({});
const DependencyConditionSchema = Type.Unsafe<DependencyCondition>(
  Type.Union(dependencyConditions.map((condition) => Type.Literal(condition))),
);

/** Of a sweep: what is varied, as JSON; how many trials at once; and the metric that says which is best. */
const SweepSubmissionSchema = Type.Object({
  json: Type.String(),
  atOnce: Type.Optional(Type.Integer({ minimum: 1 })),
  best: Type.Optional(
    Type.Object({
      metric: Type.String(),
      goal: Type.Union([Type.Literal('minimize'), Type.Literal('maximize')]),
    }),
  ),
});

/** What the engine needs to execute a run, a task, a member or a trial: absolute paths, no references left but its own. */
const launchKeys = {
  /** Made by the submitter; the same id again is the same submission. */
  runId: RunIdSchema,
  name: Type.String({ minLength: 1, maxLength: 200 }),
  description: Type.Optional(Type.String({ maxLength: 10_000 })),
  tags: Type.Array(Type.String()),
  /** JSON objects as text. */
  metadataJson: Type.String(),
  parametersJson: Type.String(),
  /** Absent is `single`. */
  kind: Type.Optional(RunKindSchema),
  sweep: Type.Optional(SweepSubmissionSchema),
  /** Declared metrics with goal and unit, as JSON. */
  metricsJson: Type.Optional(Type.String()),
  /** Files, folders and URLs that it reads, by name: absolute, or with references that only the engine fills. */
  inputs: Type.Optional(Type.Array(InputSchema, { maxItems: 1000 })),
  /** It may take the result of a run that did the same. */
  reuse: Type.Optional(ReuseSchema),
  /** Empty for a run made of runs, and only then. */
  command: Type.Array(Type.String()),
  cwd: Type.String({ minLength: 1 }),
  timeoutMs: Type.Optional(Type.Number({ minimum: 0 })),
  retries: Type.Integer({ minimum: 0, maximum: 1000 }),
  /** Pause before the second attempt; doubles with each further one, up to an hour. */
  retryDelayMs: Type.Optional(Type.Number({ minimum: 0 })),
  /** Between the request to end and the end by force; absent is the engine's default. */
  graceMs: Type.Optional(Type.Number({ minimum: 0 })),
  /** The program gets a pseudo-terminal. */
  tty: Type.Optional(Type.Boolean()),
  algorithm: Type.Optional(AlgorithmUseSchema),
  /** What it takes of the machine while it executes. */
  demand: Type.Optional(DemandSchema),
  /** Higher goes first; a run inside another adds its own. Absent is 0. */
  priority: Type.Optional(Type.Number()),
  /** Sent so long before the time limit. */
  signal: Type.Optional(
    Type.Object({
      name: Type.Unsafe<WarningSignal>(Type.Union(warningSignals.map((name) => Type.Literal(name)))),
      beforeMs: Type.Number({ minimum: 0 }),
    }),
  ),
};

/** A run inside another. */
export const TaskSubmissionSchema = Type.Object({
  ...launchKeys,
  /** The submission's own run, or a task before this one. */
  parentId: RunIdSchema,
  /** Its name among its siblings. */
  task: Type.String({ minLength: 1, maxLength: 200 }),
  /** Of a trial: JSON of what it varies, values by dotted path. */
  trialJson: Type.Optional(Type.String()),
  /** Which environment it runs in: 0 is the submission's `environment`, n is `environments[n - 1]`. */
  environment: Type.Integer({ minimum: 0 }),
  /** Siblings before or after this one in the list. */
  dependsOn: Type.Array(Type.Object({ runId: RunIdSchema, on: DependencyConditionSchema })),
});
export type TaskSubmission = Static<typeof TaskSubmissionSchema>;

/** A run with all that it is made of. */
export const SubmissionSchema = Type.Object({
  ...launchKeys,
  experiment: Type.String({ minLength: 1, maxLength: 200 }),
  /** The submitter's environment with the run file's `env` on top. Kept owner-only until the run is settled. */
  environment: Pairs,
  /** Environments of tasks that differ from the submission's. */
  environments: Type.Optional(Type.Array(Pairs)),
  /** Every run below this one, parents before their children. */
  tasks: Type.Optional(Type.Array(TaskSubmissionSchema, { maxItems: 20_000 })),
  runFile: Type.Optional(Type.Object({ path: Type.String(), text: Type.String() })),
  /** The code that it executes; a snapshot and a patch are in the home already. */
  code: Type.Optional(CodeSchema),
  workspace: Type.Optional(Type.String()),
  /** Where it comes from, by which a workspace recognises its runs: see `model/runPlace.ts`. */
  place: Type.Optional(Type.String({ maxLength: 8192 })),
  origin: Type.Optional(Type.String({ maxLength: 8192 })),
});
export type Submission = Static<typeof SubmissionSchema>;

/** What a sweep is to be: its direct children have its id as `parentId`, the rest is as in a submission. */
export const SweepExtensionSchema = Type.Object({
  runId: RunIdSchema,
  sweep: SweepSubmissionSchema,
  environment: Pairs,
  environments: Type.Optional(Type.Array(Pairs)),
  tasks: Type.Array(TaskSubmissionSchema, { maxItems: 20_000 }),
});
export type SweepExtension = Static<typeof SweepExtensionSchema>;

const SecretNameSchema = Type.String({ pattern: secretNamePattern });
const SecretNames = Type.Array(SecretNameSchema, { maxItems: 1000 });

/** A secret that active runs lack; a run is named by the one at the top of its tree. */
const LackingSecretSchema = Type.Object({ name: Type.String(), runs: Type.Array(RunIdSchema) });
/** What a person does with a run's place in the queue: it waits until it is released, or it goes first. */
export const arrangements = ['hold', 'release', 'next'] as const;
export type Arrangement = (typeof arrangements)[number];

/** The queue of an engine: what there is to share out, and what is free of it now. */
export const QueueSchema = Type.Object({
  /** Nothing is started until it is resumed; what executes goes on. */
  isPaused: Type.Boolean(),
  capacity: CapacitySchema,
  free: CapacitySchema,
  /** Attempts under way. */
  running: Type.Integer(),
  /** Runs that wait for nothing but room. */
  waiting: Type.Integer(),
});
export type Queue = Static<typeof QueueSchema>;

/** What an engine takes. */
export const EnginePerformanceSchema = Type.Object({
  version: Type.String(),
  node: Type.String(),
  pid: Type.Integer(),
  uptimeMs: Type.Number(),
  /** Of processors, since it was started. */
  cpuMs: Type.Number(),
  rssBytes: Type.Number(),
  heapBytes: Type.Number(),
  clients: Type.Integer(),
  /** Rows of the store, by what they are. */
  counts: Type.Record(Type.String(), Type.Integer()),
  queue: QueueSchema,
});
export type EnginePerformance = Static<typeof EnginePerformanceSchema>;

/** Bytes of an attempt's output: a part of it, and how much there is. */
const OutputPart = Type.Object({
  /** Offset of the first byte returned. */
  from: Type.Integer(),
  bytes: Type.Uint8Array(),
  /** Size of the whole so far. */
  sizeBytes: Type.Integer(),
  attempt: Type.Integer(),
  /**
   * Absent or 0: as it was written. 1: some time after the attempt's end, of lines that were drawn over (progress bars) only
   * the last state is left; lines keep their order and their numbers, bytes do not keep their positions.
   */
  edition: Type.Optional(Type.Integer()),
});

export const engineContract = {
  requests: {
    /** Who am I talking to. The token was checked on the raw socket before. */
    'engine.hello': request(
      Type.Object({
        client: Type.String(),
        version: Type.String(),
        /** The editor's window that asks, or in whose terminal it is asked. */
        window: Type.Optional(Type.String({ maxLength: 100 })),
      }),
      Type.Object({
        version: Type.String(),
        protocol: Type.Integer(),
        pid: Type.Integer(),
        host: Type.String(),
        home: Type.String(),
        startedAtMs: Type.Number(),
        /** How many attempts execute at once, at most. */
        atOnce: Type.Integer(),
        /** What ends runs though nobody asked for it; absent when they outlive windows and logins. */
        runsEnd: Type.Optional(RunsEndSchema),
        /** What a person must hear and none has acknowledged. */
        notices: Type.Optional(Type.Array(NoticeSchema)),
      }),
    ),
    /**
     * A later version takes over: this engine ends, attempts go on, and `bundle` is started on the home by `node`. Answered
     * before it happens. Refused for a version that is not later: two windows would hand over to each other for ever.
     */
    'engine.handover': request(
      Type.Object({
        version: Type.String(),
        /** The program that runs the bundle: the editor's own Node. */
        node: Type.String({ minLength: 1 }),
        /** `engine.cjs` in a folder below the home's `engine/`. */
        bundle: Type.String({ minLength: 1 }),
        /** The program is an Electron, which is a Node only when told so. */
        isElectron: Type.Boolean(),
      }),
      Nothing,
    ),
    /** A person has heard the notice: no client is told of it again. */
    'engine.acknowledge': request(Type.Object({ id: Type.String({ minLength: 1, maxLength: 100 }) }), Nothing),
    /** Changes what the engine keeps across restarts. */
    'engine.configure': request(Type.Object({ atOnce: Type.Integer({ minimum: 1, maximum: 1000 }) }), Nothing),
    /**
     * From here on this connection hears `ends.told`: it is a window that can show them. Said again whenever the window gets the
     * focus or loses it: of windows that did not submit a run, the one that was focused last hears of its end.
     */
    'ends.watch': request(Type.Object({ isFocused: Type.Boolean() }), Nothing),
    /** What was told by that id has been shown: no window is told of it again. */
    'ends.acknowledge': request(Type.Object({ id: Type.String({ minLength: 1, maxLength: 100 }) }), Nothing),
    'engine.performance': request(Nothing, EnginePerformanceSchema),
    /**
     * Removes all that is kept, and ends; answered before it happens. Refused while runs are active. A client that comes back starts
     * another engine, which has nothing.
     */
    'engine.removeAll': request(Nothing, Nothing),
    'queue.get': request(Nothing, QueueSchema),
    /** Kept across restarts. Attempts under way go on. */
    'queue.pause': request(Type.Object({ isPaused: Type.Boolean() }), QueueSchema),
    /** All experiments, newest run first. */
    'experiments.list': request(Nothing, Type.Object({ experiments: Type.Array(ExperimentSchema) })),
    /** A page of runs that are no part of another, newest first; `before` is the `sequence` of the last run of the page before. */
    'runs.list': request(
      Type.Object({
        experimentId: Type.Optional(ExperimentIdSchema),
        before: Type.Optional(Type.Integer()),
        /** Only runs that are active. */
        active: Type.Optional(Type.Boolean()),
        /** Instead of all others, runs that were deleted and can be brought back. */
        deleted: Type.Optional(Type.Boolean()),
        limit: PageSize,
      }),
      Type.Object({ runs: Type.Array(RunSchema), more: Type.Boolean() }),
    ),
    /** A page of runs that are no part of another, as a person wants to see them: of a group, filtered, in an order, favourites first. */
    'runs.page': request(
      Type.Object({
        order: RunOrderSchema,
        filter: RunFilterSchema,
        group: Type.Optional(GroupKeySchema),
        /** Only those of these. */
        only: Type.Optional(Type.Array(RunIdSchema, { maxItems: 1000 })),
        /** Where the last run of the page before is. */
        after: Type.Optional(RunPlaceInOrderSchema),
        limit: PageSize,
      }),
      /** `keys`: where each of the runs is in the order. */
      Type.Object({ runs: Type.Array(RunSchema), keys: Type.Array(OrderKeySchema), more: Type.Boolean() }),
    ),
    /** The groups of the runs that a filter leaves, in no order. */
    'runs.groups': request(
      Type.Object({ by: RunGroupingSchema, filter: RunFilterSchema }),
      Type.Object({ groups: Type.Array(RunGroupSchema) }),
    ),
    /** What a filter can ask for: tags, folders and parameters that runs have, those of the newest runs first. */
    'runs.words': request(
      Nothing,
      Type.Object({
        tags: Type.Array(Type.String()),
        folders: Type.Array(Type.String()),
        /** With a value that some run has. */
        parameters: Type.Array(Type.Tuple([Type.String(), Type.String()])),
      }),
    ),
    /** A page of the runs that a run is made of, in the order of the file; `after` is the `sequence` of the last one before. */
    'runs.children': request(
      Type.Object({ runId: RunIdSchema, after: Type.Optional(Type.Integer()), limit: PageSize }),
      Type.Object({ runs: Type.Array(RunSchema), more: Type.Boolean() }),
    ),
    /** All that a run is made of, at every depth, as a graph; of a single run a graph of one node. */
    'runs.graph': request(Type.Object({ runId: RunIdSchema }), RunGraphSchema),
    /** What past runs of a family were given as parameters, and what they reached; the newest of them. */
    'runs.parameters': request(ParameterHistoryQuerySchema, ParameterHistorySchema),
    /** `run`: an id, a unique prefix of one, or a name; of equal names the newest. */
    'runs.get': request(Type.Object({ run: Type.String({ minLength: 1 }) }), RunDetailSchema),
    /** The run file that the top of the run's tree was submitted with, as it was then; nothing for one that had none. */
    'runs.file': request(
      Type.Object({ runId: RunIdSchema }),
      Type.Object({ file: Type.Optional(Type.Object({ path: Type.String(), text: Type.String() })) }),
    ),
    /** What the run reads, as it was when its newest attempt began; nothing when nobody looked. */
    'runs.inputs': request(
      Type.Object({ runId: RunIdSchema }),
      Type.Object({ inputs: Type.Optional(InputLooksSchema) }),
    ),
    /** How the environment of the newest attempt of one run differs from that of another. */
    'runs.compareEnvironments': request(
      Type.Object({ before: RunIdSchema, now: RunIdSchema }),
      EnvironmentComparisonSchema,
    ),
    'runs.submit': request(SubmissionSchema, RunSchema),
    /** Answers when the wish is durable; the run is then `cancel-pending`, `cancelled`, or settled before. */
    'runs.cancel': request(
      /** `unlessStarted`: refused for a run that has started, if only just now. */
      Type.Object({ runId: RunIdSchema, unlessStarted: Type.Optional(Type.Boolean()) }),
      RunSchema,
    ),
    /**
     * Answers when the wish is durable. Of a run made of runs it is about all of it that has not started. Refused for a run
     * that has started or ended.
     */
    'runs.arrange': request(
      Type.Object({
        runId: RunIdSchema,
        wish: Type.Unsafe<Arrangement>(Type.Union(arrangements.map((wish) => Type.Literal(wish)))),
      }),
      RunSchema,
    ),
    /**
     * Starts another attempt of a settled run, which uses up none of its retries: with an empty checkpoint folder (the old
     * one stays with its attempt), or with the kept one. The environment is the presser's, with
     * the run file's `env` on top: the submitter's is gone once a run is settled. The answer says how the two differ.
     */
    'runs.retry': request(
      Type.Object({
        runId: RunIdSchema,
        checkpoints: Type.Union([Type.Literal('empty'), Type.Literal('kept')]),
        /** Made by who asks; the same key again is the same wish, asked again after a lost answer. */
        key: Type.String({ minLength: 8, maxLength: 64 }),
        environment: Pairs,
        /** For tasks whose environment differs, by their names below the tree's top run: 0 is `environment`, n is `environments[n - 1]`. */
        environments: Type.Optional(Type.Array(Pairs)),
        tasks: Type.Optional(
          Type.Array(Type.Object({ path: Type.Array(Type.String()), environment: Type.Integer({ minimum: 0 }) })),
        ),
        /**
         * `one` (the default): this run; of a run made of runs, all that did not complete. `onward`: this task, and all that
         * comes after it in its graph.
         */
        scope: Type.Optional(Type.Union([Type.Literal('one'), Type.Literal('onward')])),
      }),
      Type.Composite([RunSchema, Type.Object({ environmentChanges: Type.Optional(EnvironmentChangesSchema) })]),
    ),
    /** No further trial of this sweep starts; those under way go on, and the sweep ends with them. */
    'runs.stopEarly': request(Type.Object({ runId: RunIdSchema }), RunSchema),
    /**
     * Gives a sweep what it is by now: trials that it does not have are added, those that it has stay, whatever they are
     * now. A sweep that has ended goes on. Asked again, it adds nothing: trials are known by what they vary.
     */
    'runs.extend': request(SweepExtensionSchema, Type.Object({ run: RunSchema, added: Type.Integer() })),
    /**
     * What a person changes of runs, the same for each of them, or for none: names, tags, notes, favourites, experiments. Refused for a
     * part of a run that is to be moved to another experiment by itself.
     */
    'runs.change': request(
      Type.Object({ runs: Type.Array(RunIdSchema, { minItems: 1, maxItems: 20_000 }), change: RunChangeSchema }),
      Type.Object({ runs: Type.Array(RunSchema) }),
    ),
    /**
     * Hides runs with all that they are made of, or all runs of an experiment; all of them or none. What can be brought back is removed
     * later, files included. Refused for runs that have not ended, that are parts of others, or whose results others took.
     * Asked again, it answers the same.
     */
    'runs.delete': request(
      Type.Union([
        Type.Object({ runs: Type.Array(RunIdSchema, { minItems: 1, maxItems: 20_000 }) }),
        Type.Object({ experimentId: ExperimentIdSchema }),
      ]),
      /** `undoUntilMs`: until then `runs.undelete` brings them back. */
      Type.Object({ runs: Type.Array(RunIdSchema), undoUntilMs: Type.Number() }),
    ),
    /** Brings back what was deleted: by id, a unique prefix of one, or name. All of them or none. What is there stays as it is. */
    'runs.undelete': request(
      Type.Object({ runs: Type.Array(Type.String({ minLength: 1 }), { minItems: 1, maxItems: 100_000 }) }),
      Type.Object({ runs: Type.Array(RunSchema) }),
    ),
    /** From here on this connection hears `runs.changed`. */
    'runs.watch': request(Nothing, Nothing),
    /** What active runs lack; from here on this connection hears `secrets.lacking`. */
    'secrets.watch': request(Nothing, Type.Object({ lacking: Type.Array(LackingSecretSchema) })),
    /**
     * Before a run is submitted or tried again: the client holds secrets that it refers to. Answers which of them to give, and
     * under which run's id: that of the top of its tree.
     */
    'secrets.offer': request(
      Type.Object({ runId: RunIdSchema, names: SecretNames }),
      Type.Object({ runId: RunIdSchema, wanted: SecretNames }),
    ),
    /**
     * Secrets that the engine has asked for, by `wanted` or by `lacking`; it keeps them in its memory and nowhere else, and
     * lets go of all others. The same again does no harm.
     */
    'secrets.give': request(
      Type.Object({
        runs: Type.Array(RunIdSchema, { maxItems: 100_000 }),
        secrets: Type.Array(Type.Tuple([SecretNameSchema, Type.String({ maxLength: 100_000 })]), { maxItems: 1000 }),
      }),
      Nothing,
    ),
    /** A page of events, newest first; `before` is the `sequence` of the last event of the page before. */
    'events.list': request(
      Type.Object({ runId: RunIdSchema, before: Type.Optional(Type.Integer()), limit: PageSize }),
      Type.Object({ events: Type.Array(RunEventSchema), more: Type.Boolean() }),
    ),
    /** Where events are along an axis, at most `mostMarks` stretches of it. */
    'events.marks': request(
      Type.Composite([Type.Object({ runId: RunIdSchema }), EventMarksQuerySchema]),
      EventMarksSchema,
    ),
    /** What the run's attempts have named as artifacts, by attempt and path; `after` is the last one of the page before. */
    'artifacts.list': request(
      Type.Object({
        runId: RunIdSchema,
        after: Type.Optional(Type.Object({ attempt: Type.Integer(), path: Type.String() })),
        limit: PageSize,
      }),
      Type.Object({ artifacts: Type.Array(ArtifactSchema), more: Type.Boolean() }),
    ),
    'series.list': request(
      Type.Object({ runId: RunIdSchema }),
      Type.Object({ summaries: Type.Array(MetricSummarySchema) }),
    ),
    /** Windows in the order of `metrics`; a metric without points has an empty one. */
    'series.query': request(
      Type.Object({
        runId: RunIdSchema,
        metrics: Type.Array(Type.String(), { maxItems: 1000 }),
        axis: SeriesXAxisSchema,
        /** Inclusive range of x; absent is open. */
        from: Type.Optional(Type.Number()),
        to: Type.Optional(Type.Number()),
        buckets: Type.Integer({ minimum: 1, maximum: 20_000 }),
        /** Of the plot: the answer is made for it; `buckets` then says up to how many points are sent as they are. */
        pixels: Type.Optional(PixelSizeSchema),
      }),
      Type.Object({ windows: Type.Array(SeriesWindowSchema) }),
    ),
    /**
     * Points as they were logged, all of them, in the order of their arrival: about `limit` from position `from` on, of one
     * attempt. The next page begins behind these; one without points is the last.
     */
    'series.points': request(
      Type.Object({
        runId: RunIdSchema,
        metric: Type.String(),
        from: Type.Integer({ minimum: 0 }),
        limit: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
      }),
      SeriesPageSchema,
    ),
    /** From here on this connection hears `run.appended` for this run, until `run.unfollow`. Following twice needs unfollowing twice. */
    'run.follow': request(Type.Object({ runId: RunIdSchema }), Nothing),
    'run.unfollow': request(Type.Object({ runId: RunIdSchema }), Nothing),
    /** Where an attempt's output ended at a time; without a position when nothing is known of its times. */
    'output.at': request(
      Type.Object({
        runId: RunIdSchema,
        /** 0 is the newest. */
        attempt: Type.Integer({ minimum: 0 }),
        stream: OutputStreamSchema,
        timeMs: Type.Number(),
      }),
      Type.Object({
        attempt: Type.Integer(),
        position: Type.Optional(Type.Integer()),
        /** Which the position counts in, as in `output.read`. */
        edition: Type.Optional(Type.Integer()),
      }),
    ),
    /** At most `maxBytes` from `from`; a negative `from` counts from the end. Attempt 0 is the newest. */
    'output.read': request(
      Type.Object({
        runId: RunIdSchema,
        attempt: Type.Integer({ minimum: 0 }),
        stream: OutputStreamSchema,
        from: Type.Integer(),
        maxBytes: Type.Integer({ minimum: 1, maximum: 16 * 1024 * 1024 }),
        /**
         * The edition that `from` is a position in: the client begins anew when the answer is of another. For one that does
         * not say this, what it has read stays as it is while the connection lasts.
         */
        edition: Type.Optional(Type.Integer()),
      }),
      OutputPart,
    ),
    /**
     * Lines in which a pattern stands, in their order, of a bounded part of the output: `next` says where to go on, and is
     * absent at its end. An answer of another edition than the one before: begin anew.
     */
    'output.find': request(
      Type.Object({
        runId: RunIdSchema,
        /** 0 is the newest. */
        attempt: Type.Integer({ minimum: 0 }),
        stream: OutputStreamSchema,
        pattern: OutputPatternSchema,
        /** Where a line begins, with the number of lines before it: 0 and 0, or `next` of the answer before. */
        from: Type.Integer({ minimum: 0 }),
        linesBefore: Type.Integer({ minimum: 0 }),
        limit: PageSize,
      }),
      Type.Object({
        attempt: Type.Integer(),
        edition: Type.Integer(),
        lines: Type.Array(FoundLineSchema),
        next: Type.Optional(Type.Object({ from: Type.Integer(), linesBefore: Type.Integer() })),
        /** Position up to which was looked, of so many bytes. */
        searchedTo: Type.Integer(),
        sizeBytes: Type.Integer(),
      }),
    ),
  },
  notifications: {
    /** Runs as they are now, and the experiments whose numbers changed with them. */
    'runs.changed': Type.Object({
      runs: Type.Array(RunSchema),
      experiments: Type.Array(ExperimentSchema),
      /** Runs that are deleted now, by the top of their tree. */
      deleted: Type.Optional(Type.Array(RunIdSchema)),
      /** Experiments that have no runs any more. */
      emptied: Type.Optional(Type.Array(ExperimentIdSchema)),
    }),
    /** What active runs lack by now. */
    'secrets.lacking': Type.Object({ lacking: Type.Array(LackingSecretSchema) }),
    /**
     * Runs have ended that no window has told of: told to one window only, and to another when that one goes away before it has
     * acknowledged them. Also those that ended while there was no window.
     */
    'ends.told': Type.Object({
      id: Type.String(),
      /** The newest, in the order of their ends. */
      ended: Type.Array(RunSchema),
      /** How many have ended in all, by how they did. */
      counts: ChildCountsSchema,
    }),
    /** The queue was paused or resumed; for those who watch runs. */
    'queue.changed': Type.Object({ isPaused: Type.Boolean() }),
    /** What a followed run has produced since the last of these. */
    'run.appended': Type.Object({
      runId: RunIdSchema,
      series: Type.Array(SeriesAppendSchema),
      events: Type.Array(RunEventSchema),
      progress: Type.Optional(ProgressSchema),
      metadataJson: Type.Optional(Type.String()),
      /** True when stdout or stderr grew. */
      output: Type.Boolean(),
      attempt: Type.Optional(AttemptSchema),
    }),
  },
} as const;

export type EngineContract = typeof engineContract;
