/** The table of a run's attempts: how each went, where it was, and the ways to its output. */
import { html, nothing, type TemplateResult } from 'lit';
import { describeExitCode } from '../../src/model/attemptEnd';
import { formatBytes } from '../../src/model/byteSize';
import { formatDuration } from '../../src/model/duration';
import { type EnvironmentChanges, listEnvironmentChanges } from '../../src/model/environmentChanges';
import type { Attempt } from '../../src/model/run';
import { formatDateTime } from '../shared/axisText';
import type { RunPanelSession } from './runPanelSession';

export interface AttemptLook {
  readonly nowMs: number;
  /** In words, the same for all of a run. */
  readonly command: string;
  readonly isOpen: (attempt: number) => boolean;
  readonly toggle: (attempt: number) => void;
}

const columns = ['Attempt', 'Started', 'Took', 'Exit code', 'Reason', 'Peak memory', 'Host'] as const;

export function attemptTable(
  session: RunPanelSession,
  attempts: readonly Attempt[],
  look: AttemptLook,
): TemplateResult {
  // Sampled by executors that can.
  const hasMemory = attempts.some(({ peakMemoryBytes }) => peakMemoryBytes !== undefined);
  const shown = columns.filter((name) => name !== 'Peak memory' || hasMemory);
  return html`<div class="wide" role="region" aria-label="Attempts" tabindex="0">
    <table class="rows attempts">
      <thead>
        <tr>
          ${shown.map((name) => html`<th scope="col">${name}</th>`)}
          <th scope="col"><span class="hiddenText">Output</span></th>
        </tr>
      </thead>
      <tbody>
        ${[...attempts].reverse().map((attempt) => attemptRows(session, attempt, hasMemory, shown.length + 1, look))}
      </tbody>
    </table>
  </div>`;
}

function attemptRows(
  session: RunPanelSession,
  attempt: Attempt,
  hasMemory: boolean,
  width: number,
  look: AttemptLook,
): TemplateResult {
  const { number, startedAtMs, endedAtMs, exitCode, reason, detail, peakMemoryBytes } = attempt;
  const isOpen = look.isOpen(number);
  return html`<tr class="attempt">
      <th scope="row">
        <button
          type="button"
          class="fold"
          aria-expanded=${isOpen ? 'true' : 'false'}
          aria-label="Details of attempt ${number}"
          @click=${() => look.toggle(number)}
        >
          ${number}
        </button>
      </th>
      <td>${startedAtMs === undefined ? '–' : formatDateTime(startedAtMs)}</td>
      <td>${startedAtMs === undefined ? '–' : formatDuration((endedAtMs ?? look.nowMs) - startedAtMs)}</td>
      <td>${exitCode === undefined ? '–' : exitCodeText(exitCode)}</td>
      <td class="reason">
        ${reason ?? 'under way'}${detail === undefined ? nothing : html`<span class="muted">: ${detail}</span>`}
      </td>
      ${hasMemory ? html`<td>${peakMemoryBytes === undefined ? '–' : formatBytes(peakMemoryBytes)}</td>` : nothing}
      <td>${attempt.host}</td>
      <td class="action">
        <vscode-button
          appearance="secondary"
          aria-label="Output of attempt ${number}"
          @click=${() => session.openOutputOf(number)}
          >Output</vscode-button
        >
        <vscode-button
          appearance="secondary"
          aria-label="Show log of attempt ${number}"
          @click=${() => void session.act('showLog', number)}
          >Show Log</vscode-button
        >
      </td>
    </tr>
    ${
      isOpen
        ? html`<tr class="details">
            <td colspan=${width}>${attemptFacts(attempt, look.command)}</td>
          </tr>`
        : nothing
    }`;
}

function attemptFacts(attempt: Attempt, command: string): TemplateResult {
  const { executor, pid, folder, gpus, createdAtMs, endedAtMs, environmentChanges } = attempt;
  const facts: readonly (readonly [name: string, value: string | undefined, isCode?: boolean])[] = [
    ['Executor', executor],
    ['Process id', pid?.toString(), true],
    ['Created', formatDateTime(createdAtMs)],
    ['Ended', endedAtMs === undefined ? undefined : formatDateTime(endedAtMs)],
    ['GPUs', gpus === undefined ? undefined : gpus.join(', ') || 'none'],
    ['Environment', environmentChanges && environmentText(attempt.number, environmentChanges)],
    ['Folder', folder, true],
    ['Command', command, true],
  ];
  return html`<dl class="facts">
    ${facts.map(([name, value, isCode]) =>
      value === undefined || value === ''
        ? nothing
        : html`<div class="fact">
            <dt>${name}</dt>
            <dd>
              <span class=${isCode ? 'code' : ''}>${value}</span>
              ${
                isCode
                  ? html`<sidelab-copy-button
                      .subject=${`${name.toLowerCase()} of attempt ${attempt.number}`}
                      .copy=${async () => navigator.clipboard.writeText(value)}
                    ></sidelab-copy-button>`
                  : nothing
              }
            </dd>
          </div>`,
    )}
  </dl>`;
}

/** "differs from attempt 1: added A, B; changed PATH" */
const environmentText = (attempt: number, changes: EnvironmentChanges): string =>
  `differs from attempt ${attempt - 1}: ${listEnvironmentChanges(changes)}`;

/** "137 (SIGKILL)": the column says that it is an exit code. */
export const exitCodeText = (exitCode: number): string => describeExitCode(exitCode).replace(/^exit code /, '');
