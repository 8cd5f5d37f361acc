/** The head of a chart: which metrics, what they say where the cursor is or at last, and what can be done with it. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../../shared/icons';
import type { MenuItem } from '../../shared/menu';

export interface HeadLegend {
  readonly metric: string;
  readonly colorIndex: number;
  readonly value: string;
}

export interface ChartHeadParts {
  readonly legends: readonly HeadLegend[];
  readonly isPinned: boolean;
  readonly isAlone: boolean;
  readonly isZoomed: boolean;
  readonly menu: () => readonly MenuItem[];
  readonly onPin: () => void;
  readonly onAlone: () => void;
  readonly onZoomOut: () => void;
}

export function chartHead(parts: ChartHeadParts): TemplateResult {
  const { legends, isPinned, isAlone, isZoomed, menu } = parts;
  const title = legends.map(({ metric }) => metric).join(', ');
  const button = (name: Parameters<typeof icon>[0], label: string, run: () => void, isOn?: boolean): TemplateResult =>
    html`<button
      type="button"
      class="iconButton"
      title=${label}
      aria-label="${label}: ${title}"
      aria-pressed=${isOn === undefined ? nothing : isOn ? 'true' : 'false'}
      @click=${run}
    >
      ${icon(name)}
    </button>`;
  return html`<div class="chartHead" draggable="true">
    <h4 class="chartName">
      ${legends.map(
        ({ metric, colorIndex, value }) =>
          html`<span class="legend" title=${metric}
            >${legends.length > 1 ? html`<span class="swatch series${colorIndex}"></span>` : nothing}<bdi
              class="legendName"
              >${metric}</bdi
            ><span class="chartLast">${value}</span></span
          >`,
      )}
    </h4>
    <span class="chartButtons">
      ${isZoomed ? button('zoomOut', 'Show everything', parts.onZoomOut) : nothing}
      ${button(isPinned ? 'pinned' : 'pin', isPinned ? 'Unpin' : 'Pin', parts.onPin, isPinned)}
      ${button(isAlone ? 'shrink' : 'enlarge', isAlone ? 'Back to all charts' : 'Fill the panel', parts.onAlone)}
      <sidelab-menu .label=${`More for ${title}`} .items=${menu}></sidelab-menu>
    </span>
  </div>`;
}
