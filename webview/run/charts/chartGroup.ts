/** A group of charts: its name, which folds it, and the grid that its cards are in. */
import { html, nothing, type TemplateResult } from 'lit';
import type { ChartGroup } from '../../../src/model/chartLayout';

/** `cards` are not used of a group that is closed. */
export const chartGroup = (group: ChartGroup, toggle: () => void, cards: unknown): TemplateResult =>
  html`<section class="chartGroup" aria-label=${group.name}>
    <h3>
      <button type="button" class="groupFold" aria-expanded=${group.isClosed ? 'false' : 'true'} @click=${toggle}>
        <bdi>${group.name}</bdi> <span class="muted">${group.charts.length}</span>
      </button>
    </h3>
    ${group.isClosed ? nothing : html`<div class="grid">${cards}</div>`}
  </section>`;
