/** `<sidelab-cursor-tooltip>`: what the curves say where the mouse is: one for all charts, beside the mouse. */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { countOf, formatValue } from '../../shared/numbers';
import type { Reading } from '../../shared/charts/readings';

export interface TooltipRow {
  readonly name: string;
  readonly colorIndex: number;
  readonly reading: Reading;
  /** Where a smoothed line is drawn. */
  readonly smooth: number | undefined;
}

export interface TooltipContent {
  readonly title: string;
  readonly rows: readonly TooltipRow[];
  /** Events whose marks are under the mouse. */
  readonly events: readonly string[];
}

/** Longer lists would cover the charts. */
const mostRows = 24;
const awayPx = 14;

export class CursorTooltip extends LitElement {
  #content: TooltipContent | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** In pixels of the page. */
  show(content: TooltipContent, clientX: number, clientY: number): void {
    this.#content = content;
    this.requestUpdate();
    void this.updateComplete.then(() => this.#place(clientX, clientY));
  }

  hide(): void {
    if (!this.#content) return;
    this.#content = undefined;
    this.requestUpdate();
  }

  protected override render(): TemplateResult | typeof nothing {
    const content = this.#content;
    if (!content) return nothing;
    const rows = content.rows.slice(0, mostRows);
    const isNamed = content.rows.length > 1;
    return html`<div class="tooltip" aria-hidden="true">
      <p class="tooltipTitle">${content.title}</p>
      ${rows.map((row) => this.#row(row, isNamed))}
      ${content.rows.length > mostRows ? html`<p class="muted">${content.rows.length - mostRows} more</p>` : nothing}
      ${content.events.map((text) => html`<p class="tooltipEvent">${text}</p>`)}
    </div>`;
  }

  #row({ name, colorIndex, reading, smooth }: TooltipRow, isNamed: boolean): TemplateResult {
    return html`<p class="tooltipRow">
      <span class="swatch series${colorIndex}"></span>
      ${isNamed ? html`<span class="tooltipName">${name}</span>` : nothing}
      <span class="tooltipValue">${readingText(reading, smooth)}</span>
    </p>`;
  }

  #place(clientX: number, clientY: number): void {
    const box = this.querySelector<HTMLElement>('.tooltip');
    if (!box) return;
    const { width, height } = box.getBoundingClientRect();
    const [pageWidth, pageHeight] = [document.documentElement.clientWidth, window.innerHeight];
    const isRight = clientX + awayPx + width <= pageWidth - 4;
    const left = isRight ? clientX + awayPx : Math.max(4, clientX - awayPx - width);
    const top = Math.max(4, Math.min(clientY + awayPx, pageHeight - height - 4));
    box.style.left = `${left}px`;
    box.style.top = `${top}px`;
  }
}

/** "0.12", "0.12 · smoothed 0.14", "mean 0.12 of 512 points, 0.01 to 0.9", "0.3 · attempt 1, done again" */
export function readingText(reading: Reading, smooth: number | undefined): string {
  const { value, min, max, count, attempt, isDoneAgain } = reading;
  const parts =
    count > 1 && !(min === max)
      ? [`mean ${formatValue(value)} of ${countOf(count, 'point')}, ${formatValue(min)} to ${formatValue(max)}`]
      : [count > 1 ? `${formatValue(value)} (${countOf(count, 'point')})` : formatValue(value)];
  if (smooth !== undefined && !Number.isNaN(smooth)) parts.push(`smoothed ${formatValue(smooth)}`);
  if (isDoneAgain) parts.push(`attempt ${attempt}, done again`);
  return parts.join(' · ');
}
