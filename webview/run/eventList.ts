/** The list of events under the charts. */
import { html, type TemplateResult } from 'lit';
import { formatDuration } from '../../src/model/duration';
import type { EventLevel, RunEvent } from '../../src/model/run';
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

/** Empty for a time that no calendar has. */
const isoTime = (timeMs: number): string => (Math.abs(timeMs) <= 8.64e15 ? new Date(timeMs).toISOString() : '');
