/** A place in a file, shown in an editor. */
import { Position, Range, Selection, type Uri, ViewColumn, window } from 'vscode';
import type { FilePlace } from '../base/failure';

/** Opens the file and selects from the place to the end of its line; an editor that shows it already is used. */
export async function openPlace(uri: Uri, { line, column }: Pick<FilePlace, 'line' | 'column'>): Promise<void> {
  const shown = window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
  const editor = await window.showTextDocument(uri, { viewColumn: shown?.viewColumn ?? ViewColumn.Active });
  const start = editor.document.validatePosition(new Position(line - 1, column - 1));
  const range = new Range(start, editor.document.lineAt(start.line).range.end);
  editor.selection = new Selection(range.start, range.end);
  editor.revealRange(range);
}
