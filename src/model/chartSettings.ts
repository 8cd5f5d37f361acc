/** How somebody looks at the charts of a panel: kept with the panel, read back after a restart. */
import { type Static, Type } from '@sinclair/typebox';
import { SeriesXAxisSchema } from './series';

const SpanSchema = Type.Object({ from: Type.Number(), to: Type.Number() });
const ScaleKindSchema = Type.Union([Type.Literal('linear'), Type.Literal('logarithmic')]);

export const smoothingKinds = ['none', 'exponential', 'time-weighted'] as const;
export const smoothingWeightMax = 0.999;
const SmoothingKindSchema = Type.Union(smoothingKinds.map((kind) => Type.Literal(kind)));
/** Of what came before: 0 changes nothing. */
const SmoothingWeightSchema = Type.Number({ minimum: 0, maximum: smoothingWeightMax });

const SmoothingSchema = Type.Object({ kind: SmoothingKindSchema, weight: SmoothingWeightSchema });
export type Smoothing = Static<typeof SmoothingSchema>;

/** What is chosen for one chart; what is absent is as for all charts, or follows the data. */
export const ChartChoiceSchema = Type.Object({
  id: Type.String(),
  /** Of a chart with several metrics; a chart of one has its name as id. */
  metrics: Type.Optional(Type.Array(Type.String())),
  isPinned: Type.Optional(Type.Boolean()),
  /** Columns of the grid that it takes. */
  columns: Type.Optional(Type.Integer({ minimum: 1, maximum: 3 })),
  heightPx: Type.Optional(Type.Integer({ minimum: 80, maximum: 2000 })),
  xScale: Type.Optional(ScaleKindSchema),
  yScale: Type.Optional(ScaleKindSchema),
  smoothing: Type.Optional(SmoothingSchema),
  x: Type.Optional(SpanSchema),
  y: Type.Optional(SpanSchema),
});
export type ChartChoice = Static<typeof ChartChoiceSchema>;

export const ChartSettingsSchema = Type.Object({
  axis: SeriesXAxisSchema,
  /** A regular expression; charts without a metric that it finds are not shown. */
  filter: Type.String(),
  smoothing: SmoothingKindSchema,
  smoothingWeight: SmoothingWeightSchema,
  ignoreOutliers: Type.Boolean(),
  /** A zoom of x holds for all charts. */
  linkZoom: Type.Boolean(),
  showEvents: Type.Boolean(),
  xScale: ScaleKindSchema,
  yScale: ScaleKindSchema,
  /** The zoom of x that all charts share. */
  x: Type.Optional(SpanSchema),
  /** Ids in the order that was chosen; what is not among them follows in the order of arrival. */
  order: Type.Array(Type.String()),
  charts: Type.Array(ChartChoiceSchema),
  closedGroups: Type.Array(Type.String()),
  /** The chart that has the panel for itself. */
  alone: Type.Optional(Type.String()),
});
export type ChartSettings = Static<typeof ChartSettingsSchema>;

export const defaultChartSettings: ChartSettings = {
  axis: 'step',
  filter: '',
  smoothing: 'none',
  smoothingWeight: 0.6,
  ignoreOutliers: false,
  linkZoom: false,
  showEvents: true,
  xScale: 'linear',
  yScale: 'linear',
  order: [],
  charts: [],
  closedGroups: [],
};

/** How a chart's curves are smoothed: as was chosen for it, else as all are. */
export const smoothingOf = (settings: ChartSettings, choice: ChartChoice): Smoothing =>
  choice.smoothing ?? { kind: settings.smoothing, weight: settings.smoothingWeight };
