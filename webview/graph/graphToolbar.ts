/** What holds for the whole graph: which view of it, search, statuses, critical path, size, pictures. */
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { RunStatus } from '../../src/model/runStatus';
import { type GraphLook, type GraphPanelView, graphPanelViews } from '../../src/protocol/graphPanel';
import type { MenuItem } from '../shared/menu';
import type { NodeSearch } from './search';
import { statusFilter } from './statusFilter';

const viewNames = { graph: 'Graph', timeline: 'Timeline' } as const satisfies Record<GraphPanelView, string>;

export interface ToolbarAsks {
  readonly show: (view: GraphPanelView) => void;
  readonly find: (text: string) => void;
  readonly step: (by: 1 | -1) => void;
  readonly toggleStatus: (status: RunStatus) => void;
  readonly toggleCritical: () => void;
  readonly menu: () => readonly MenuItem[];
}

export interface SizeAsks {
  readonly zoom: (factor: number) => void;
  readonly fit: () => void;
}

const zoomPerPress = 1.4;

export function graphToolbar(
  look: GraphLook,
  search: NodeSearch,
  counts: ReadonlyMap<RunStatus, number>,
  isPlan: boolean,
  asks: ToolbarAsks,
): TemplateResult {
  return html`<div class="graphBar" role="toolbar" aria-label="Graph">
    <div class="switch" role="group" aria-label="View">
      ${graphPanelViews.map(
        (view) =>
          html`<button
            type="button"
            class="textButton"
            aria-pressed=${look.view === view ? 'true' : 'false'}
            @click=${() => asks.show(view)}
          >
            ${viewNames[view]}
          </button>`,
      )}
    </div>
    ${searchField(search, asks)} ${isPlan ? nothing : statusFilter(counts, look.statuses, asks.toggleStatus)}
    ${
      isPlan
        ? nothing
        : html`<button
            type="button"
            class="textButton"
            aria-pressed=${look.isCriticalShown ? 'true' : 'false'}
            title="The tasks, one after another, that took longest: nothing else would have made the whole quicker"
            @click=${asks.toggleCritical}
          >
            Critical path
          </button>`
    }
    <sidelab-menu .label=${'More of the graph'} .items=${asks.menu}></sidelab-menu>
  </div>`;
}

function searchField(search: NodeSearch, { find, step }: ToolbarAsks): TemplateResult {
  const onInput = ({ target }: Event): void => {
    if (target instanceof HTMLInputElement) find(target.value);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') step(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape' && search.text !== '') find('');
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return html`<span class="graphSearch">
    <input
      type="search"
      class="field"
      placeholder="Find a task"
      aria-label="Find a task"
      title="Enter goes to the next, Shift+Enter to the one before"
      .value=${live(search.text)}
      @input=${onInput}
      @keydown=${onKey}
    />
    <span class="muted" role="status">${search.words}</span>
  </span>`;
}

/** Over a corner of the picture. */
export function sizeButtons({ zoom, fit }: SizeAsks): TemplateResult {
  const button = (text: string, label: string, title: string, run: () => void): TemplateResult =>
    html`<button type="button" class="textButton" aria-label=${label} title=${title} @click=${run}>${text}</button>`;
  return html`<div class="switch size" role="group" aria-label="Size">
    ${button('−', 'Smaller', 'Smaller (-)', () => zoom(1 / zoomPerPress))}
    ${button('+', 'Larger', 'Larger (+)', () => zoom(zoomPerPress))}
    ${button('Fit', 'Fit', 'All of it in view (0)', fit)}
  </div>`;
}
