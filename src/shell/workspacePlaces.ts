/** Which places runs of this window's folders are from (`model/runPlace.ts`). */
import { workspace } from 'vscode';
import { placesOf } from '../core/workspace/runPlace';

/** None without a folder on a disk. */
export async function workspacePlaces(): Promise<readonly string[]> {
  const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const places = await Promise.all(folders.map(async ({ uri }) => placesOf(uri.fsPath, process.env)));
  return [...new Set(places.flat())];
}
