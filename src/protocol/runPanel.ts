/**
 * The conversation between the extension host and the run panel's webview. The view speaks first; appends carry the
 * revision they continue, and a view that finds a gap asks again instead of drawing a hole.
 */
import { type Static, Type } from '@sinclair/typebox';
import { RunDetailSchema, RunEventSchema, RunIdSchema, RunSchema } from '../model/run';
import {
  MetricSummarySchema,
  PixelSizeSchema,
  SeriesAppendSchema,
  SeriesAxisSchema,
  SeriesWindowSchema,
} from '../model/series';
import { request } from './contract';

/** What the view keeps with `setState`, and gets back after a reload of the window. */
export const RunPanelStateSchema = Type.Object({ runId: RunIdSchema, axis: Type.Optional(SeriesAxisSchema) });
export type RunPanelState = Static<typeof RunPanelStateSchema>;

export const runPanelActions = ['cancel', 'retry', 'resume', 'showLog', 'copyId', 'openFolder', 'openRunFile'] as const;
export type RunPanelAction = (typeof runPanelActions)[number];

/** `attempt` says whose output `showLog` shows; without it the newest one's. */
export const RunPanelActSchema = Type.Object({
  action: Type.Unsafe<RunPanelAction>(Type.Union(runPanelActions.map((a) => Type.Literal(a)))),
  attempt: Type.Optional(Type.Integer({ minimum: 1 })),
});
export type RunPanelAct = Static<typeof RunPanelActSchema>;

const Nothing = Type.Object({});

export const runPanelContract = {
  requests: {
    /** The first word: the run as it is now. `nowMs` is the host's clock, for ages. */
    'panel.ready': request(
      Nothing,
      Type.Object({
        detail: RunDetailSchema,
        metrics: Type.Array(MetricSummarySchema),
        /** Newest first. */
        events: Type.Array(RunEventSchema),
        nowMs: Type.Number(),
        /** Undefined while the source answers; else since when and why not. */
        connection: Type.Optional(Type.String()),
      }),
    ),
    'panel.series': request(
      Type.Object({
        metrics: Type.Array(Type.String()),
        axis: SeriesAxisSchema,
        from: Type.Optional(Type.Number()),
        to: Type.Optional(Type.Number()),
        buckets: Type.Integer({ minimum: 1, maximum: 20_000 }),
        /** Of the plot: the answer is made for it; `buckets` then says up to how many points are sent as they are. */
        pixels: Type.Optional(PixelSizeSchema),
      }),
      Type.Object({ windows: Type.Array(SeriesWindowSchema) }),
    ),
    'panel.act': request(RunPanelActSchema, Nothing),
  },
  notifications: {
    'panel.run': Type.Object({ run: RunSchema }),
    'panel.appended': Type.Object({
      series: Type.Array(SeriesAppendSchema),
      events: Type.Array(RunEventSchema),
      metadataJson: Type.Optional(Type.String()),
    }),
    /** Undefined reason: the source answers again, ask for everything anew. */
    'panel.connection': Type.Object({ reason: Type.Optional(Type.String()) }),
  },
} as const;

export type RunPanelContract = typeof runPanelContract;
