/** What a log document says: lines of the output, between a line on what is before them and one on what follows. */
import { l10n } from 'vscode';
import { formatBytes } from '../../model/byteSize';
import type { OutputStream } from '../../model/outputStream';
import type { Run } from '../../model/run';
import { isSettled } from '../../model/runStatus';
import type { StyledLine } from '../../model/styledText';
import type { OutputText } from './outputText';

const laterLine = l10n.t('… more follows');

export interface LogPage {
  readonly text: string;
  /** Of the document; those that are not of the output are plain. */
  readonly lines: readonly StyledLine[];
  /** Lines before the first one of the output: 0 or 1. */
  readonly head: number;
  readonly hasEarlier: boolean;
  readonly hasLater: boolean;
}

const plainLine = (text: string): StyledLine => ({ text, spans: [], links: [] });

/** A document with nothing but words of ours. */
export const wordsPage = (text: string): LogPage => ({
  text,
  lines: text.split('\n').map(plainLine),
  head: 0,
  hasEarlier: false,
  hasLater: false,
});

/** Where nothing was written by an attempt of the run, 0 being its newest. */
export function emptyPage(run: Run, attempt: number, stream: OutputStream): LogPage {
  const isOver = isSettled(run.status) || (attempt > 0 && attempt < (run.attempt?.number ?? 0));
  if (!isOver) return wordsPage(`${l10n.t('No output yet.')}\n`);
  const words =
    stream === 'both' ? l10n.t('It ended without any output.') : l10n.t('It ended without any output on {0}.', stream);
  return wordsPage(`${words}\n`);
}

/** `hasLater`: the output goes on behind the window, which does not follow it. */
export function logPage(output: OutputText, hasLater: boolean): LogPage {
  const head = output.from > 0 ? [plainLine(l10n.t('… {0} earlier', formatBytes(output.from)))] : [];
  // A line that is cut is not its last state.
  const open = hasLater ? undefined : output.open;
  const tail = hasLater ? [plainLine(laterLine)] : [open ?? plainLine('')];
  const lines = [...head, ...output.lines, ...tail];
  return {
    text: lines.map(({ text }) => text).join('\n'),
    lines,
    head: head.length,
    hasEarlier: head.length > 0,
    hasLater,
  };
}
