/** The last lines of what a run's newest attempt wrote, for where there is room for a few. */
import type { Source } from '../../core/source';
import type { RunId } from '../../model/ids';
import { OutputText } from './outputText';

const mostBytes = 16 * 1024;
const mostLines = 40;

/** Empty when nothing was written; begins at the beginning of a line unless that is longer than all that is read. */
export async function endOfOutput(source: Pick<Source, 'output'>, runId: RunId): Promise<string> {
  const part = await source.output({ runId, attempt: 0, stream: 'both', from: -mostBytes, maxBytes: mostBytes });
  if (part.bytes.byteLength === 0) return '';
  const output = new OutputText(mostBytes);
  output.append(part);
  const lines = [...output.lines, ...(output.open ? [output.open] : [])];
  return lines
    .slice(-mostLines)
    .map(({ text }) => text)
    .join('\n');
}
