/**
 * `sidelab logs RUN`: what a run has written, as it is, on stdout; of a run made of runs the lines of all its tasks, each
 * after the task's name; of one that took the results of another run, what that has written. With `-f` also what it goes on to write, until the run
 * (or the attempt asked for) has ended; the exit code does not tell how: `status` and `wait` do.
 */
import { Failure } from '../base/failure';
import { DisposableStore, toDisposable } from '../base/lifecycle';
import { shortId } from '../model/ids';
import type { Run } from '../model/run';
import type { OutputQuery } from '../core/source';
import { pollRun } from '../core/runs/pollRun';
import type { CommandContext } from './context';
import { Deferred } from './deferred';
import { exitCodes } from './exitCodes';
import type { FollowedOutput } from './followedOutput';
import type { Interrupts } from './followRun';
import { OutputPump } from '../core/output/outputPump';
import { findTail } from '../core/output/outputTail';
import { outputWriter, prefixingWriter } from './outputWriter';
import type { OutputWriter } from '../core/output/lineWriter';
import { sayConnection } from './sayConnection';
import { TaskOutputs } from '../core/output/taskOutputs';

export interface LogsOptions {
  readonly follow?: boolean;
  /** Counts from 1; without it the newest, and with `follow` those after it as well. */
  readonly attempt?: number;
  readonly stream: OutputQuery['stream'];
  /** So many lines of the end, unless all is wanted. */
  readonly tail?: number;
  readonly json?: boolean;
}

export async function logsCommand(
  context: CommandContext,
  reference: string,
  options: LogsOptions,
  interrupts: Pick<Interrupts, 'onInterrupt'>,
): Promise<number> {
  const { source, terminal } = context;
  const { run, attempts } = await source.run(reference);
  if (run.children) return graphLogs(context, run, options, interrupts);
  const { stream } = options;
  const newest = attempts.at(-1)?.number ?? 0;
  if (run.reusedFrom !== undefined && options.attempt === undefined) {
    const origin = shortId(run.reusedFrom);
    terminal.say(`${shortId(run.id)} did not execute: its results are those of ${origin}, and so is this log.`);
    return logsCommand(context, run.reusedFrom, options, interrupts);
  }
  if (options.attempt !== undefined && !attempts.some(({ number }) => number === options.attempt)) {
    const known = attempts.length === 0 ? 'It has none yet.' : `There are ${newest}.`;
    throw new Failure('NotFound', `${shortId(run.id)} has no attempt ${options.attempt}.`, { hint: known });
  }
  const attempt = options.attempt ?? newest;
  const offset =
    options.tail === undefined || attempt === 0
      ? 0
      : await findTail(source, { runId: run.id, attempt, stream }, options.tail);
  const writer = outputWriter(terminal, { run, stream, attempt, json: options.json === true });
  const pump = new OutputPump(source, run.id, writer.write, { attempt: Math.max(1, attempt), offset, stream });
  if (options.follow) {
    const output = pumpedOutput(pump, writer, options.attempt);
    return followLogs(context, run, output, interrupts, options.attempt);
  }
  await pump.pump(attempt);
  writer.end();
  if (attempt === 0) terminal.say(`${shortId(run.id)} has not started yet.`);
  return exitCodes.done;
}

async function graphLogs(
  context: CommandContext,
  run: Run,
  { follow, attempt, stream, tail, json }: LogsOptions,
  interrupts: Pick<Interrupts, 'onInterrupt'>,
): Promise<number> {
  const { source, terminal } = context;
  if (attempt !== undefined) {
    throw new Failure('InvalidInput', `${shortId(run.id)} is made of runs, which have attempts of their own.`, {
      hint: `Name one of them, such as "${run.name}/TASK".`,
    });
  }
  const outputs = new TaskOutputs(source, run.id, {
    writerOf: (task) =>
      json
        ? outputWriter(terminal, { run: task.run, task: task.path, stream, attempt: 1, json })
        : prefixingWriter(terminal, task.path),
    stream,
    ...(tail === undefined ? {} : { tail }),
    onlyNewest: true,
  });
  if (follow) return followLogs(context, run, outputs, interrupts);
  try {
    await outputs.end();
  } finally {
    outputs.dispose();
  }
  return exitCodes.done;
}

async function followLogs(
  context: CommandContext,
  found: Run,
  output: FollowedOutput,
  interrupts: Pick<Interrupts, 'onInterrupt'>,
  onlyAttempt?: number,
): Promise<number> {
  const { source } = context;
  const ended = new Deferred<'settled' | 'left'>();
  let run = found;
  const copySoon = (): void => {
    output.pump(run).catch((error: unknown) => {
      // Copied with what comes next, and at the end, which shows whether the trouble lasts.
      if (!(error instanceof Failure) || error.code !== 'Unavailable') ended.reject(error);
    });
  };
  const onChange = (changed: Run): void => {
    run = changed;
    if (hasEnded(run, onlyAttempt)) ended.resolve('settled');
    else copySoon();
  };
  const polling = new AbortController();
  const owned = new DisposableStore();
  owned.own(output);
  owned.own(toDisposable(() => polling.abort()));
  owned.own(sayConnection(context));
  owned.own(interrupts.onInterrupt(() => ended.resolve('left')));
  if (!found.children) owned.own(source.follow(run.id, (append) => void (append.output && copySoon())));
  output.start(copySoon);
  try {
    pollRun(source, run.id, { signal: polling.signal, onChange }).then(() => ended.resolve('settled'), ended.reject);
    if ((await ended.promise) === 'left') return exitCodes.left;
    await output.end(run);
    return exitCodes.done;
  } finally {
    owned.dispose();
  }
}

/** Of one run, up to the attempt asked for. */
function pumpedOutput(pump: OutputPump, writer: OutputWriter, onlyAttempt: number | undefined): FollowedOutput {
  const copy = async ({ attempt }: Run): Promise<void> => {
    const newest = attempt?.number ?? 0;
    await pump.pump(Math.min(newest, onlyAttempt ?? newest));
  };
  return {
    start: () => undefined,
    pump: copy,
    end: async (run) => {
      await copy(run);
      writer.end();
    },
    dispose: () => undefined,
  };
}

/** Whether the one attempt that is followed has ended: it has an end, or another has begun. */
function hasEnded({ attempt }: Run, number: number | undefined): boolean {
  if (number === undefined || !attempt) return false;
  return attempt.number > number || (attempt.number === number && attempt.endedAtMs !== undefined);
}
