/** The corner by which a chart is made wider and higher: by mouse in columns of the grid and steps of height, or by keys. */
import { html, type TemplateResult } from 'lit';
import type { ChartCard } from './chartCard';
import type { ChartsSurroundings } from './surroundings';

export const usualHeightPx = 200;
const heightStepPx = 20;
const [leastHeightPx, mostHeightPx] = [100, 1000];

export function resizeHandle(card: ChartCard, surroundings: ChartsSurroundings): TemplateResult {
  const { choice, metrics } = card.plan;
  const height = choice.heightPx ?? usualHeightPx;
  const columns = choice.columns ?? 1;
  const label = `Size of ${metrics.join(', ')}`;
  const onKey = (event: KeyboardEvent): void => {
    const change = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
    if (!change) return;
    event.preventDefault();
    resize(card, surroundings, columns + (change[0] ?? 0), height + heightStepPx * (change[1] ?? 0));
  };
  return html`<button
    type="button"
    class="resize"
    aria-label="${label}: ${columns} ${columns === 1 ? 'column' : 'columns'}, ${height} px. Change with the arrow keys."
    title="Drag, or use the arrow keys, to change the size"
    @keydown=${onKey}
    @pointerdown=${(event: PointerEvent) => drag(event, card, surroundings)}
  ></button>`;
}

function drag(event: PointerEvent, card: ChartCard, surroundings: ChartsSurroundings): void {
  const handle = event.currentTarget;
  const plot = card.querySelector<HTMLElement>('.plot');
  if (!(handle instanceof HTMLElement) || !plot || event.button !== 0) return;
  event.preventDefault();
  handle.focus();
  handle.setPointerCapture(event.pointerId);
  const columnPx = card.getBoundingClientRect().width / Math.min(card.plan.choice.columns ?? 1, columnCount(card));
  const start = {
    x: event.clientX,
    y: event.clientY,
    columns: card.plan.choice.columns ?? 1,
    height: plot.clientHeight,
  };
  const onMove = (move: PointerEvent): void =>
    resize(
      card,
      surroundings,
      start.columns + Math.round((move.clientX - start.x) / columnPx),
      start.height + Math.round((move.clientY - start.y) / heightStepPx) * heightStepPx,
    );
  const onEnd = (): void => {
    handle.removeEventListener('pointermove', onMove);
    handle.removeEventListener('pointerup', onEnd);
    handle.removeEventListener('pointercancel', onEnd);
  };
  handle.addEventListener('pointermove', onMove);
  handle.addEventListener('pointerup', onEnd);
  handle.addEventListener('pointercancel', onEnd);
}

function columnCount(card: ChartCard): number {
  const grid = card.closest('.grid');
  return grid ? getComputedStyle(grid).gridTemplateColumns.split(' ').length : 1;
}

function resize(card: ChartCard, { model }: ChartsSurroundings, columns: number, heightPx: number): void {
  const { choice } = card.plan;
  const wanted = {
    columns: Math.max(1, Math.min(3, columns)),
    heightPx: Math.max(leastHeightPx, Math.min(mostHeightPx, heightPx)),
  };
  if (wanted.columns === (choice.columns ?? 1) && wanted.heightPx === (choice.heightPx ?? usualHeightPx)) return;
  model.choose(card.plan, {
    columns: wanted.columns === 1 ? undefined : wanted.columns,
    heightPx: wanted.heightPx === usualHeightPx ? undefined : wanted.heightPx,
  });
}
