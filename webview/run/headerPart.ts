/** The head of the panel: which run, how it is, what can be done with it. */
import { html, nothing, type TemplateResult } from 'lit';
import { describeEvidence } from '../../src/model/describeRun';
import { formatDuration } from '../../src/model/duration';
import type { Run, RunDetail } from '../../src/model/run';
import { isActive, isSettled, mayCancel } from '../../src/model/runStatus';
import { visibleControls } from '../../src/model/plainText';
import { mayResume, mayRetry } from '../../src/model/tryAgain';
import type { RunPanelAction } from '../../src/protocol/runPanel';
import { icon } from '../shared/icons';
import { formatDateTime } from '../shared/axisText';
import { elapsedText, factList } from './factList';
import { progressText } from './progressText';
import type { RunPanelSession } from './runPanelSession';
import type { RunView } from './runView';
import { statusLook } from '../shared/statusLook';

/** `isNarrow`: what takes many lines is folded, so that the head leaves room for what is below it. */
export function headerPart(session: RunPanelSession, view: RunView, isNarrow: boolean): TemplateResult {
  const { run, detail } = view;
  const nowMs = session.nowMs();
  return html`
    <header class="head">
      <div class="title">
        <p class="experiment">${visibleControls(run.experiment)}</p>
        <h1>${visibleControls(run.name)}</h1>
        ${
          run.tags.length === 0
            ? nothing
            : html`<ul class="tags" aria-label="Tags">
                ${run.tags.map((tag) => html`<li>${visibleControls(tag)}</li>`)}
              </ul>`
        }
      </div>
      <div class="actions" role="group" aria-label="Actions">${actionButtons(session, run)}</div>
      <div class="statusLine">
        ${statusPill(run)}
        <span class="evidence">${statusWords(run, nowMs)}</span>
      </div>
      ${progressPart(run, nowMs)} ${isNarrow ? foldedPart(session, detail, nowMs) : longPart(session, detail, nowMs)}
      <p class="hiddenText" role="status" aria-live="polite">${run.name} is ${run.status}</p>
    </header>
  `;
}

function longPart(session: RunPanelSession, detail: RunDetail, nowMs: number): TemplateResult {
  const { description } = detail;
  return html`${description === undefined ? nothing : html`<p class="description">${description}</p>`}
  ${factList(session, detail, nowMs)}`;
}

function foldedPart(session: RunPanelSession, detail: RunDetail, nowMs: number): TemplateResult {
  const elapsed = elapsedText(detail.run, nowMs);
  return html`<details class="folded">
    <summary>Details${elapsed === undefined ? nothing : html` <span class="muted">· ${elapsed}</span>`}</summary>
    ${longPart(session, detail, nowMs)}
  </details>`;
}

function statusPill(run: Run): TemplateResult {
  const { icon: name, tone } = statusLook[run.status];
  return html`<span class="pill ${tone}">${icon(name)}<span>${run.status}</span></span>`;
}

/** What stands beside the pill, which has the status already: evidence, and when it ended. */
function statusWords(run: Run, nowMs: number): string {
  const parts = [describeEvidence(run, nowMs)];
  if (isActive(run.status) && run.status !== 'running') parts.push(`for ${formatDuration(nowMs - run.statusAtMs)}`);
  if (isSettled(run.status)) parts.push(`ended ${formatDateTime(run.statusAtMs)}`);
  return parts.filter((part) => part !== '').join(' · ');
}

function progressPart(run: Run, nowMs: number): TemplateResult | typeof nothing {
  const progress = progressText(run, nowMs);
  if (!progress) return nothing;
  const { fraction, percent, counts, estimate } = progress;
  return html`<div class="progress">
    <progress class=${statusLook[run.status].tone} max="1" .value=${fraction} aria-label="Progress"></progress>
    <span class="percent">${percent}</span>
    <span class="muted">${[counts, estimate].filter((text) => text !== undefined).join(' · ')}</span>
  </div>`;
}

function actionButtons(session: RunPanelSession, run: Run): TemplateResult {
  const button = (action: RunPanelAction, label: string, look = 'secondary'): TemplateResult =>
    html`<vscode-button appearance=${look} ?disabled=${isBusy(session, action)} @click=${() => void session.act(action)}
      >${label}</vscode-button
    >`;
  const cancel =
    run.status === 'cancel-pending' || session.acting === 'cancel'
      ? html`<vscode-button appearance="secondary" disabled>Cancelling…</vscode-button>`
      : mayCancel(run.status)
        ? button('cancel', 'Cancel', 'primary')
        : nothing;
  const again = html`${mayRetry(run) ? button('retry', 'Retry') : nothing}
  ${mayResume(run) ? button('resume', 'Resume') : nothing}`;
  return html`${cancel} ${again} ${run.children ? button('openGraph', 'Open Graph') : button('showLog', 'Show Log')}
  ${button('openFolder', 'Open Folder')}
  ${run.runFilePath === undefined ? nothing : button('openRunFile', 'Open Run File')}`;
}

/** One press starts one attempt: while it is on its way, neither of the two buttons starts another. */
function isBusy({ acting }: RunPanelSession, action: RunPanelAction): boolean {
  if (action === 'retry' || action === 'resume') return acting === 'retry' || acting === 'resume';
  return acting === action;
}
