/** The lists under the charts: events and attempts. */
import { html, nothing, type TemplateResult } from 'lit';
import { formatDuration } from '../../src/model/duration';
import type { Attempt, EventLevel, RunEvent } from '../../src/model/run';
import { icon, type IconName } from '../shared/icons';
import { formatDateTime } from './axisText';

const levelIcon = {
  debug: 'dot',
  info: 'info',
  warning: 'warning',
  error: 'cross',
} as const satisfies Record<EventLevel, IconName>;

/** Longest part of a message that the list shows; the log has the rest. */
const longestMessage = 2000;

export function eventList(events: readonly RunEvent[], nowMs: number): TemplateResult {
  if (events.length === 0) return html`<p class="muted">None.</p>`;
  return html`<ol class="events" tabindex="0" aria-label="Events, newest first">
    ${events.map(
      ({ level, message, timeMs }) =>
        html`<li>
          <span class="level ${level}">${icon(levelIcon[level])}<span class="hiddenText">${level}</span></span>
          <span class="message"
            >${message.length > longestMessage ? `${message.slice(0, longestMessage)}…` : message}</span
          >
          <time datetime=${isoTime(timeMs)} title=${formatDateTime(timeMs)}>${formatDuration(nowMs - timeMs)} ago</time>
        </li>`,
    )}
  </ol>`;
}

export function attemptTable(attempts: readonly Attempt[], nowMs: number): TemplateResult {
  return html`<div class="wide" role="region" aria-label="Attempts" tabindex="0">
    <table class="rows attempts">
      <thead>
        <tr>
          <th scope="col">Attempt</th>
          <th scope="col">Started</th>
          <th scope="col">Took</th>
          <th scope="col">Exit code</th>
          <th scope="col">Reason</th>
          <th scope="col">Host</th>
        </tr>
      </thead>
      <tbody>
        ${[...attempts].reverse().map((attempt) => attemptRow(attempt, nowMs))}
      </tbody>
    </table>
  </div>`;
}

function attemptRow(attempt: Attempt, nowMs: number): TemplateResult {
  const { startedAtMs, endedAtMs, detail } = attempt;
  return html`<tr>
    <th scope="row">${attempt.number}</th>
    <td>${startedAtMs === undefined ? '–' : formatDateTime(startedAtMs)}</td>
    <td>${startedAtMs === undefined ? '–' : formatDuration((endedAtMs ?? nowMs) - startedAtMs)}</td>
    <td>${attempt.exitCode ?? '–'}</td>
    <td class="reason">
      ${attempt.reason ?? 'under way'}${detail === undefined ? nothing : html`<span class="muted">: ${detail}</span>`}
    </td>
    <td>${attempt.host}</td>
  </tr>`;
}

/** Empty for a time that no calendar has. */
const isoTime = (timeMs: number): string => (Math.abs(timeMs) <= 8.64e15 ? new Date(timeMs).toISOString() : '');
