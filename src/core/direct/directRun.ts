/**
 * `direct`: the programs of a run file one after another, in the foreground of this process and without the engine. They
 * have its terminal, stdin too, so that a debugger's prompt works. Nothing is tried again, and no time limit holds.
 *
 * Each leaves in the home what an attempt leaves there: a claim, its run log, an exit record. Afterwards the run is
 * submitted as any other, whatever ended it: its programs, a signal to this process, an error. The engine finds every
 * attempt claimed and ended, as after a crash of its own, and starts none of them; what was never started here is
 * abandoned before, so that it is not started then either.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { Failure, hasErrorCode, messageOf } from '../../base/failure';
import { toDisposable, type Disposable } from '../../base/lifecycle';
import type { RunId } from '../../model/ids';
import type { Run } from '../../model/run';
import type { RunStatus } from '../../model/runStatus';
import type { Submission, TaskSubmission } from '../../protocol/engine';
import {
  abandonedRecord,
  attemptFolder,
  checkpointsFolder,
  claimFile,
  exitFile,
  exitRecord,
  outputsFolder,
  parametersFile,
  pastClaimRecord,
} from '../../protocol/runFolders';
import { requireSecrets } from '../secrets/neededSecrets';
import type { Secrets, Source } from '../source';
import { type DirectProgram, runInTurn } from './directTasks';
import { DirectTexts, type Filled } from './directTexts';

export interface DirectOptions {
  /** Where runs are kept. */
  readonly home: string;
  /** All that the environments refer to. */
  readonly secrets: Secrets;
  /** Called before each program of a graph, and when it has ended. */
  readonly onStart?: (program: DirectProgram) => void;
  readonly onEnd?: (program: DirectProgram, exitCode: number) => void;
  /** Instead of both: what it needs is not there. */
  readonly onRefuse?: (program: DirectProgram, failure: Failure) => void;
}

export interface DirectEnd {
  readonly status: RunStatus;
  /** Of the program that ended last and not well; 0 when all ended well. */
  readonly exitCode: number;
  /** This process was asked to end, and nothing was started any more. */
  readonly signal?: EndingSignal;
  /** The run among the others, or why it is not. */
  readonly recorded: { readonly run: Run } | { readonly error: unknown };
  /** What was thrown after the first program had started; what had ended by then is recorded. */
  readonly thrown?: { readonly error: unknown };
}

const endingSignals = ['SIGTERM', 'SIGHUP'] as const;
type EndingSignal = (typeof endingSignals)[number];
const interruptSignals = ['SIGINT', 'SIGQUIT'] as const;
/** Of a program that was ended by Ctrl+C or Ctrl+\\, as shells tell it. */
const interruptedCodes: readonly number[] = interruptSignals.map((signal) => 128 + constants.signals[signal]);
/** Between the request to end and the end by force, where the run does not say: as the engine's. */
const defaultGraceMs = 10_000;

export class DirectRun {
  readonly #submission: Submission;
  readonly #options: DirectOptions;
  readonly #texts: DirectTexts;
  readonly #claimed = new Set<RunId>();
  #running: { readonly child: ChildProcess; readonly graceMs: number } | undefined;
  #killer: NodeJS.Timeout | undefined;
  #exitCode = 0;
  #isInterrupted = false;
  #isGivenUp = false;
  #signal: EndingSignal | undefined;

  constructor(submission: Submission, options: DirectOptions) {
    this.#submission = {
      ...onceAndAnew(submission),
      ...(submission.tasks ? { tasks: submission.tasks.map(onceAndAnew) } : {}),
    };
    this.#options = options;
    this.#texts = new DirectTexts(options.home, this.#submission, options.secrets);
  }

  /**
   * Resolves when all have ended, and the engine has been told. Ctrl+C goes to the program that runs; when it ends badly by
   * that, nothing more is started. SIGTERM and SIGHUP are passed on to it, and are the end of the run. Throws what kept
   * the first program from starting: then nothing has happened.
   */
  async run(source: Pick<Source, 'submit'>): Promise<DirectEnd> {
    requireSecrets(this.#submission, this.#options.secrets);
    const ending = onSignals(endingSignals, (signal) => this.#end(signal));
    try {
      const { status, thrown } = await this.#execute();
      if (thrown && this.#claimed.size === 0) throw thrown.error;
      return {
        status,
        exitCode: this.#exitCode,
        recorded: await this.#record(source),
        ...(this.#signal ? { signal: this.#signal } : {}),
        ...(thrown ? { thrown } : {}),
      };
    } finally {
      ending.dispose();
    }
  }

  async #execute(): Promise<Pick<DirectEnd, 'status' | 'thrown'>> {
    const interrupting = onSignals(interruptSignals, () => void (this.#isInterrupted = true));
    try {
      return { status: await runInTurn(this.#submission, async (program) => this.#executeOne(program)) };
    } catch (error) {
      return { status: 'failed', thrown: { error } };
    } finally {
      clearTimeout(this.#killer);
      interrupting.dispose();
    }
  }

  async #record(source: Pick<Source, 'submit'>): Promise<DirectEnd['recorded']> {
    const programs = [this.#submission, ...(this.#submission.tasks ?? [])].filter(
      ({ kind = 'single' }) => kind === 'single',
    );
    try {
      for (const { runId } of programs) if (!this.#claimed.has(runId)) this.#claim(runId, abandonedRecord());
      return { run: await source.submit(this.#submission, this.#options.secrets) };
    } catch (error) {
      return { error };
    }
  }

  async #executeOne(program: DirectProgram): Promise<RunStatus> {
    if (this.#isGivenUp) return 'cancelled';
    this.#isInterrupted = false;
    const { home, onStart, onEnd, onRefuse } = this.#options;
    const { runId } = program;
    const filled = await this.#prepare(program);
    if (filled instanceof Failure) {
      this.#claim(runId, abandonedRecord(messageOf(filled)));
      onRefuse?.(program, filled);
      return 'failed';
    }
    // Asked to end while its inputs were looked for.
    if (this.#isGivenUp) return 'cancelled';
    onStart?.(program);
    const exitCode = await this.#spawn(program, filled);
    writeFileSync(exitFile(attemptFolder(home, runId, 1)), exitRecord(exitCode), { mode: 0o600 });
    if (exitCode !== 0) this.#exitCode = exitCode;
    // At a debugger's prompt Ctrl+C is a word like any other: only a program that did not survive it was given up.
    // Its code says so too, and may come before our own signal does.
    if (exitCode !== 0 && (this.#isInterrupted || interruptedCodes.includes(exitCode))) this.#isGivenUp = true;
    onEnd?.(program, exitCode);
    return exitCode === 0 ? 'completed' : 'failed';
  }

  /** Lays down what it finds, as the engine does before an attempt. Returns why it cannot start, if that can be mended. */
  async #prepare(program: DirectProgram): Promise<Filled | Failure> {
    const { home } = this.#options;
    const { runId } = program;
    try {
      await this.#texts.checkInputs(program);
      const filled = this.#texts.fill(program);
      this.#texts.started(program);
      for (const folder of [outputsFolder(home, runId), checkpointsFolder(home, runId)]) makeFolder(folder);
      writeFileSync(parametersFile(home, runId), filled.parametersJson, { mode: 0o600 });
      return filled;
    } catch (error) {
      if (error instanceof Failure) return error;
      throw error;
    }
  }

  async #spawn({ runId, graceMs = defaultGraceMs }: DirectProgram, { command, cwd, env }: Filled): Promise<number> {
    const [program = '', ...args] = command;
    // Owner-only folders first: the program may log before its claim is written.
    makeFolder(attemptFolder(this.#options.home, runId, 1));
    return new Promise<number>((resolve, reject) => {
      const child = spawn(program, args, { cwd, env, stdio: 'inherit' });
      this.#running = { child, graceMs };
      child.on('error', (error) => {
        // A signal that did not reach it is no reason to leave it alone.
        if (child.pid !== undefined) return;
        if (!hasErrorCode(error, 'ENOENT', 'EACCES')) return reject(error);
        this.#claim(runId, pastClaimRecord(0));
        // As a shell says it.
        resolve(hasErrorCode(error, 'ENOENT') ? 127 : 126);
      });
      child.on('close', (code, signal) => {
        if (child.pid !== undefined) resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
      });
      if (child.pid !== undefined) this.#claim(runId, pastClaimRecord(child.pid));
    }).finally(() => (this.#running = undefined));
  }

  #end(signal: EndingSignal): void {
    this.#isGivenUp = true;
    this.#signal ??= signal;
    const running = this.#running;
    if (!running) return;
    running.child.kill(signal);
    this.#killer ??= setTimeout(() => running.child.kill('SIGKILL'), running.graceMs);
  }

  #claim(runId: RunId, record: string): void {
    const folder = attemptFolder(this.#options.home, runId, 1);
    makeFolder(folder);
    writeFileSync(claimFile(folder), record, { flag: 'wx', mode: 0o600 });
    this.#claimed.add(runId);
  }
}

/**
 * A failure here is final: recorded with retries, it would be tried again in the background. And what was executed here is
 * not to be recorded as the result of another run.
 */
function onceAndAnew<T extends Submission | TaskSubmission>(run: T): T {
  const { reuse: _none, ...rest } = { ...run, retries: 0 };
  return rest as T;
}

function onSignals<T extends NodeJS.Signals>(signals: readonly T[], listener: (signal: T) => void): Disposable {
  const listeners = signals.map((signal) => [signal, () => listener(signal)] as const);
  for (const [signal, call] of listeners) process.on(signal, call);
  return toDisposable(() => {
    for (const [signal, call] of listeners) process.off(signal, call);
  });
}

function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}
