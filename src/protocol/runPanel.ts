/**
 * The conversation between the extension host and the run panel's webview. The view speaks first; appends carry the
 * revision they continue, and a view that finds a gap asks again instead of drawing a hole.
 */
import { type Static, Type } from '@sinclair/typebox';
import { ChartSettingsSchema } from '../model/chartSettings';
import { EventMarksQuerySchema, EventMarksSchema } from '../model/eventMark';
import { OutputStreamSchema } from '../model/outputStream';
import { RunDetailSchema, RunEventSchema, RunIdSchema, RunSchema } from '../model/run';
import {
  MetricSummarySchema,
  PixelSizeSchema,
  SeriesAppendSchema,
  SeriesWindowSchema,
  SeriesXAxisSchema,
} from '../model/series';
import { request } from './contract';
import { PlotLookSchema } from './plotLook';

/** Its tabs, in their order. What belongs to one is read and sent only while it is the one that is shown. */
export const runPanelTabs = ['charts', 'parameters', 'events', 'attempts', 'output'] as const;
export type RunPanelTab = (typeof runPanelTabs)[number];
const RunPanelTabSchema = Type.Unsafe<RunPanelTab>(Type.Union(runPanelTabs.map((tab) => Type.Literal(tab))));

/** What the view keeps with `setState`, and gets back after a reload of the window. */
export const RunPanelStateSchema = Type.Object({
  runId: RunIdSchema,
  charts: Type.Optional(ChartSettingsSchema),
  tab: Type.Optional(RunPanelTabSchema),
  /** By the view's clock: of what it and its host have kept, the later one holds. */
  keptAtMs: Type.Optional(Type.Number()),
});
export type RunPanelState = Static<typeof RunPanelStateSchema>;

export const runPanelActions = [
  'cancel',
  'retry',
  'resume',
  'showLog',
  'openGraph',
  'copyId',
  'openFolder',
  'openRunFile',
  'undelete',
] as const;
export type RunPanelAction = (typeof runPanelActions)[number];

/** `attempt` says whose output `showLog` shows; without it the newest one's. */
export const RunPanelActSchema = Type.Object({
  action: Type.Unsafe<RunPanelAction>(Type.Union(runPanelActions.map((a) => Type.Literal(a)))),
  attempt: Type.Optional(Type.Integer({ minimum: 1 })),
});
export type RunPanelAct = Static<typeof RunPanelActSchema>;

/** The run as it is now, and what the tab shows. */
export const RunPanelSnapshotSchema = Type.Object({
  detail: RunDetailSchema,
  /** For the charts only; not when they were given before. */
  metrics: Type.Optional(Type.Array(MetricSummarySchema)),
  /** For the charts that are probably shown first, when it was read in time: they need not ask. */
  firstSeries: Type.Optional(
    Type.Object({
      axis: SeriesXAxisSchema,
      buckets: Type.Integer({ minimum: 1 }),
      windows: Type.Array(SeriesWindowSchema),
    }),
  ),
  /** Newest first; for charts and events only, and as with the metrics. */
  events: Type.Optional(Type.Array(RunEventSchema)),
  nowMs: Type.Number(),
  /** Undefined while the source answers; else since when and why not. */
  connection: Type.Optional(Type.String()),
});
export type RunPanelSnapshot = Static<typeof RunPanelSnapshotSchema>;

/** A snapshot that nobody has asked for; its id names it in the answer that goes on from it. */
export const GivenSnapshotSchema = Type.Object({
  id: Type.String(),
  tab: RunPanelTabSchema,
  snapshot: RunPanelSnapshotSchema,
});
export type GivenSnapshot = Static<typeof GivenSnapshotSchema>;

const Nothing = Type.Object({});

export const runPanelContract = {
  requests: {
    /**
     * The first word, and again when another tab is shown: the run as it is now. From then on the view hears of the run, and
     * of what it appends as far as the tab shows it. `nowMs` is the host's clock, for ages.
     */
    'panel.ready': request(
      Type.Object({
        tab: RunPanelTabSchema,
        /** The whole snapshot is wanted: one that was given has not arrived. */
        whole: Type.Optional(Type.Boolean()),
      }),
      Type.Composite([
        RunPanelSnapshotSchema,
        /** Names the snapshot that was given: this answer has only what it lacks, and notices have told what came since. */
        Type.Object({ given: Type.Optional(Type.String()) }),
      ]),
    ),
    'panel.series': request(
      Type.Object({
        metrics: Type.Array(Type.String()),
        axis: SeriesXAxisSchema,
        from: Type.Optional(Type.Number()),
        to: Type.Optional(Type.Number()),
        buckets: Type.Integer({ minimum: 1, maximum: 20_000 }),
        /** Of the plot: the answer is made for it; `buckets` then says up to how many points are sent as they are. */
        pixels: Type.Optional(PixelSizeSchema),
      }),
      Type.Object({ windows: Type.Array(SeriesWindowSchema) }),
    ),
    /**
     * Events that match, newest first: at most `limit` of those before `before`. `next` is where to ask on; without it there are
     * none before. A page may be short, or empty, where matches are rare.
     */
    'panel.events': request(
      Type.Object({
        before: Type.Optional(Type.Integer()),
        limit: Type.Integer({ minimum: 1, maximum: 1000 }),
        least: Type.Optional(RunEventSchema.properties.level),
        text: Type.Optional(Type.String({ maxLength: 1000 })),
      }),
      Type.Object({ events: Type.Array(RunEventSchema), next: Type.Optional(Type.Integer()) }),
    ),
    /** As `events.marks` of the engine. */
    'panel.eventMarks': request(EventMarksQuerySchema, EventMarksSchema),
    /** As `output.read` of the engine. */
    'panel.output': request(
      Type.Object({
        /** 0 is the newest. */
        attempt: Type.Integer({ minimum: 0 }),
        stream: OutputStreamSchema,
        /** Negative counts from the end. */
        from: Type.Integer(),
        maxBytes: Type.Integer({ minimum: 1, maximum: 1024 * 1024 }),
        /** Of the part that this one continues. */
        edition: Type.Optional(Type.Integer()),
      }),
      Type.Object({
        attempt: Type.Integer(),
        from: Type.Integer(),
        bytes: Type.Uint8Array(),
        sizeBytes: Type.Integer(),
        edition: Type.Optional(Type.Integer()),
      }),
    ),
    /** Where the output ended at a time; without a position when nothing is known of that. */
    'panel.outputAt': request(
      Type.Object({ attempt: Type.Integer({ minimum: 0 }), stream: OutputStreamSchema, timeMs: Type.Number() }),
      Type.Object({
        attempt: Type.Integer(),
        position: Type.Optional(Type.Integer()),
        edition: Type.Optional(Type.Integer()),
      }),
    ),
    /** When a point was logged, in ms since 1970; none when it is not found. */
    'panel.timeAt': request(
      Type.Object({
        metric: Type.String(),
        attempt: Type.Integer(),
        axis: SeriesXAxisSchema,
        x: Type.Number(),
      }),
      Type.Object({ timeMs: Type.Optional(Type.Number()) }),
    ),
    /** All points of these metrics into a file that the user names. */
    'panel.exportPoints': request(Type.Object({ metrics: Type.Array(Type.String()) }), Nothing),
    /** A picture into a file that the user names; `name` is proposed. */
    'panel.save': request(Type.Object({ name: Type.String({ maxLength: 120 }), bytes: Type.Uint8Array() }), Nothing),
    /** How the panel is looked at: kept beyond the life of the view, and given back to the next one of this run. */
    'panel.keep': request(RunPanelStateSchema, Nothing),
    /** How large plots and letters are: what the first picture of the next panel is drawn by. */
    'panel.plotLook': request(PlotLookSchema, Nothing),
    'panel.act': request(RunPanelActSchema, Nothing),
  },
  notifications: {
    /** What the view will ask for, read while it was being loaded; it may come before the view has said a word. */
    'panel.given': GivenSnapshotSchema,
    'panel.run': Type.Object({ run: RunSchema }),
    'panel.appended': Type.Object({
      series: Type.Array(SeriesAppendSchema),
      events: Type.Array(RunEventSchema),
      metadataJson: Type.Optional(Type.String()),
      /** Stdout or stderr grew. */
      output: Type.Optional(Type.Boolean()),
    }),
    /** Undefined reason: the source answers again, ask for everything anew. */
    'panel.connection': Type.Object({ reason: Type.Optional(Type.String()) }),
  },
} as const;

export type RunPanelContract = typeof runPanelContract;
