/** How large the plots of a panel are: the first picture of the next panel is drawn by it. */
import { type Static, Type } from '@sinclair/typebox';

/** How large plots and letters are in the panels of this editor, as one of them has measured it. Sizes are CSS pixels. */
export const PlotLookSchema = Type.Object({
  widthPx: Type.Number({ minimum: 1, maximum: 20_000 }),
  heightPx: Type.Number({ minimum: 1, maximum: 20_000 }),
  fontSizePx: Type.Number({ minimum: 1, maximum: 200 }),
  /** Of who looks: where the host is somewhere else, it would write other times. */
  timeZoneOffsetMin: Type.Number(),
  /** Widths of the letters that stand at axes. */
  letterPx: Type.Record(Type.String({ maxLength: 2 }), Type.Number({ minimum: 0, maximum: 400 })),
});
export type PlotLook = Static<typeof PlotLookSchema>;
