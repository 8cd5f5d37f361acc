/** Moves charts among those of their group: by one place, or to where another one is. */
import type { ChartGroup, ChartPlan } from '../../../src/model/chartLayout';
import type { ChartsSurroundings } from './surroundings';

/** Whether there is a place to move it to. */
export function canMove({ layout }: ChartsSurroundings, plan: ChartPlan, by: -1 | 1): boolean {
  const group = groupOf(layout().groups, plan.id);
  if (!group) return false;
  const to = group.charts.findIndex(({ id }) => id === plan.id) + by;
  return to >= 0 && to < group.charts.length;
}

export function moveBy(surroundings: ChartsSurroundings, plan: ChartPlan, by: -1 | 1): void {
  const { layout, model } = surroundings;
  const { groups } = layout();
  const group = groupOf(groups, plan.id);
  if (!group || !canMove(surroundings, plan, by)) return;
  const at = group.charts.findIndex(({ id }) => id === plan.id);
  const before = by < 0 ? group.charts[at - 1] : group.charts[at + 2];
  model.move(plan.id, before?.id ?? firstAfter(groups, group)?.id, idsOf(groups));
}

/** Not across groups, as a group is what the names say. */
export function canMoveTo({ layout }: ChartsSurroundings, id: string, place: ChartPlan): boolean {
  const { groups } = layout();
  const group = groupOf(groups, id);
  return group !== undefined && id !== place.id && group === groupOf(groups, place.id);
}

/** To the place of another chart. */
export function moveTo(surroundings: ChartsSurroundings, id: string, place: ChartPlan): void {
  const { layout, model } = surroundings;
  const { groups } = layout();
  const group = groupOf(groups, id);
  if (!group || !canMoveTo(surroundings, id, place)) return;
  const [from, to] = [id, place.id].map((wanted) => group.charts.findIndex((chart) => chart.id === wanted));
  const isLater = (to ?? 0) > (from ?? 0);
  const before = isLater ? (group.charts[(to ?? 0) + 1] ?? firstAfter(groups, group)) : place;
  model.move(id, before?.id, idsOf(groups));
}

const groupOf = (groups: readonly ChartGroup[], id: string): ChartGroup | undefined =>
  groups.find(({ charts }) => charts.some((chart) => chart.id === id));

const idsOf = (groups: readonly ChartGroup[]): readonly string[] =>
  groups.flatMap(({ charts }) => charts.map(({ id }) => id));

const firstAfter = (groups: readonly ChartGroup[], group: ChartGroup): ChartPlan | undefined =>
  groups[groups.indexOf(group) + 1]?.charts[0];
