/**
 * What a page needs before its script: the style, and the script that shows a first picture. They are part of its text, because a
 * page that names them is painted only when they have come, each through three processes. The panel's own script is named: as a part
 * of the page it was slower (470 kB that VS Code parses twice, and compiles anew each time).
 */
import { readFile } from 'node:fs/promises';
import { Uri } from 'vscode';

export interface PageStart {
  readonly style: string;
  readonly pictureScript: string;
}

const known = new Map<string, Promise<PageStart>>();

/** Reads them once. Throws what reading throws, and reads again the next time then. */
export async function readPageStart(extensionUri: Uri, name: 'run' | 'graph'): Promise<PageStart> {
  const folder = Uri.joinPath(extensionUri, 'dist', 'webview');
  const read = async (file: string): Promise<string> => readFile(Uri.joinPath(folder, file).fsPath, 'utf8');
  const key = `${folder.toString()} ${name}`;
  const reading =
    known.get(key) ??
    Promise.all([read(`${name}.css`), read('picture.js')]).then(([style, pictureScript]) => ({ style, pictureScript }));
  known.set(key, reading);
  reading.catch(() => known.delete(key));
  return reading;
}
