/** `<sidelab-cursor-tooltip>`: what the curves say where the mouse is: one for all charts, beside the mouse. */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { countOf, formatValue } from '../../shared/numbers';
import type { Reading } from '../../shared/charts/readings';
import { placeTooltip, type TooltipSurroundings } from './tooltipPlace';

export interface TooltipRow {
  readonly name: string;
  readonly colorIndex: number;
  readonly reading: Reading;
  /** Where a smoothed line is drawn. */
  readonly smooth: number | undefined;
  /** Where its point is, when that is somewhere else than the title says. */
  readonly elsewhere: string | undefined;
}

export interface TooltipContent {
  readonly title: string;
  /** At least one. */
  readonly rows: readonly TooltipRow[];
  /** Of the rows, that of the curve nearest to the mouse. */
  readonly nearest: number;
  /** Rows that there was no place for. */
  readonly hiddenCount: number;
  /** Events whose marks are under the mouse. */
  readonly events: readonly string[];
}

export class CursorTooltip extends LitElement {
  #content: TooltipContent | undefined;
  /** Of the places that it may have, the last one. */
  #kind: string | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  show(content: TooltipContent, around: TooltipSurroundings): void {
    this.#content = content;
    this.requestUpdate();
    void this.updateComplete.then(() => this.#place(around));
  }

  hide(): void {
    if (!this.#content) return;
    this.#content = this.#kind = undefined;
    this.requestUpdate();
  }

  protected override render(): TemplateResult | typeof nothing {
    const content = this.#content;
    if (!content) return nothing;
    const { rows, hiddenCount, nearest } = content;
    const isNamed = rows.length > 1;
    return html`<div class="tooltip" aria-hidden="true">
      <p class="tooltipTitle">${content.title}</p>
      ${rows.map((row, at) => (isNamed ? namedRow(row, at === nearest) : onlyRow(row)))}
      ${hiddenCount > 0 ? html`<p class="muted">${hiddenCount} more</p>` : nothing}
      ${content.events.map((text) => html`<p class="tooltipEvent">${text}</p>`)}
    </div>`;
  }

  #place(around: TooltipSurroundings): void {
    const box = this.querySelector<HTMLElement>('.tooltip');
    if (!box) return;
    const { left, top, kind } = placeTooltip(box.getBoundingClientRect(), around, this.#kind);
    this.#kind = kind;
    box.style.left = `${left}px`;
    box.style.top = `${top}px`;
  }
}

/** A line for each thing that there is to say: so it is narrow. */
function onlyRow({ colorIndex, reading, smooth, elsewhere }: TooltipRow): TemplateResult {
  const [value, ...more] = readingParts(reading, smooth);
  return html`<p class="tooltipRow">
      <span class="swatch series${colorIndex}"></span><span class="tooltipValue">${value}</span>
    </p>
    ${[...more, ...(elsewhere === undefined ? [] : [elsewhere])].map((text) => html`<p class="tooltipMore">${text}</p>`)}`;
}

/** As short as it can be: with names, rows are wide. */
function namedRow({ name, colorIndex, reading, smooth, elsewhere }: TooltipRow, isNearest: boolean): TemplateResult {
  const [value, ...more] = readingParts(
    reading,
    smooth,
    isMean(reading) ? `mean ${formatValue(reading.value)}` : undefined,
  );
  return html`<p class="tooltipRow ${isNearest ? 'nearest' : ''}">
    <span class="swatch series${colorIndex}"></span><span class="tooltipName">${name}</span>
    <span class="tooltipValue">${value}</span>
    <span class="muted">${[...more, ...(elsewhere === undefined ? [] : [elsewhere])].join(' · ')}</span>
  </p>`;
}

/** "0.12", "0.12 · smoothed 0.14", "mean 0.12 of 512 points · 0.01 to 0.9", "0.3 · attempt 1, done again" */
export const readingText = (reading: Reading, smooth: number | undefined): string =>
  readingParts(reading, smooth).join(' · ');

const isMean = ({ count, min, max }: Reading): boolean => count > 1 && !(min === max);

/** `mean`: how a mean is said, where not in full. */
function readingParts(reading: Reading, smooth: number | undefined, mean?: string): readonly string[] {
  const { value, min, max, count, attempt, isDoneAgain } = reading;
  const parts = isMean(reading)
    ? [mean ?? `mean ${formatValue(value)} of ${countOf(count, 'point')}`, `${formatValue(min)} to ${formatValue(max)}`]
    : [count > 1 ? `${formatValue(value)} (${countOf(count, 'point')})` : formatValue(value)];
  if (smooth !== undefined && !Number.isNaN(smooth)) parts.push(`smoothed ${formatValue(smooth)}`);
  if (isDoneAgain) parts.push(`attempt ${attempt}, done again`);
  return parts;
}
