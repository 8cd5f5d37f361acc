/** What the language server is told of this window, to find out what a run file would come to. */
import { type Uri, workspace } from 'vscode';
import type { FileToPlan } from '../../protocol/language';

/** Without the text, which the server has of files that are open. */
export function fileToPlan(uri: Uri): Omit<FileToPlan, 'text'> {
  const folder = workspace.getWorkspaceFolder(uri)?.uri.fsPath;
  const variables = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return {
    uri: uri.toString(),
    path: uri.fsPath,
    environment: Object.fromEntries(variables) as Record<string, string>,
    ...(folder === undefined ? {} : { workspace: folder }),
  };
}
