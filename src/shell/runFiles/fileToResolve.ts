/** A run file as it stands in the editor, unsaved changes too, with all that it is resolved with in this window. */
import { type Uri, workspace } from 'vscode';
import { wantsSelectedPython } from '../../core/runFiles/python';
import { readRunFile } from '../../core/runFiles/readRunFile';
import type { RunToResolve } from '../../core/runFiles/runToResolve';
import type { RunFile } from '../../model/runFile';
import { findSelectedPython } from '../selectedPython';

type FileToResolve = RunToResolve & { readonly file: RunFile };

/** For a workspace that is trusted. Throws what a submission would throw of the file itself. */
export async function fileToResolve(uri: Uri): Promise<FileToResolve> {
  return withSurroundings(uri, await textToResolve(uri));
}

/** Likewise, of a text that was read already. */
export async function withSurroundings(uri: Uri, text: string): Promise<FileToResolve> {
  const path = uri.fsPath;
  const folder = workspace.getWorkspaceFolder(uri)?.uri.fsPath;
  const file = await readRunFile(text, path);
  const selectedPython = wantsSelectedPython(file) ? await findSelectedPython(uri) : undefined;
  return {
    file,
    text,
    path,
    environment: process.env,
    ...(folder === undefined ? {} : { workspace: folder }),
    ...(selectedPython === undefined ? {} : { selectedPython }),
  };
}

/** Its text with unsaved changes. */
export async function textToResolve(uri: Uri): Promise<string> {
  const document = await workspace.openTextDocument(uri);
  // Of a file that was just written by a program, the editor still has what was there before.
  const isOnDisk = !document.isDirty && !document.isUntitled;
  return isOnDisk ? new TextDecoder().decode(await workspace.fs.readFile(document.uri)) : document.getText();
}
