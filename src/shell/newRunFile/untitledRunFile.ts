/** A run file that is not saved yet, shown in an editor; saving puts it where its relative paths lead. */
import { Position, Selection, type SnippetString, Uri, window, workspace } from 'vscode';

export interface UntitledRunFile {
  /** A text as it is, or one with places to fill in. */
  readonly text: string | SnippetString;
  /** `train` becomes `train.run.json`, or `train-2.run.json` where there is one. */
  readonly name: string;
  /** Undefined without a workspace: then the place is asked for when it is saved. */
  readonly folder: string | undefined;
}

export async function showUntitledRunFile({ text, name, folder }: UntitledRunFile): Promise<Uri> {
  const uri = await unusedUri(name, folder);
  const editor = await window.showTextDocument(await workspace.openTextDocument(uri));
  if (typeof text !== 'string') await editor.insertSnippet(text);
  else {
    const start = new Position(0, 0);
    await editor.edit((edit) => edit.insert(start, text));
    editor.selection = new Selection(start, start);
  }
  return uri;
}

/** An untitled document with a path is saved there without a question. */
async function unusedUri(name: string, folder: string | undefined): Promise<Uri> {
  for (let number = 1; ; number++) {
    const file = `${name}${number === 1 ? '' : `-${number}`}.run.json`;
    const saved = folder === undefined ? undefined : Uri.joinPath(Uri.file(folder), file);
    const uri = saved?.with({ scheme: 'untitled' }) ?? Uri.from({ scheme: 'untitled', path: file });
    const isOpen = workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());
    if (!isOpen && !(saved && (await exists(saved)))) return uri;
  }
}

export async function exists(uri: Uri): Promise<boolean> {
  try {
    await workspace.fs.stat(uri);
    return true;
  } catch {
    // Whatever it is that keeps us from looking, nothing is written over there.
    return false;
  }
}
