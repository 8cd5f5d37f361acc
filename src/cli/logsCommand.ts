/**
 * `sidelab logs RUN`: what a run has written, as it is, on stdout. With `-f` also what it goes on to write, until the run
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
import type { Interrupts } from './followRun';
import { OutputPump } from './outputPump';
import { findTail } from './outputTail';
import { type OutputWriter, outputWriter } from './outputWriter';
import { sayConnection } from './sayConnection';

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
  const { stream } = options;
  const newest = attempts.at(-1)?.number ?? 0;
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
  if (options.follow) return followLogs(context, run, pump, writer, options.attempt, interrupts);
  await pump.pump(attempt);
  writer.end();
  if (attempt === 0) terminal.say(`${shortId(run.id)} has not started yet.`);
  return exitCodes.done;
}

async function followLogs(
  context: CommandContext,
  found: Run,
  pump: OutputPump,
  writer: OutputWriter,
  onlyAttempt: number | undefined,
  interrupts: Pick<Interrupts, 'onInterrupt'>,
): Promise<number> {
  const { source } = context;
  const ended = new Deferred<'settled' | 'left'>();
  let run = found;
  const copy = async (): Promise<void> => {
    const newest = run.attempt?.number ?? 0;
    await pump.pump(Math.min(newest, onlyAttempt ?? newest));
  };
  const copySoon = (): void => {
    copy().catch((error: unknown) => {
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
  owned.own(toDisposable(() => polling.abort()));
  owned.own(sayConnection(context));
  owned.own(interrupts.onInterrupt(() => ended.resolve('left')));
  owned.own(source.follow(run.id, ({ output }) => void (output && copySoon())));
  try {
    pollRun(source, run.id, { signal: polling.signal, onChange }).then(() => ended.resolve('settled'), ended.reject);
    if ((await ended.promise) === 'left') return exitCodes.left;
    await copy();
    writer.end();
    return exitCodes.done;
  } finally {
    owned.dispose();
  }
}

/** Whether the one attempt that is followed has ended: it has an end, or another has begun. */
function hasEnded({ attempt }: Run, number: number | undefined): boolean {
  if (number === undefined || !attempt) return false;
  return attempt.number > number || (attempt.number === number && attempt.endedAtMs !== undefined);
}
