/**
 * The conversation between the extension host and the graph panel's webview: of a run and all that it is made of, or of a
 * run file and what it would submit. The view speaks first; from then on it hears what changes, node by node, and gets the
 * whole anew when nodes or edges were added.
 */
import { type Static, Type } from '@sinclair/typebox';
import { GraphChangeSchema } from '../model/graphChange';
import { MetricSummarySchema } from '../model/series';
import { RunDetailSchema, RunIdSchema, RunStatusSchema } from '../model/run';
import { GraphEdgeSchema, GraphNodeSchema } from '../model/runGraph';
import { request } from './contract';

export const graphPanelViews = ['graph', 'timeline'] as const;
export type GraphPanelView = (typeof graphPanelViews)[number];

/** How a graph is looked at. Nodes are named by their paths, which a plan has as well as a run: `train/fold-1`. */
export const GraphLookSchema = Type.Object({
  view: Type.Unsafe<GraphPanelView>(Type.Union(graphPanelViews.map((view) => Type.Literal(view)))),
  /** Opened though they would be closed, and closed though they would be open. */
  opened: Type.Array(Type.String()),
  closed: Type.Array(Type.String()),
  selected: Type.Optional(Type.String()),
  isCriticalShown: Type.Boolean(),
  /** Only nodes with one of these are shown in full; none is all. */
  statuses: Type.Array(RunStatusSchema),
  /** The middle of the picture in its own units, and pixels per unit; absent is all of it in view. */
  place: Type.Optional(Type.Object({ x: Type.Number(), y: Type.Number(), scale: Type.Number() })),
});
export type GraphLook = Static<typeof GraphLookSchema>;

/** What a panel is about. `file` is a URI as text. */
export const GraphSubjectSchema = Type.Union([
  Type.Object({ kind: Type.Literal('run'), runId: RunIdSchema }),
  Type.Object({ kind: Type.Literal('file'), file: Type.String() }),
]);
export type GraphSubject = Static<typeof GraphSubjectSchema>;

/** What the view keeps with `setState`, and gets back after a reload of the window. */
export const GraphPanelStateSchema = Type.Object({
  subject: GraphSubjectSchema,
  look: Type.Optional(GraphLookSchema),
  /** By the view's clock: of what it and its host have kept, the later one holds. */
  keptAtMs: Type.Optional(Type.Number()),
});
export type GraphPanelState = Static<typeof GraphPanelStateSchema>;

/** What a run file would come to, as far as that can be known before. */
export const PlanSummarySchema = Type.Object({
  /** Programs that would be executed. */
  programs: Type.Integer(),
  /** Most of them at once, by dependencies and by what sweeps allow. */
  mostAtOnce: Type.Integer(),
  /** The same on this machine, by the places that its engine has; absent while that is not known. */
  mostHere: Type.Optional(Type.Integer()),
  /** Until all have ended at the latest: limits, retries and their pauses; absent when a program has no limit. */
  longestMs: Type.Optional(Type.Number()),
  /** Programs without a limit. */
  unlimited: Type.Integer(),
});
export type PlanSummary = Static<typeof PlanSummarySchema>;

/** The nodes and edges of a graph: the run itself first, parents before their children, siblings in the order of the file. */
export const GraphPartsSchema = Type.Object({ nodes: Type.Array(GraphNodeSchema), edges: Type.Array(GraphEdgeSchema) });
export type GraphParts = Static<typeof GraphPartsSchema>;

export const GraphSnapshotSchema = Type.Object({
  /** Of the run, or of the run file. */
  name: Type.String(),
  experiment: Type.String(),
  /** The run itself first, parents before their children, siblings in the order of the file. */
  nodes: Type.Array(GraphNodeSchema),
  edges: Type.Array(GraphEdgeSchema),
  /**
   * The nodes and edges of a run file, and no others: JSON of `GraphPartsSchema` in UTF-8, which the host passes on as it gets it.
   * Of thousands of tasks, decoding it would keep all extensions of the window waiting.
   */
  packed: Type.Optional(Type.Uint8Array()),
  /** Of a run file only. */
  plan: Type.Optional(PlanSummarySchema),
  /** Why a run file cannot be submitted as it stands: the graph is then the last one that could. */
  problem: Type.Optional(Type.String()),
  /** Why a run file could not be looked at as it stands: the graph is then the last one. */
  outdated: Type.Optional(Type.String()),
  /** The host's clock, for ages. */
  nowMs: Type.Number(),
  /** Undefined while the source answers; else why not. */
  connection: Type.Optional(Type.String()),
});
export type GraphSnapshot = Static<typeof GraphSnapshotSchema>;

/** A name and a value, as a person reads them. */
const FactSchema = Type.Tuple([Type.String(), Type.String()]);

/** Of one node, beside the picture: `detail` of a run, `facts` of what is only planned. */
export const GraphDetailsSchema = Type.Object({
  detail: Type.Optional(RunDetailSchema),
  facts: Type.Array(FactSchema),
  parametersJson: Type.String(),
  metrics: Type.Array(MetricSummarySchema),
  /** There are more metrics than these. */
  moreMetrics: Type.Integer(),
  /** The end of its newest attempt's output. */
  output: Type.Optional(Type.String()),
});
export type GraphDetails = Static<typeof GraphDetailsSchema>;

export const graphPanelActions = [
  'open',
  'openGraph',
  'showLog',
  'cancel',
  'retry',
  'resume',
  'retryOnward',
  'hold',
  'release',
  'next',
  'stopSweep',
  'openRunFile',
  'submit',
] as const;
export type GraphPanelAction = (typeof graphPanelActions)[number];
const GraphPanelActionSchema = Type.Unsafe<GraphPanelAction>(
  Type.Union(graphPanelActions.map((action) => Type.Literal(action))),
);

const Nothing = Type.Object({});

export const graphPanelContract = {
  requests: {
    /** The first word, and again when the view has reason to begin anew. */
    'graph.ready': request(Nothing, GraphSnapshotSchema),
    /** From then on `graph.detailsChanged` tells when this node's details are others; of one node at a time. */
    'graph.details': request(Type.Object({ runId: RunIdSchema }), GraphDetailsSchema),
    /** No node's details are shown any more. */
    'graph.noDetails': request(Nothing, Nothing),
    /** The user has chosen a node: the tree beside shows it too. */
    'graph.select': request(Type.Object({ runId: RunIdSchema }), Nothing),
    /** Does something with a node's run; with a planned one only `submit` and `openRunFile`, which shows the node's place. */
    'graph.act': request(Type.Object({ action: GraphPanelActionSchema, runId: RunIdSchema }), Nothing),
    /** A picture into a file that the user names; `name` is proposed. */
    'graph.save': request(Type.Object({ name: Type.String({ maxLength: 120 }), bytes: Type.Uint8Array() }), Nothing),
    /** How the panel is looked at: kept beyond the life of the view, and given back to the next one of this subject. */
    'graph.keep': request(GraphPanelStateSchema, Nothing),
  },
  notifications: {
    /** Nodes as they are now. One that the view does not know comes with a `graph.snapshot` soon. */
    'graph.changed': Type.Object({ nodes: Type.Array(GraphChangeSchema) }),
    /** The whole anew: nodes or edges were added, the run file was edited. */
    'graph.snapshot': GraphSnapshotSchema,
    'graph.detailsChanged': Type.Object({ runId: RunIdSchema }),
    /** The tree's selection has moved to this node. */
    'graph.selected': Type.Object({ runId: RunIdSchema }),
    /** Undefined reason: the source answers again, ask for everything anew. */
    'graph.connection': Type.Object({ reason: Type.Optional(Type.String()) }),
  },
} as const;

export type GraphPanelContract = typeof graphPanelContract;
