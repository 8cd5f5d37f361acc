/** Dry Run: what the run file in the editor would submit, in a document beside it; nothing is submitted. */
import { type Uri, ViewColumn, window, workspace } from 'vscode';
import { describeDryRun, dryRun } from '../../core/runFiles/dryRun';
import { wantsSelectedPython } from '../../core/runFiles/python';
import { readRunFile } from '../../core/runFiles/readRunFile';
import { findSelectedPython } from '../selectedPython';
import { requireTrust } from '../trust';
import { chosenUris } from './submitRun';

/** As the file stands in the editor: unsaved changes count. */
export async function dryRunFile(argument: unknown, selected: unknown): Promise<void> {
  // Conda and virtual environments are looked into, by programs that the workspace may have brought.
  requireTrust();
  for (const uri of chosenUris(argument, selected)) await showDryRun(uri);
}

async function showDryRun(uri: Uri): Promise<void> {
  const document = await workspace.openTextDocument(uri);
  const text = document.getText();
  const path = document.uri.fsPath;
  const folder = workspace.getWorkspaceFolder(document.uri)?.uri.fsPath;
  const file = await readRunFile(text, path);
  const selectedPython = wantsSelectedPython(file) ? await findSelectedPython(document.uri) : undefined;
  const dry = await dryRun({
    file,
    text,
    path,
    environment: process.env,
    ...(folder === undefined ? {} : { workspace: folder }),
    ...(selectedPython === undefined ? {} : { selectedPython }),
  });
  const shown = await workspace.openTextDocument({ language: 'plaintext', content: `${describeDryRun(dry)}\n` });
  await window.showTextDocument(shown, { viewColumn: ViewColumn.Beside, preserveFocus: true, preview: true });
}
