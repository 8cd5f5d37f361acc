/** The last lines of what a run's newest attempt wrote, for where there is room for a few. */
import type { Source } from '../../core/source';
import type { RunId } from '../../model/ids';
import { LogWindow } from './logText';

const mostBytes = 16 * 1024;
const mostLines = 40;

/** Empty when nothing was written; begins at the beginning of a line unless that is longer than all that is read. */
export async function endOfOutput(source: Pick<Source, 'output'>, runId: RunId): Promise<string> {
  const part = await source.output({ runId, attempt: 0, stream: 'both', from: -mostBytes, maxBytes: mostBytes });
  if (part.bytes.byteLength === 0) return '';
  const window = new LogWindow(mostBytes);
  window.append(part);
  const text = window.render();
  // The window says in its first line how much there was before.
  const shown = part.from > 0 ? text.slice(text.indexOf('\n') + 1) : text;
  const lines = shown.replace(/\n$/, '').split('\n');
  return lines.slice(-mostLines).join('\n');
}
