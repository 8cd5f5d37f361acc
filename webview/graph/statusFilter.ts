/** How many programs of the graph have which status, each a switch: those with one that is on stand out. */
import { html, type TemplateResult } from 'lit';
import { type RunStatus, runStatuses } from '../../src/model/runStatus';
import { icon } from '../shared/icons';
import { statusLook } from '../shared/statusLook';
import type { GraphModel } from './graphModel';

export function countStatuses(model: GraphModel): ReadonlyMap<RunStatus, number> {
  const counts = new Map<RunStatus, number>();
  for (const { data, children } of model.nodes) {
    if (children.length === 0) counts.set(data.status, (counts.get(data.status) ?? 0) + 1);
  }
  return counts;
}

export function statusFilter(
  counts: ReadonlyMap<RunStatus, number>,
  chosen: readonly RunStatus[],
  toggle: (status: RunStatus) => void,
): TemplateResult {
  // One that is on stays, so that it can be switched off when nothing has it any more.
  const shown = runStatuses.filter((status) => counts.has(status) || chosen.includes(status));
  return html`<div class="statuses" role="group" aria-label="Statuses: show only">
    ${shown.map((status) => {
      const { icon: name, tone } = statusLook[status];
      const count = counts.get(status) ?? 0;
      return html`<button
        type="button"
        class="chip ${tone}"
        aria-pressed=${chosen.includes(status) ? 'true' : 'false'}
        title="Show only ${status}"
        aria-label="${count} ${status}"
        @click=${() => toggle(status)}
      >
        ${icon(name)}<span>${count} ${status}</span>
      </button>`;
    })}
  </div>`;
}
