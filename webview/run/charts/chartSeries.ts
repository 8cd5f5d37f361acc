/** The series of a chart, as the board of all series knows them: under which keys, what there is of them, why there is not. */
import type { ChartPlan } from '../../../src/model/chartLayout';
import type { ChartedSeries } from './chartScene';
import type { SeriesBoard } from './seriesBoard';

export const keyOf = (plan: ChartPlan, metric: string): string => `${plan.id}\n${metric}`;

/** `places`: of the metrics among all of the run, for their colours. */
export function loadedSeries(board: SeriesBoard, plan: ChartPlan, places: readonly number[]): readonly ChartedSeries[] {
  return plan.metrics.flatMap((metric, at) => {
    const picture = board.find(keyOf(plan, metric))?.picture();
    return picture ? [{ metric, place: places[at] ?? 0, picture }] : [];
  });
}

/** Of the first series that could not be asked for. */
export const findFailure = (board: SeriesBoard, plan: ChartPlan): string | undefined =>
  plan.metrics.map((metric) => board.findFailure(keyOf(plan, metric))).find((failure) => failure !== undefined);

/** Those of `plan` that `next` does not show. */
export function forgetSeries(board: SeriesBoard, plan: ChartPlan, next?: ChartPlan): void {
  const kept = next?.id === plan.id ? next.metrics : [];
  for (const metric of plan.metrics) if (!kept.includes(metric)) board.forget(keyOf(plan, metric));
}
