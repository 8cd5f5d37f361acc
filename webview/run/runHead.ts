/** What stands above the tabs of a run panel: the run's head, and what is the matter with the run. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../shared/icons';
import { headerPart } from './headerPart';
import type { RunPanelSession } from './runPanelSession';
import type { RunView } from './runView';

export const runHead = (session: RunPanelSession, view: RunView, isNarrow: boolean): TemplateResult =>
  html`${headerPart(session, view, isNarrow)} ${deletedPart(session, view)} ${failurePart(session, view)}`;

/** What is shown is what was there last. */
function deletedPart(session: RunPanelSession, { run }: RunView): TemplateResult | typeof nothing {
  if (run.deletedAtMs === undefined) return nothing;
  return html`<div class="notice warning">
    ${icon('warning')}<span>This run was deleted. For an hour after that it can be brought back.</span>
    <vscode-button
      appearance="secondary"
      ?disabled=${session.acting === 'undelete'}
      @click=${() => void session.act('undelete')}
      >Bring Back</vscode-button
    >
  </div>`;
}

function failurePart(session: RunPanelSession, { run }: RunView): TemplateResult | typeof nothing {
  if (run.status !== 'failed' && run.status !== 'lost') return nothing;
  const reason = run.attempt?.detail ?? run.evidence ?? run.attempt?.reason ?? 'The reason is not known.';
  return html`<div class="notice error">
    ${icon('cross')}<span
      ><strong>${run.status === 'failed' ? 'The run failed' : 'The run was lost'}:</strong> ${reason}</span
    >
    ${
      run.children
        ? nothing
        : html`<vscode-button appearance="secondary" @click=${() => void session.act('showLog')}
            >Show Log</vscode-button
          >`
    }
  </div>`;
}
