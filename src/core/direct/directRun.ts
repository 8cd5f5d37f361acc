/**
 * `direct`: the programs of a run file one after another, in the foreground of this process and without the engine. They
 * have its terminal, stdin too, so that a debugger's prompt works. Nothing is tried again, and no time limit holds.
 *
 * Each leaves in the home what an attempt leaves there: a claim, its run log, an exit record. `record` then submits the
 * run as any other. The engine finds every attempt claimed and ended, as after a crash of its own, and starts none of
 * them; what was never started here is abandoned before, so that it is not started then either.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { Failure, hasErrorCode } from '../../base/failure';
import {
  fillReferences,
  isRunReference,
  parseSecretReference,
  parseTaskReference,
  type RunReference,
} from '../../model/references';
import type { RunId } from '../../model/ids';
import type { Run } from '../../model/run';
import type { RunStatus } from '../../model/runStatus';
import type { Submission, TaskSubmission } from '../../protocol/engine';
import {
  abandonedRecord,
  attemptFolder,
  attemptVariables,
  checkpointsFolder,
  claimFile,
  exitFile,
  exitRecord,
  outputsFolder,
  parametersFile,
  pastClaimRecord,
} from '../../protocol/runFolders';
import { secretVariable } from '../secrets/knownSecrets';
import type { Secrets, Source } from '../source';
import { type DirectProgram, runInTurn } from './directTasks';

export interface DirectOptions {
  /** Where runs are kept. */
  readonly home: string;
  /** All that the environments refer to. */
  readonly secrets: Secrets;
  /** Called before each program of a graph, and when it has ended. */
  readonly onStart?: (program: DirectProgram) => void;
  readonly onEnd?: (program: DirectProgram, exitCode: number) => void;
}

export interface DirectEnd {
  readonly status: RunStatus;
  /** Of the program that ended last and not well; 0 when all ended well. */
  readonly exitCode: number;
}

export class DirectRun {
  readonly #submission: Submission;
  readonly #options: DirectOptions;
  readonly #outputs = new Map<string, string>();
  readonly #claimed = new Set<RunId>();
  #exitCode = 0;
  #isInterrupted = false;
  #isGivenUp = false;

  constructor(submission: Submission, options: DirectOptions) {
    // A failure here is final: recorded with retries, it would be tried again in the background.
    const once = <T extends Submission | TaskSubmission>(run: T): T => ({ ...run, retries: 0 });
    this.#submission = { ...once(submission), ...(submission.tasks ? { tasks: submission.tasks.map(once) } : {}) };
    this.#options = options;
  }

  /** Resolves when all have ended. Ctrl+C goes to the program that runs; when it ends badly by that, nothing more is started. */
  async execute(): Promise<DirectEnd> {
    const onInterrupt = (): void => void (this.#isInterrupted = true);
    process.on('SIGINT', onInterrupt).on('SIGQUIT', onInterrupt);
    try {
      const status = await runInTurn(this.#submission, async (program) => this.#execute(program));
      return { status, exitCode: this.#exitCode };
    } finally {
      process.off('SIGINT', onInterrupt).off('SIGQUIT', onInterrupt);
    }
  }

  /** Hands what has happened to the engine; resolves when it is in the store. */
  async record(source: Pick<Source, 'submit'>): Promise<Run> {
    const programs = [this.#submission, ...(this.#submission.tasks ?? [])].filter(
      ({ kind = 'single' }) => kind === 'single',
    );
    for (const { runId } of programs) if (!this.#claimed.has(runId)) this.#claim(runId, abandonedRecord);
    return source.submit(this.#submission, this.#options.secrets);
  }

  async #execute(program: DirectProgram): Promise<RunStatus> {
    if (this.#isGivenUp) return 'cancelled';
    this.#isInterrupted = false;
    const { home, onStart, onEnd } = this.#options;
    const { runId } = program;
    const filled = this.#fill(program);
    this.#outputs.set(program.path, outputsFolder(home, runId));
    for (const folder of [outputsFolder(home, runId), checkpointsFolder(home, runId)]) makeFolder(folder);
    writeFileSync(parametersFile(home, runId), filled.parametersJson, { mode: 0o600 });
    onStart?.(program);
    const exitCode = await this.#spawn(runId, filled);
    writeFileSync(exitFile(attemptFolder(home, runId, 1)), exitRecord(exitCode), { mode: 0o600 });
    onEnd?.(program, exitCode);
    if (exitCode !== 0) this.#exitCode = exitCode;
    // At a debugger's prompt Ctrl+C is a word like any other: only a program that did not survive it was given up.
    // Its code says so too, and may come before our own signal does.
    this.#isGivenUp = exitCode !== 0 && (this.#isInterrupted || interruptedCodes.includes(exitCode));
    return exitCode === 0 ? 'completed' : 'failed';
  }

  async #spawn(runId: RunId, { command, cwd, env }: Filled): Promise<number> {
    const [program = '', ...args] = command;
    // Owner-only folders first: the program may log before its claim is written.
    makeFolder(attemptFolder(this.#options.home, runId, 1));
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, { cwd, env, stdio: 'inherit' });
      this.#claim(runId, pastClaimRecord(child.pid ?? 0));
      child.on('error', (error) => {
        // As a shell says it.
        if (hasErrorCode(error, 'ENOENT', 'EACCES')) return resolve(hasErrorCode(error, 'ENOENT') ? 127 : 126);
        reject(error);
      });
      child.on('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
  }

  #claim(runId: RunId, record: string): void {
    const folder = attemptFolder(this.#options.home, runId, 1);
    makeFolder(folder);
    writeFileSync(claimFile(folder), record, { flag: 'wx', mode: 0o600 });
    this.#claimed.add(runId);
  }

  /** Fills what the engine would fill when an attempt starts. */
  #fill({ runId, path, command, cwd, parametersJson, environment }: DirectProgram): Filled {
    const { home } = this.#options;
    const own: Readonly<Record<RunReference, string>> = {
      'run.id': runId,
      'run.outputs': outputsFolder(home, runId),
      'run.checkpoints': checkpointsFolder(home, runId),
    };
    const valueOf = (name: string): string | undefined => {
      if (isRunReference(name)) return own[name];
      const reference = parseTaskReference(name);
      return reference && this.#outputsOf(reference.task, path);
    };
    const fill = (text: string): string => fillReferences(text, valueOf);
    const pairs = environment === 0 ? this.#submission.environment : this.#submission.environments?.[environment - 1];
    const fillPrivately = (text: string): string =>
      fillReferences(text, (name) => {
        const secret = parseSecretReference(name);
        return secret === undefined ? valueOf(name) : this.#secret(secret);
      });
    const filledPairs = (pairs ?? []).map(([name, value]) => [name, fillPrivately(value)] as const);
    const isTask = path !== '';
    return {
      command: command.map(fill),
      cwd: fill(cwd),
      env: { ...Object.fromEntries(filledPairs), ...attemptVariables(home, runId, 1) },
      parametersJson: isTask ? fillTexts(parametersJson, (name) => taskOnly(name, valueOf)) : parametersJson,
    };
  }

  #secret(name: string): string {
    const value = this.#options.secrets.get(name);
    if (value !== undefined) return value;
    throw new Failure('InvalidInput', `Nobody has given the secret ${name}.`, {
      hint: `Have ${secretVariable(name)} set, or type it in when you are asked for it.`,
    });
  }

  /** Of a task beside this one, or beside one that this is a part of. */
  #outputsOf(task: string, path: string): string {
    for (let way = path; way !== '';) {
      way = way.slice(0, Math.max(0, way.lastIndexOf('/')));
      const found = this.#outputs.get(way === '' ? task : `${way}/${task}`);
      if (found !== undefined) return found;
    }
    throw new Failure('InvalidInput', `The task ${task} has left no outputs folder of its own.`, {
      hint: 'Refer to a task in it, or run the file without `direct`.',
    });
  }
}

/** Of a program that was ended by Ctrl+C or Ctrl+\\, as shells tell it. */
const interruptedCodes: readonly number[] = [128 + constants.signals.SIGINT, 128 + constants.signals.SIGQUIT];

interface Filled {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly parametersJson: string;
}

const taskOnly = (name: string, valueOf: (name: string) => string | undefined): string | undefined =>
  parseTaskReference(name) ? valueOf(name) : undefined;

const fillTexts = (json: string, valueOf: (name: string) => string | undefined): string =>
  JSON.stringify(
    JSON.parse(json, (_key, value: unknown) => (typeof value === 'string' ? fillReferences(value, valueOf) : value)),
  );

function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}
