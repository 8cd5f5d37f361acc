/** An explanation as text, the same in the editor and in a terminal, with the places in it that lead somewhere. */
import { describeExitCode } from '../../model/attemptEnd';
import { describeRow } from '../../model/describeRun';
import { formatDuration } from '../../model/duration';
import { listEnvironmentChanges } from '../../model/environmentChanges';
import { type RunId, shortId } from '../../model/ids';
import { plainText } from '../../model/plainText';
import type { Attempt, Run } from '../../model/run';
import { partTitles } from '../compare/comparison';
import type { Explanation, RunExplanation } from './explainRun';
import { describePeak } from './memoryRules';

export type ExplanationTarget =
  | { readonly kind: 'run'; readonly runId: RunId }
  | { readonly kind: 'output'; readonly runId: RunId; readonly attempt: number }
  | { readonly kind: 'diff'; readonly before: RunId; readonly now: RunId }
  | { readonly kind: 'file'; readonly path: string; readonly line: number };

/** A stretch of one line; lines and columns count from 0. */
export interface ExplanationLink {
  readonly line: number;
  readonly column: number;
  readonly length: number;
  readonly target: ExplanationTarget;
}

export interface ExplanationText {
  readonly text: string;
  readonly links: readonly ExplanationLink[];
}

export function explanationText(explained: RunExplanation, nowMs: number): ExplanationText {
  const page = new Page();
  const { run, explanations, failed, looked } = explained;
  page.line(`Why ${run.name} failed`);
  page.line(`${run.experiment} / `, [run.name, { kind: 'run', runId: run.id }], ` · ${describeRow(run, nowMs)}`);
  if (failed !== undefined) {
    page.blank();
    const of = looked === undefined ? '' : `, of which the first ${looked} were looked at`;
    page.line(`${failed} of what it is made of failed${of}:`);
    for (const { cause, others, detail } of explanations) {
      const count = others.length + 1;
      page.line(`  ${count === 1 ? detail.run.name : `${count} runs`}: ${cause.kind}`);
    }
  }
  for (const explanation of explanations) {
    page.blank();
    explain(page, explanation, failed !== undefined);
  }
  return page.finish();
}

/** Names of equal failures that are told. */
const namedOthers = 10;

function explain(page: Page, explanation: Explanation, isPart: boolean): void {
  const { detail, attempt, cause, errorLines, others } = explanation;
  const { run } = detail;
  if (isPart) {
    page.line(
      '— ',
      [run.name, { kind: 'run', runId: run.id }],
      others.length === 0 ? '' : `, and ${others.length} more`,
    );
    page.blank();
  }
  page.title('What happened');
  page.line(`  ${cause.what}`);
  page.blank();
  page.title('Why we think so');
  for (const reason of cause.because) page.line(`  - ${reason}`);
  page.blank();
  page.title('What to do');
  for (const step of cause.todo) page.line(`  - ${step}`);
  page.blank();
  page.title('The last lines that tell of an error');
  if (errorLines.length === 0) page.line('  It wrote nothing.');
  for (const line of errorLines) page.quoted(line);
  page.blank();
  if (attempt) describeAttempt(page, run, attempt, cause.because);
  describeChanges(page, explanation);
  if (others.length > 0) {
    page.blank();
    page.title(`The same in ${others.length} other ${others.length === 1 ? 'run' : 'runs'}`);
    for (const other of others.slice(0, namedOthers)) {
      page.line('  - ', [other.name, { kind: 'run', runId: other.id }]);
    }
    if (others.length > namedOthers) page.line(`  - and ${others.length - namedOthers} more`);
  }
}

function describeAttempt(page: Page, run: Run, attempt: Attempt, said: readonly string[]): void {
  const { number, executor, host, startedAtMs, endedAtMs, reason, detail, exitCode } = attempt;
  page.title('The attempt');
  const parts = [
    reason,
    detail,
    exitCode === undefined ? undefined : describeExitCode(exitCode),
    `${executor} on ${host}`,
    startedAtMs === undefined || endedAtMs === undefined
      ? undefined
      : `took ${formatDuration(endedAtMs - startedAtMs)}`,
  ];
  page.line(
    '  - ',
    [`Output of attempt ${number}`, { kind: 'output', runId: run.id, attempt: number }],
    ` · ${parts.filter((part) => part !== undefined).join(' · ')}`,
  );
  for (const line of describePeak(attempt)) if (!said.includes(line)) page.line(`  - ${line}`);
  if (attempt.environmentChanges) {
    page.line(`  - Environment since the attempt before: ${listEnvironmentChanges(attempt.environmentChanges, 8)}.`);
  }
  page.blank();
}

/** Of many changes of one part the first. */
const shownChanges = 12;

function describeChanges(page: Page, { success, detail: { run } }: Explanation): void {
  page.title('What changed since the last success');
  if (!success) {
    page.line('  No earlier run like it has completed.');
    return;
  }
  const { run: before, likeness, parts } = success;
  page.line(
    '  ',
    [`${before.name} (${shortId(before.id)})`, { kind: 'run', runId: before.id }],
    `, ${likeness}, completed · `,
    ['Compare the two', { kind: 'diff', before: before.id, now: run.id }],
  );
  for (const { name, state, changes, note } of parts) {
    if (state === 'equal') continue;
    page.line(`  - ${partTitles[name]}: ${state === 'unknown' ? 'not known' : 'different'}`);
    for (const change of changes.slice(0, shownChanges)) page.line(`      ${change}`);
    if (changes.length > shownChanges) page.line(`      and ${changes.length - shownChanges} more`);
    if (note !== undefined) page.line(`      ${note}`);
  }
  const equal = parts.filter(({ state }) => state === 'equal').map(({ name }) => partTitles[name]);
  if (equal.length > 0) page.line(`  - the same: ${equal.join(', ')}`);
  if (equal.length === parts.length) {
    page.line(
      '    Nothing that is kept has changed: look at what is not, such as data, services, packages and hardware.',
    );
  }
}

type Part = string | readonly [text: string, target: ExplanationTarget];

/** Lines as they are written, with where in them links are. Words of others lose what would command a terminal. */
class Page {
  readonly #lines: string[] = [];
  readonly #links: ExplanationLink[] = [];

  line(...parts: readonly Part[]): void {
    let line = '';
    for (const part of parts) {
      const text = plainText(typeof part === 'string' ? part : part[0]).replaceAll(/[\r\n]+/g, ' ');
      if (typeof part !== 'string') {
        const [, target] = part;
        this.#links.push({ line: this.#lines.length, column: line.length, length: text.length, target });
      }
      line += text;
    }
    this.#lines.push(line.trimEnd());
  }

  title(text: string): void {
    this.line(`${text}:`);
  }

  blank(): void {
    if (this.#lines.at(-1) !== '') this.#lines.push('');
  }

  /** A line of the output; where it names a place in a file, that leads there. */
  quoted(text: string): void {
    const line = `    ${plainText(text)}`;
    const place =
      /File "([^"]+)", line (\d+)/.exec(line) ?? /(?<![\w:/.-])((?:file:\/\/)?\/[^\s:()'"]+):(\d+)/.exec(line);
    if (place?.[1] !== undefined) {
      const target = { kind: 'file', path: place[1].replace(/^file:\/\//, ''), line: Number(place[2]) } as const;
      // A name without a folder, such as <string>, is no file.
      if (target.path.startsWith('/')) {
        this.#links.push({ line: this.#lines.length, column: place.index, length: place[0].length, target });
      }
    }
    this.#lines.push(line);
  }

  finish(): ExplanationText {
    return { text: `${this.#lines.join('\n').trimEnd()}\n`, links: this.#links };
  }
}
