/** Which output a log document shows, as the editor's address of it: it survives a reload of the window. */
import { Uri } from 'vscode';
import { isRunId, type RunId } from '../../model/ids';
import { logScheme } from '../ids';

export interface LogAddress {
  readonly sourceId: string;
  readonly runId: RunId;
  /** 0 is the newest. */
  readonly attempt: number;
}

/** The last part of the path is the tab's title. */
export function logUri(address: LogAddress, runName: string): Uri {
  const attempt = address.attempt === 0 ? '' : ` (attempt ${address.attempt})`;
  const query = new URLSearchParams({
    source: address.sourceId,
    run: address.runId,
    attempt: String(address.attempt),
  });
  return Uri.from({
    scheme: logScheme,
    path: `/${runName.replaceAll(/[\\/]/g, '-')}${attempt}.log`,
    query: query.toString(),
  });
}

export function parseLogUri(uri: Uri): LogAddress | undefined {
  const query = new URLSearchParams(uri.query);
  const sourceId = query.get('source');
  const runId = query.get('run');
  const attempt = Number(query.get('attempt') ?? 0);
  if (sourceId === null || runId === null || !isRunId(runId)) return undefined;
  return Number.isInteger(attempt) && attempt >= 0 ? { sourceId, runId, attempt } : undefined;
}
