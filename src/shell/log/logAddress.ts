/** Which output a log document shows, as the editor's address of it: it survives a reload of the window. */
import { Uri } from 'vscode';
import { isRunId, type RunId } from '../../model/ids';
import { type OutputStream, outputStreams } from '../../model/outputStream';
import { logFolder, logScheme } from '../ids';

export interface LogAddress {
  readonly sourceId: string;
  readonly runId: RunId;
  /** 0 is the newest. */
  readonly attempt: number;
  readonly stream: OutputStream;
}

/** The last part of the path is the tab's title; by its folder VS Code knows the language. */
export function logUri(
  address: Omit<LogAddress, 'stream'> & Partial<Pick<LogAddress, 'stream'>>,
  runName: string,
): Uri {
  const { stream = 'both' } = address;
  const attempt = address.attempt === 0 ? '' : ` (attempt ${address.attempt})`;
  const of = stream === 'both' ? '' : ` ${stream}`;
  const query = new URLSearchParams({
    source: address.sourceId,
    run: address.runId,
    attempt: String(address.attempt),
    ...(stream === 'both' ? {} : { stream }),
  });
  return Uri.from({
    scheme: logScheme,
    path: `/${logFolder}/${runName.replaceAll(/[\\/]/g, '-')}${attempt}${of}.log`,
    query: query.toString(),
  });
}

export function parseLogUri(uri: Uri): LogAddress | undefined {
  const query = new URLSearchParams(uri.query);
  const sourceId = query.get('source');
  const runId = query.get('run');
  const attempt = Number(query.get('attempt') ?? 0);
  if (sourceId === null || runId === null || !isRunId(runId)) return undefined;
  const stream = outputStreams.find((name) => name === (query.get('stream') ?? 'both'));
  if (!stream || !Number.isInteger(attempt) || attempt < 0) return undefined;
  return { sourceId, runId, attempt, stream };
}

/** The run's name, as the title of a log document has it. */
export const runNameOf = (uri: Uri): string =>
  uri.path.slice(uri.path.lastIndexOf('/') + 1).replace(/(?: \(attempt \d+\))?(?: std(?:out|err))?\.log$/, '');
