/** Where one looks in the output that is shown: earlier, later, at its beginning or end, in one stream, at what went wrong. */
import { l10n, Range, Uri, window } from 'vscode';
import { Failure } from '../../base/failure';
import { type OutputStream, outputStreams } from '../../model/outputStream';
import type { LogMove } from '../log/followedLog';
import type { LogDocuments } from '../log/logDocuments';

/** What a lens or the editor's title passes. */
export const addressOf = (argument: unknown): Uri | undefined => (argument instanceof Uri ? argument : undefined);

export async function moveOutput(logs: LogDocuments, to: LogMove, argument: unknown): Promise<void> {
  const { uri, log } = logs.get(addressOf(argument));
  if (to === 'earlier' && !log.page.hasEarlier)
    throw new Failure('NotFound', l10n.t('There is no more: the output begins here.'));
  if (to === 'later' && !log.page.hasLater)
    throw new Failure('NotFound', l10n.t('There is no more: the output ends here.'));
  await logs.move(uri, to);
}

const streamNames: Record<OutputStream, { readonly label: string; readonly description: string }> = {
  both: { label: l10n.t('stdout and stderr'), description: l10n.t('in the order in which they came') },
  stdout: { label: 'stdout', description: l10n.t('what the program prints') },
  stderr: { label: 'stderr', description: l10n.t('warnings, errors, progress') },
};

export async function chooseOutputStream(logs: LogDocuments, argument: unknown, wanted: unknown): Promise<void> {
  const { uri, log } = logs.get(addressOf(argument));
  const known = outputStreams.find((name) => name === wanted);
  const picks = outputStreams.map((stream) => ({
    ...streamNames[stream],
    stream,
    ...(stream === log.address.stream ? { detail: l10n.t('shown now') } : {}),
  }));
  const stream =
    known ??
    (await window.showQuickPick(picks, { title: l10n.t('Show stdout, stderr or Both'), placeHolder: l10n.t('Stream') }))
      ?.stream;
  if (stream) await logs.showStream(uri, stream);
}

/** Goes round: behind the last one is the first. */
export async function goToError(logs: LogDocuments, step: 1 | -1, argument: unknown): Promise<void> {
  const { uri, log } = logs.get(addressOf(argument));
  const lines = log.troubles.map(({ at }) => at);
  if (lines.length === 0) {
    throw new Failure('NotFound', l10n.t('There is no error in this part of the output.'), {
      ...(log.page.hasEarlier || log.page.hasLater
        ? { hint: l10n.t('"Find in Whole Output" looks through all of it.') }
        : {}),
    });
  }
  const editor = window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
  if (!editor) throw new Failure('NotFound', l10n.t('The output is not shown.'));
  const here = editor.selection.active.line;
  const sorted = [...new Set(lines)].sort((a, b) => a - b);
  const next = step > 0 ? sorted.find((line) => line > here) : sorted.findLast((line) => line < here);
  const line = editor.document.lineAt(
    Math.min(next ?? sorted.at(step > 0 ? 0 : -1) ?? 0, editor.document.lineCount - 1),
  );
  logs.goTo(editor, new Range(line.range.start, line.range.start), 'center');
  const column = editor.viewColumn;
  await window.showTextDocument(editor.document, { ...(column === undefined ? {} : { viewColumn: column }) });
}
