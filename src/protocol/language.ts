/**
 * What the language server of run files and the window that started it say to each other beside the Language Server
 * Protocol. The server cannot know what the window does: what the user trusts, chose and ran.
 */
import { type Static, type TSchema, Type } from '@sinclair/typebox';
import { CapacitySchema } from '../model/demand';
import { ParameterHistoryQuerySchema, ParameterHistorySchema } from '../model/parameterHistory';
import { RunIdSchema } from '../model/run';
import { type Contract, request } from './contract';
import { QueueSchema } from './engine';
import { FailureDataSchema, FilePlaceSchema } from './failureData';
import { GraphDetailsSchema, PlanSummarySchema } from './graphPanel';

/** With `initialize`, and whenever it changes. */
export const LanguageSettingsSchema = Type.Object({
  /** Nothing outside of the text is looked at in a workspace that is not trusted. */
  isTrusted: Type.Boolean(),
  /** Folder of the editor's own Node, where the machine has none. */
  ownNode: Type.Optional(Type.String()),
});
export type LanguageSettings = Static<typeof LanguageSettingsSchema>;

export const KnownNamesSchema = Type.Object({
  experiments: Type.Array(Type.String()),
  tags: Type.Array(Type.String()),
});
export type KnownNames = Static<typeof KnownNamesSchema>;

/** What the window answers. All answers are quick, and start nothing unless they say so. */
export const languageWindowContract = {
  requests: {
    /** The interpreter that the user has chosen for a document. */
    'sidelab/selectedPython': request(
      Type.Object({ uri: Type.String() }),
      Type.Object({ path: Type.Optional(Type.String()) }),
    ),
    /** What runs were called before, the newest first, where an engine is connected. */
    'sidelab/knownNames': request(Type.Object({}), KnownNamesSchema),
    /** What the machine has, where an engine is connected. */
    'sidelab/capacity': request(Type.Object({}), Type.Object({ capacity: Type.Optional(CapacitySchema) })),
    /** The same for what is submitted now: the engine is started for it. */
    'sidelab/capacityToSubmit': request(
      Type.Object({}),
      Type.Union([Type.Object({ capacity: CapacitySchema }), Type.Object({ failure: FailureDataSchema })]),
    ),
    /** What past runs of a document's family were given, and what they reached; absent where no engine is connected. */
    'sidelab/parameterHistory': request(
      Type.Object({ uri: Type.String(), query: ParameterHistoryQuerySchema }),
      Type.Object({ history: Type.Optional(ParameterHistorySchema) }),
    ),
  },
  notifications: {},
} as const satisfies Contract;
export type LanguageWindowContract = typeof languageWindowContract;

/** A run file, and what of the window it is resolved with. */
export const FileToPlanSchema = Type.Object({
  uri: Type.String(),
  /** Absolute; it names the file, which is not read. */
  path: Type.String(),
  /** Absent is what stands in the editor, which the server knows. */
  text: Type.Optional(Type.String()),
  /** Of the process that would submit it. */
  environment: Type.Record(Type.String(), Type.String()),
  /** Folder of the workspace that its runs would belong to. */
  workspace: Type.Optional(Type.String()),
});
export type FileToPlan = Static<typeof FileToPlanSchema>;

/** Why it cannot be submitted as it stands. */
const RefusedSchema = Type.Object({ kind: Type.Literal('refused'), failure: FailureDataSchema });
/** The file is in no editor that the server knows of: it is to be asked with the text. */
const TextNeededSchema = Type.Object({ kind: Type.Literal('textNeeded') });

export const PlannedSchema = Type.Object({
  kind: Type.Literal('planned'),
  name: Type.String(),
  experiment: Type.String(),
  plan: PlanSummarySchema,
  /** JSON of `GraphPartsSchema`: the panel's view decodes it, since that of thousands of tasks takes a while. */
  graph: Type.String(),
});
export type Planned = Static<typeof PlannedSchema>;

export const PlanAnswerSchema = Type.Union([PlannedSchema, RefusedSchema, TextNeededSchema]);
export type PlanAnswer = Static<typeof PlanAnswerSchema>;

/** Of one node, as a panel shows it. */
export const PlanDetailsSchema = Type.Pick(GraphDetailsSchema, ['facts', 'parametersJson']);
export type PlanDetails = Static<typeof PlanDetailsSchema>;

export const DryRunAnswerSchema = Type.Union([
  Type.Object({ kind: Type.Literal('made'), document: Type.String() }),
  RefusedSchema,
  TextNeededSchema,
]);
export type DryRunAnswer = Static<typeof DryRunAnswerSchema>;

export const ResolvedSchema = Type.Object({
  kind: Type.Literal('resolved'),
  /** JSON of a `Submission` without its tasks. */
  run: Type.String(),
  /** JSON of some `TaskSubmission`s each, in their order: the window decodes them one after the other, and rests in between. */
  tasks: Type.Array(Type.String()),
});
export type Resolved = Static<typeof ResolvedSchema>;

export const ResolveAnswerSchema = Type.Union([
  ResolvedSchema,
  /** The file is executed in a terminal, and submitted by nobody. */
  Type.Object({ kind: Type.Literal('direct') }),
  RefusedSchema,
  TextNeededSchema,
]);
export type ResolveAnswer = Static<typeof ResolveAnswerSchema>;

/** A plan as long as somebody looks at it; ids of its nodes follow from that. */
const PlanKeySchema = Type.String({ minLength: 1, maxLength: 64 });
const PlanNodeSchema = Type.Object({ plan: PlanKeySchema, runId: RunIdSchema });

/** What the server is asked and told. */
export const languageServerContract = {
  requests: {
    /** What a run file would come to. Starts no program. A plan of the same key that was asked for before is given up. */
    'sidelab/planGraph': request(
      Type.Object({ plan: PlanKeySchema, file: FileToPlanSchema, capacity: Type.Optional(CapacitySchema) }),
      PlanAnswerSchema,
    ),
    /** Of the last plan that could be made; absent where the server knows none, as one does that was started anew. */
    'sidelab/planDetails': request(PlanNodeSchema, Type.Object({ details: Type.Optional(PlanDetailsSchema) })),
    /** Where a node stands in the run file, likewise. */
    'sidelab/planPlace': request(PlanNodeSchema, Type.Object({ place: Type.Optional(FilePlaceSchema) })),
    /** The document of a dry run. Interpreters are asked for their versions: for a workspace that is trusted. */
    'sidelab/dryRun': request(
      Type.Object({ file: FileToPlanSchema, home: Type.String(), queue: Type.Optional(QueueSchema) }),
      DryRunAnswerSchema,
    ),
    /** What is to be submitted. Programs are started: for a workspace that is trusted. */
    'sidelab/resolveRun': request(Type.Object({ file: FileToPlanSchema }), ResolveAnswerSchema),
  },
  notifications: {
    'sidelab/settings': LanguageSettingsSchema,
    /** A file that a run file may lead to was saved: what was missing may be there now. */
    'sidelab/lookAgain': Type.Object({}),
    /** Nobody looks at it any more. */
    'sidelab/forgetPlan': Type.Object({ plan: PlanKeySchema }),
  },
} as const satisfies Contract & { readonly notifications: Readonly<Record<string, TSchema>> };
export type LanguageServerContract = typeof languageServerContract;
