/** One event in the list: level, message, at which step of which attempt, and when. */
import { html, nothing, type TemplateResult } from 'lit';
import { formatDuration } from '../../src/model/duration';
import type { EventLevel, RunEvent } from '../../src/model/run';
import { plainText } from '../../src/model/plainText';
import { icon, type IconName } from '../shared/icons';
import { marked, rangesIn } from '../shared/marked';
import { formatValue } from '../shared/numbers';
import { formatDateTime } from '../shared/axisText';

const levelIcon = {
  debug: 'dot',
  info: 'info',
  warning: 'warning',
  error: 'cross',
} as const satisfies Record<EventLevel, IconName>;

/** Longer messages show their beginning until they are opened. */
const shortMessage = 280;
const shortLines = 3;

export interface EventLook {
  readonly nowMs: number;
  /** What is searched. */
  readonly pattern: RegExp | undefined;
  readonly showAttempt: boolean;
  readonly isOpen: boolean;
  readonly isCurrent: boolean;
  readonly toggle: () => void;
}

export function eventRow(event: RunEvent, look: EventLook): TemplateResult {
  const { level, timeMs, attempt, step } = event;
  const message = plainText(event.message);
  const short = shortened(message);
  const text = look.isOpen || short === undefined ? message : short;
  const place = [
    ...(step === undefined ? [] : [`step ${formatValue(step)}`]),
    ...(look.showAttempt ? [`attempt ${attempt}`] : []),
  ].join(' · ');
  return html`<span class="level ${level}">${icon(levelIcon[level])}<span class="hiddenText">${level}</span></span>
    <span class="eventText"
      ><span class="message">${marked(text, rangesIn(text, look.pattern))}${text === message ? nothing : '…'}</span> ${
        short === undefined
          ? nothing
          : html`<button
              type="button"
              class="link"
              tabindex=${look.isCurrent ? 0 : -1}
              aria-expanded=${look.isOpen ? 'true' : 'false'}
              @click=${look.toggle}
            >
              ${look.isOpen ? 'Show less' : 'Show all'}
            </button>`
      }</span
    >
    <span class="when"
      ><time datetime=${isoTime(timeMs)} title=${formatDateTime(timeMs)}
        >${formatDuration(look.nowMs - timeMs)} ago</time
      ><span class="exact muted">${formatDateTime(timeMs)}</span
      >${place === '' ? nothing : html`<span class="muted">${place}</span>`}</span
    >
    <sidelab-copy-button
      .subject=${'message'}
      .inTabOrder=${look.isCurrent}
      .copy=${async () => navigator.clipboard.writeText(event.message)}
    ></sidelab-copy-button>`;
}

/** The beginning of a message that is too long for a row; undefined for one that is not. */
function shortened(message: string): string | undefined {
  const lines = message.split('\n', shortLines + 1);
  const text = lines.length > shortLines ? lines.slice(0, shortLines).join('\n') : message;
  if (text.length > shortMessage) return text.slice(0, shortMessage);
  return text === message ? undefined : text;
}

/** Empty for a time that no calendar has. */
const isoTime = (timeMs: number): string => (Math.abs(timeMs) <= 8.64e15 ? new Date(timeMs).toISOString() : '');
