/** Addresses of documents that are made of runs: they survive a reload of the window, since all that they need is in them. */
import { Uri } from 'vscode';
import { isRunId, type RunId } from '../../model/ids';

/** A part of a path, and so of what stands in a tab. */
export const inPath = (name: string): string => name.replaceAll(/[\\/]/g, '-');

export const runsUri = (scheme: string, path: string, query: Readonly<Record<string, string>>): Uri =>
  Uri.from({ scheme, path, query: new URLSearchParams(query).toString() });

/** The value of a query key that must be a run's id. */
export function runIdIn(uri: Uri, key: string): RunId | undefined {
  const id = new URLSearchParams(uri.query).get(key);
  return id !== null && isRunId(id) ? id : undefined;
}

export const textIn = (uri: Uri, key: string): string | undefined =>
  new URLSearchParams(uri.query).get(key) ?? undefined;
