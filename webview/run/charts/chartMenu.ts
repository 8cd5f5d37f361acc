/** What the menu of a chart offers. */
import type { MenuItem } from '../../shared/menu';
import type { ChartCard } from './chartCard';
import { copyPicture, savePicture } from './chartPictures';
import { canMove, moveBy } from './moveChart';
import type { ChartsSurroundings } from './surroundings';

export function chartMenu(card: ChartCard, surroundings: ChartsSurroundings): readonly MenuItem[] {
  const { model, dialogs, commands } = surroundings;
  const { plan } = card;
  const { choice } = plan;
  const { settings } = model;
  const flip = (axis: 'xScale' | 'yScale'): MenuItem => {
    const isLogarithmic = (choice[axis] ?? settings[axis]) === 'logarithmic';
    return {
      label: `Logarithmic ${axis === 'xScale' ? 'X' : 'Y'} Axis`,
      isChecked: isLogarithmic,
      run: () => model.choose(plan, { [axis]: isLogarithmic ? 'linear' : 'logarithmic' }),
    };
  };
  const size = (label: string, columns: 1 | 2 | 3): MenuItem => ({
    label,
    isChecked: (choice.columns ?? 1) === columns,
    run: () => model.choose(plan, { columns: columns === 1 ? undefined : columns }),
  });
  return [
    { label: 'Show as Table', isChecked: card.isTable, run: () => card.toggleTable() },
    flip('yScale'),
    flip('xScale'),
    { label: 'Axis Limits…', run: () => dialogs.limits(card) },
    { label: 'Smoothing…', run: () => dialogs.smoothing(plan) },
    { label: 'Choose Metrics…', run: () => dialogs.pick(plan), beginsGroup: true },
    ...(plan.metrics.length > 1
      ? [{ label: 'Split into Charts of One Metric', run: () => splitUp(surroundings, card) }]
      : []),
    ...(canMove(surroundings, plan, -1) ? [{ label: 'Move Earlier', run: () => moveBy(surroundings, plan, -1) }] : []),
    ...(canMove(surroundings, plan, 1) ? [{ label: 'Move Later', run: () => moveBy(surroundings, plan, 1) }] : []),
    { ...size('One Column', 1), beginsGroup: true },
    size('Two Columns', 2),
    size('Full Width', 3),
    ...(choice.heightPx === undefined
      ? []
      : [{ label: 'Usual Height', run: () => model.choose(plan, { heightPx: undefined }) }]),
    { label: 'Export All Points…', run: () => void commands.exportPoints(plan.metrics), beginsGroup: true },
    { label: 'Save as PNG…', run: () => void savePicture(card, surroundings, 'png') },
    { label: 'Save as SVG…', run: () => void savePicture(card, surroundings, 'svg') },
    { label: 'Save as SVG for Print…', run: () => void savePicture(card, surroundings, 'svg for print') },
    { label: 'Copy Picture', run: () => void copyPicture(card, surroundings) },
  ];
}

function splitUp({ model }: ChartsSurroundings, { plan }: ChartCard): void {
  model.combine(plan, []);
}
