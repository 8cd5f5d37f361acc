/** What is known of where and how long a run is executed, as names and values, each copyable where that is of use. */
import { html, nothing, type TemplateResult } from 'lit';
import { describeAlgorithm } from '../../src/model/algorithmUse';
import { describeCode } from '../../src/model/code';
import { elapsedMs } from '../../src/model/describeRun';
import { formatDuration } from '../../src/model/duration';
import type { Run, RunDetail } from '../../src/model/run';
import { isActive } from '../../src/model/runStatus';
import { commandText } from './commandText';
import type { RunPanelSession } from './runPanelSession';

interface Fact {
  readonly name: string;
  readonly value: string | undefined;
  /** Copies the value; without it there is no button. */
  readonly copy?: () => Promise<void>;
  /** A path or a command: wide, in the editor's font. */
  readonly isCode?: boolean;
}

export function factList(session: RunPanelSession, detail: RunDetail, nowMs: number): TemplateResult {
  const { run } = detail;
  const { attempt } = run;
  const folder = attempt?.folder ?? detail.outputs;
  const command = commandText(detail.command);
  const facts: readonly Fact[] = [
    { name: 'Elapsed', value: elapsedText(run, nowMs) },
    { name: 'Time limit', value: limitBeforeStart(run, nowMs) },
    { name: 'Attempt', value: attemptText(run) },
    { name: 'Algorithm', value: run.algorithm && describeAlgorithm(run.algorithm) },
    { name: 'Executor', value: attempt?.executor },
    { name: 'Host', value: attempt?.host, copy: copying(attempt?.host) },
    { name: 'Process id', value: attempt?.pid?.toString(), copy: copying(attempt?.pid?.toString()) },
    { name: 'Run id', value: run.id, copy: async () => session.act('copyId'), isCode: true },
    { name: 'Folder', value: folder, copy: copying(folder), isCode: true },
    { name: 'Code', value: detail.code && describeCode(detail.code), copy: copying(detail.code?.commit) },
    { name: 'Command', value: command, copy: copying(command), isCode: true },
  ];
  return html`<dl class="facts">${facts.map(factItem)}</dl>`;
}

function factItem({ name, value, copy, isCode }: Fact): TemplateResult | typeof nothing {
  if (value === undefined || value === '') return nothing;
  return html`<div class="fact">
    <dt>${name}</dt>
    <dd>
      <span class=${isCode ? 'code' : ''}>${value}</span>
      ${copy ? html`<sidelab-copy-button .subject=${name.toLowerCase()} .copy=${copy}></sidelab-copy-button>` : nothing}
    </dd>
  </div>`;
}

const copying =
  (text = ''): (() => Promise<void>) =>
  async () =>
    navigator.clipboard.writeText(text);

function attemptText({ attempt, attemptsMax }: Run): string | undefined {
  if (!attempt) return undefined;
  // One that was started by hand is beyond those that the run starts by itself.
  return attemptsMax > 1 && attempt.number <= attemptsMax
    ? `${attempt.number} of ${attemptsMax}`
    : String(attempt.number);
}

/** "1 min 4 s", "1 min 4 s of 1 h, 58 min left" */
export function elapsedText(run: Run, nowMs: number): string | undefined {
  const elapsed = elapsedMs(run, nowMs);
  if (elapsed === undefined) return undefined;
  const text = formatDuration(elapsed);
  if (run.timeoutMs === undefined) return text;
  const left = run.timeoutMs - elapsed;
  const limit = `${text} of ${formatDuration(run.timeoutMs)}`;
  return isActive(run.status) && left > 0 ? `${limit}, ${formatDuration(left)} left` : limit;
}

/** What a run that has not started may take; later it stands beside what it took. */
const limitBeforeStart = (run: Run, nowMs: number): string | undefined =>
  run.timeoutMs === undefined || elapsedMs(run, nowMs) !== undefined ? undefined : formatDuration(run.timeoutMs);
