/** The table of a run's attempts: how each went, and the way to its output. */
import { html, nothing, type TemplateResult } from 'lit';
import { describeExitCode } from '../../src/model/attemptEnd';
import { formatBytes } from '../../src/model/byteSize';
import { formatDuration } from '../../src/model/duration';
import type { Attempt } from '../../src/model/run';
import { formatDateTime } from './axisText';
import type { RunPanelSession } from './runPanelSession';

interface Columns {
  /** Sampled by executors that can. */
  readonly memory: boolean;
  /** With one attempt the button is in the head already. */
  readonly log: boolean;
}

export function attemptTable(session: RunPanelSession, attempts: readonly Attempt[], nowMs: number): TemplateResult {
  const columns: Columns = {
    memory: attempts.some(({ peakMemoryBytes }) => peakMemoryBytes !== undefined),
    log: attempts.length > 1,
  };
  return html`<div class="wide" role="region" aria-label="Attempts" tabindex="0">
    <table class="rows attempts">
      <thead>
        <tr>
          <th scope="col">Attempt</th>
          <th scope="col">Started</th>
          <th scope="col">Took</th>
          <th scope="col">Exit code</th>
          <th scope="col">Reason</th>
          ${columns.memory ? html`<th scope="col">Peak memory</th>` : nothing}
          <th scope="col">Host</th>
          ${columns.log ? html`<th scope="col"><span class="hiddenText">Log</span></th>` : nothing}
        </tr>
      </thead>
      <tbody>
        ${[...attempts].reverse().map((attempt) => attemptRow(session, attempt, columns, nowMs))}
      </tbody>
    </table>
  </div>`;
}

function attemptRow(session: RunPanelSession, attempt: Attempt, columns: Columns, nowMs: number): TemplateResult {
  const { number, startedAtMs, endedAtMs, exitCode, reason, detail, peakMemoryBytes } = attempt;
  return html`<tr>
    <th scope="row">${number}</th>
    <td>${startedAtMs === undefined ? '–' : formatDateTime(startedAtMs)}</td>
    <td>${startedAtMs === undefined ? '–' : formatDuration((endedAtMs ?? nowMs) - startedAtMs)}</td>
    <td>${exitCode === undefined ? '–' : exitCodeText(exitCode)}</td>
    <td class="reason">
      ${reason ?? 'under way'}${detail === undefined ? nothing : html`<span class="muted">: ${detail}</span>`}
    </td>
    ${columns.memory ? html`<td>${peakMemoryBytes === undefined ? '–' : formatBytes(peakMemoryBytes)}</td>` : nothing}
    <td>${attempt.host}</td>
    ${
      columns.log
        ? html`<td class="action">
            <vscode-button
              appearance="secondary"
              aria-label="Show log of attempt ${number}"
              @click=${() => void session.act('showLog', number)}
              >Show Log</vscode-button
            >
          </td>`
        : nothing
    }
  </tr>`;
}

/** "137 (SIGKILL)": the column says that it is an exit code. */
export const exitCodeText = (exitCode: number): string => describeExitCode(exitCode).replace(/^exit code /, '');
