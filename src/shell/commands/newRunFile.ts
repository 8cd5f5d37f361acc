/** New Run File: an unsaved run file with the few keys that nearly every run has. */
import { SnippetString, Uri, window, workspace } from 'vscode';

export async function newRunFile(): Promise<void> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const uri = await unusedUri(folder);
  const editor = await window.showTextDocument(await workspace.openTextDocument(uri));
  if (editor.document.getText() !== '') return;
  await editor.insertSnippet(
    new SnippetString(
      [
        '{',
        '  "experiment": "${1:my-experiment}",',
        '  "command": ["${2:node}", "${3:train.mjs}"],',
        '  "parameters": {',
        '    "${4:lr}": ${5:0.1}',
        '  }',
        '}',
        '',
      ].join('\n'),
    ),
  );
}

/** An untitled document with a path is saved there without a question. */
async function unusedUri(folder: Uri | undefined): Promise<Uri> {
  for (let number = 1; ; number++) {
    const name = number === 1 ? 'new.run.json' : `new-${number}.run.json`;
    if (!folder) return Uri.from({ scheme: 'untitled', path: name });
    const found = await workspace.findFiles(name, undefined, 1);
    if (found.length === 0) return Uri.joinPath(folder, name).with({ scheme: 'untitled' });
  }
}
