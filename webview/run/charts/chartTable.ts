/** A chart as a table: the same entries as the curves are drawn from, a page at a time. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Span } from '../../shared/charts/polyline';
import { formatCount, formatValue } from '../../shared/numbers';
import { axisName, formatSpan } from '../../shared/axisText';
import type { ChartedSeries } from './chartScene';

const rowsPerPage = 50;

interface Row {
  readonly metric: string;
  readonly x: string;
  readonly value: string;
  readonly range: string;
  readonly count: string;
  readonly attempt: number;
}

export interface ChartTablePage {
  readonly series: readonly ChartedSeries[];
  /** What the chart shows of x; undefined is everything. */
  readonly range: Span | undefined;
  readonly page: number;
  readonly onPage: (page: number) => void;
}

export function chartTable({ series, range, page, onPage }: ChartTablePage): TemplateResult {
  const [first] = series;
  if (!first) return html`<p class="muted">No points.</p>`;
  const entries = series.flatMap((one) => entriesIn(one, range).map((index) => ({ one, index })));
  const pages = Math.max(1, Math.ceil(entries.length / rowsPerPage));
  const shown = Math.min(page, pages - 1);
  const rows = entries.slice(shown * rowsPerPage, (shown + 1) * rowsPerPage).map(({ one, index }) => rowOf(one, index));
  const isNamed = series.length > 1;
  return html`<div class="chartTable" role="region" tabindex="0" aria-label="Table of ${first.metric}">
      <table class="rows">
        <thead>
          <tr>
            ${isNamed ? html`<th scope="col">Metric</th>` : nothing}
            <th scope="col">${axisName(first.picture.axis)}</th>
            <th scope="col">Value or mean</th>
            <th scope="col">Lowest to highest</th>
            <th scope="col">Points</th>
            <th scope="col">Attempt</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) =>
              html`<tr>
                ${isNamed ? html`<th scope="row"><bdi>${row.metric}</bdi></th>` : nothing}
                <td>${row.x}</td>
                <td>${row.value}</td>
                <td>${row.range}</td>
                <td>${row.count}</td>
                <td>${row.attempt}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="pages">
      <button type="button" class="textButton" ?disabled=${shown === 0} @click=${() => onPage(shown - 1)}>
        Earlier
      </button>
      <span role="status">Page ${formatCount(shown + 1)} of ${formatCount(pages)}</span>
      <button type="button" class="textButton" ?disabled=${shown >= pages - 1} @click=${() => onPage(shown + 1)}>
        Later
      </button>
    </p>`;
}

function entriesIn({ picture: { window } }: ChartedSeries, range: Span | undefined): readonly number[] {
  const indices: number[] = [];
  for (let i = 0; i < window.count.length; i++) {
    const isIn = !range || ((window.lastX[i] ?? NaN) >= range.from && (window.firstX[i] ?? NaN) <= range.to);
    if (isIn) indices.push(i);
  }
  return indices;
}

function rowOf({ metric, picture: { window, axis } }: ChartedSeries, i: number): Row {
  const [from, to] = [window.firstX[i] ?? NaN, window.lastX[i] ?? NaN];
  const [min, max] = [window.min[i] ?? NaN, window.max[i] ?? NaN];
  return {
    metric,
    x: formatSpan(axis, from, to),
    value: formatValue(window.mean[i] ?? NaN),
    range: min === max || Number.isNaN(min) ? '' : `${formatValue(min)} to ${formatValue(max)}`,
    count: formatCount(window.count[i] ?? 0),
    attempt: window.attempt[i] ?? 0,
  };
}
