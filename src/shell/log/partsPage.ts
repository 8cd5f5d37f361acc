/** The page of a log that says how the parts of a run stand, each with the last lines that it wrote. */
import { l10n } from 'vscode';
import { describeChildren } from '../../model/describeChildren';
import type { Run } from '../../model/run';
import type { RunStatus } from '../../model/runStatus';
import type { StyledLine, TerminalColour } from '../../model/styledText';
import { TroubleScanner, type Trouble } from '../../core/output/troubleScanner';
import { commandIds } from '../ids';
import type { LogPage } from './logPage';

/** Lines of the page that are about one part: its name, and below it what it wrote. */
export interface LogSection {
  readonly name: string;
  readonly detail: string;
  readonly start: number;
  readonly end: number;
}

export interface PartsPage extends LogPage {
  readonly sections: readonly LogSection[];
  /** By lines of the page. */
  readonly troubles: readonly Trouble[];
}

interface Part {
  readonly run: Run;
  /** The last ones of its output. */
  readonly lines: readonly StyledLine[];
}

/** The bright ones of red and blue: the others can hardly be read on black, in high contrast. */
const colours: Partial<Record<RunStatus, TerminalColour>> = { completed: 2, failed: 9, lost: 9, running: 12 };

/** `more`: the run has more parts than these. */
export function partsPage(run: Run, parts: readonly Part[], more: boolean): PartsPage {
  const lines: StyledLine[] = [plain(l10n.t('{0} is made of others and writes nothing itself.', run.name))];
  const state = describeChildren(run);
  if (state !== undefined) lines.push(plain(state));
  lines.push(plain(l10n.t('These are their last lines; each name leads to all of its output.')));
  const sections: LogSection[] = [];
  const scanner = new TroubleScanner();
  for (const part of parts) {
    lines.push(plain(''));
    const start = lines.length;
    const name = part.run.task ?? part.run.name;
    const detail = detailOf(part.run);
    lines.push(headLine(part.run, name, detail));
    for (const line of part.lines) {
      scanner.push(line.text, lines.length);
      lines.push(line);
    }
    sections.push({ name, detail, start, end: lines.length - 1 });
  }
  if (more) {
    lines.push(plain(''), plain(l10n.t('… and more, which the tree of runs shows.')));
  }
  lines.push(plain(''));
  const text = lines.map((line) => line.text).join('\n');
  return { text, lines, head: 0, hasEarlier: false, hasLater: false, sections, troubles: scanner.troubles };
}

/** Nothing that changes by itself: a log is read again when something has happened. */
function detailOf(run: Run): string {
  const evidence = run.status === 'running' || run.status === 'completed' ? undefined : run.evidence;
  const attempt = run.attempt && run.attempt.number > 1 ? l10n.t('attempt {0}', run.attempt.number) : undefined;
  return [run.status, describeChildren(run) ?? evidence, attempt].filter((word) => word !== undefined).join(' · ');
}

function headLine({ id, status }: Run, name: string, detail: string): StyledLine {
  const colour = colours[status];
  // Through the command, and not by its address: one is led to the end of the output, and from what took the results of another to that.
  const target = `command:${commandIds.showLog}?${encodeURIComponent(JSON.stringify([id]))}`;
  const words = `${name} · ${detail}`;
  return {
    text: words,
    spans: [
      { start: 0, end: name.length, style: { bold: true } },
      { start: name.length + 3, end: words.length, style: colour === undefined ? { dim: true } : { colour } },
    ],
    links: [{ start: 0, end: name.length, target }],
  };
}

const plain = (text: string): StyledLine => ({ text, spans: [], links: [] });
