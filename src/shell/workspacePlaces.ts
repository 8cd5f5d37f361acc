/** Which places runs of this window's folders are from (`model/runPlace.ts`). */
import { workspace } from 'vscode';

/** None without a folder on a disk. */
export async function workspacePlaces(): Promise<readonly string[]> {
  const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  if (folders.length === 0) return [];
  const { placesOf } = await import('../core/workspace/runPlace');
  const places = await Promise.all(folders.map(async ({ uri }) => placesOf(uri.fsPath, process.env)));
  return [...new Set(places.flat())];
}
