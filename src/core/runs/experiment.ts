/**
 * An experiment made of tasks, for TypeScript programs: add tasks, run them, look at them, cancel them.
 *
 *     const experiment = new Experiment('dag-experiment', { source, folder: process.cwd() });
 *     const first = experiment.add([{ script: 'echo 1' }, { script: 'echo 2' }], { name: 'task-1' });
 *     experiment.add({ command: ['node', 'train.mjs'] }, { name: 'train', dependencies: [first] });
 *     const run = await experiment.run({ tailLogs: true });
 *
 * What is run is a run file that was never written: the same checks, the same words, the same graph.
 */
import path from 'node:path';
import { Failure } from '../../base/failure';
import type { RunId } from '../../model/ids';
import type { Run } from '../../model/run';
import type { RunFile, Task } from '../../model/runFile';
import { isSettled } from '../../model/runStatus';
import type { Submission } from '../../protocol/engine';
import { type DirectOptions, DirectRun } from '../direct/directRun';
import { lineWriter, type OutputWriter } from '../output/lineWriter';
import { TaskOutputs } from '../output/taskOutputs';
import { requireDirect } from '../runFiles/directChecks';
import { readRunFile } from '../runFiles/readRunFile';
import { resolveRun } from '../runFiles/resolveRun';
import { tailedRuns } from '../runFiles/tailLogs';
import type { Secrets, Source } from '../source';
import { pollRun } from './pollRun';
import { leavesOf, readTasks } from './tasks';

export interface ExperimentOptions {
  readonly source: Source;
  /** What relative paths are relative to; absolute. */
  readonly folder: string;
  /** Of the programs. Default: this process's. */
  readonly environment?: NodeJS.ProcessEnv;
  /** By name. A task that refers to another one waits until somebody gives it. */
  readonly secrets?: Secrets;
  /** Of the run. Default: an adjective and a noun. */
  readonly name?: string;
}

/** How a task is executed: keys of the run file, apart from those that say what. */
export type TaskExecutor = Pick<
  Task,
  'cwd' | 'env' | 'envFile' | 'python' | 'tty' | 'timeout' | 'signal' | 'grace' | 'retries' | 'retryDelay'
>;

export interface AddOptions {
  /** Default: `task-` and its number; a group needs one. */
  readonly name?: string;
  /** One for all members of a group, or one for each. */
  readonly executor?: TaskExecutor | readonly TaskExecutor[];
  /** Applied to the task and its executor together, in order. */
  readonly plugins?: Task['plugins'];
  readonly tailLogs?: boolean;
  /** What `add` has returned for tasks that must have completed, or ended as `on` says, before this one starts. */
  readonly dependencies?: readonly (
    string | { readonly task: string; readonly on: 'completed' | 'failed' | 'finished' }
  )[];
}

export interface ExperimentRunOptions {
  /** Resolves as soon as the run is submitted; else when it has ended. */
  readonly detach?: boolean;
  /** One task after another, in the order in which they were added. Not together with dependencies. */
  readonly sequential?: boolean;
  /** Calls `onLine` with what tasks write, while it is waited for. */
  readonly tailLogs?: boolean;
  /** Default: to stdout, after the task's name. */
  readonly onLine?: (task: string, line: string) => void;
  /** In this process's terminal, without the engine; names the home, in which the run is kept. */
  readonly direct?: { readonly home: string };
  /** Ends the waiting, not the run. */
  readonly signal?: AbortSignal;
}

/** How a task is. */
export interface TaskState {
  /** As `add` returned it; of a member of a group, that and its own name: `task-1/member-1`. */
  readonly id: string;
  readonly status: Run['status'];
  /** Absent before it was first started. */
  readonly executor?: string;
  /** Of a local task its process. */
  readonly jobId?: string;
  readonly folder?: string;
  readonly run: Run;
}

export class Experiment {
  readonly title: string;
  readonly #options: ExperimentOptions;
  readonly #tasks = new Map<string, Task>();
  #run: Run | undefined;

  constructor(title: string, options: ExperimentOptions) {
    this.title = title;
    this.#options = options;
  }

  /** One that was run before, by this program or another: its run by id or name. It cannot be run again. */
  static async find(source: Source, reference: string): Promise<Experiment> {
    const { run } = await source.run(reference);
    const experiment = new Experiment(run.experiment, { source, folder: run.workspace ?? path.sep });
    experiment.#run = run;
    return experiment;
  }

  /** Returns the task's id, for `dependencies`, `cancel` and `logs`. A list is a group, whose members run in parallel. */
  add(task: Task | readonly Task[], options: AddOptions = {}): string {
    if (this.#run) throw new Failure('Conflict', `The experiment ${this.title} was run already.`);
    const { name = `task-${this.#tasks.size + 1}`, plugins, tailLogs, dependencies = [] } = options;
    if (this.#tasks.has(name)) throw new Failure('InvalidInput', `There is a task ${name} already.`);
    if (Array.isArray(task) && options.name === undefined) {
      throw new Failure('InvalidInput', 'A group needs a name.', { hint: 'Pass { name: … }.' });
    }
    for (const dependency of dependencies) {
      const id = typeof dependency === 'string' ? dependency : dependency.task;
      if (!this.#tasks.has(id)) throw new Failure('NotFound', `There is no task ${id} to depend on.`);
    }
    this.#tasks.set(name, {
      ...executedBy(task, options.executor),
      ...(plugins === undefined ? {} : { plugins }),
      ...(tailLogs === undefined ? {} : { tailLogs }),
      ...(dependencies.length === 0 ? {} : { dependsOn: [...dependencies] }),
    });
    return name;
  }

  /** The run, ended or, detached, as it was submitted. Throws `InvalidInput` when it cannot be run as it was added. */
  async run(options: ExperimentRunOptions = {}): Promise<Run> {
    const { source, secrets = new Map<string, string>() } = this.#options;
    if (this.#run) throw new Failure('Conflict', `The experiment ${this.title} was run already.`);
    const { file, submission } = await this.#resolve(options);
    if (options.direct) {
      this.#run = await runDirectly(submission, { ...options.direct, secrets }, source);
    } else {
      this.#run = await source.submit(submission, secrets);
    }
    if (options.detach) return this.#run;
    if (!options.tailLogs || options.direct) return this.wait(options.signal);
    const tailed = tailedRuns(file, submission);
    const { onLine = toStdout } = options;
    const outputs = this.#outputs(onLine, (runId) => tailed.has(runId));
    try {
      const failed = new Promise<never>((_resolve, reject) => outputs.start(() => void outputs.pump().catch(reject)));
      const ended = await Promise.race([this.wait(options.signal), failed]);
      await outputs.end();
      return ended;
    } finally {
      outputs.dispose();
    }
  }

  /** The run once it is settled. */
  async wait(signal?: AbortSignal): Promise<Run> {
    const run = this.#started();
    this.#run = await pollRun(this.#options.source, run.id, { signal });
    return this.#run;
  }

  /** All tasks, in the order in which they were added; of a group its members. */
  async status(): Promise<readonly TaskState[]> {
    const tasks = leavesOf(await readTasks(this.#options.source, this.#started().id));
    return tasks.map(({ path: id, run }) => {
      const { attempt, status } = run;
      const jobId = attempt?.pid === undefined ? {} : { jobId: String(attempt.pid) };
      const where = attempt ? { executor: attempt.executor, folder: attempt.folder } : {};
      return { id, status, run, ...where, ...jobId };
    });
  }

  /** A task, a group or, without an id, all of it. What has ended stays as it is. */
  async cancel(id?: string): Promise<void> {
    const run = await this.#find(id);
    if (!isSettled(run.status)) await this.#options.source.cancel(run.id);
  }

  /** What the newest attempt of a task has written; of several tasks, each line after the task's name. */
  async logs(id?: string): Promise<string> {
    const run = await this.#find(id);
    if (!run.children) return this.#output(run.reusedFrom ?? run.id);
    const parts: string[] = [];
    const outputs = new TaskOutputs(this.#options.source, run.id, {
      writerOf: ({ path: task }) => linesTo((line) => parts.push(`${task} | ${line}\n`)),
      onlyNewest: true,
    });
    try {
      await outputs.end();
    } finally {
      outputs.dispose();
    }
    return parts.join('');
  }

  /** Checked as a run file is that says the same; it has no place where something could be wrong but its keys. */
  async #resolve(options: ExperimentRunOptions): Promise<{ readonly file: RunFile; readonly submission: Submission }> {
    const { folder, environment = process.env, name } = this.#options;
    const written = {
      experiment: this.title,
      ...(name === undefined ? {} : { name }),
      ...(options.sequential ? { sequential: true } : {}),
      tasks: Object.fromEntries(this.#tasks),
    };
    const text = JSON.stringify(written, undefined, 2);
    const file = path.join(folder, 'experiment.run.json');
    try {
      const runFile = await readRunFile(text, file);
      if (options.direct) requireDirect(text, file);
      const toResolve = { file: runFile, text, path: file, environment, workspace: folder };
      const { runFile: _none, ...submission } = await resolveRun(toResolve);
      return { file: runFile, submission };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const { code, message, hint } = error;
      throw new Failure(code, message, { ...(hint === undefined ? {} : { hint }), cause: error });
    }
  }

  async #output(runId: RunId): Promise<string> {
    const parts: Uint8Array[] = [];
    for (let from = 0; ;) {
      const query = { runId, attempt: 0, stream: 'both' as const, from, maxBytes: partBytes };
      const { bytes } = await this.#options.source.output(query);
      if (bytes.byteLength === 0) return Buffer.concat(parts).toString('utf8');
      parts.push(bytes);
      from += bytes.byteLength;
    }
  }

  #outputs(onLine: (task: string, line: string) => void, isWanted: (runId: RunId) => boolean): TaskOutputs {
    return new TaskOutputs(this.#options.source, this.#started().id, {
      writerOf: ({ path: task }) => linesTo((line) => onLine(task, line)),
      isWanted,
    });
  }

  #started(): Run {
    if (this.#run) return this.#run;
    throw new Failure('Conflict', `The experiment ${this.title} has not been run yet.`);
  }

  async #find(id: string | undefined): Promise<Run> {
    const run = this.#started();
    const { source } = this.#options;
    if (id === undefined) return (await source.run(run.id)).run;
    return (await source.run(`${run.id}/${id}`)).run;
  }
}

async function runDirectly(submission: Submission, options: DirectOptions, source: Source): Promise<Run> {
  const { recorded, signal, thrown } = await new DirectRun(submission, options).run(source);
  // Now that all is told this program may end, as it was asked to.
  if (signal) process.kill(process.pid, signal);
  if (thrown) throw thrown.error;
  if ('error' in recorded) throw recorded.error;
  return recorded.run;
}

const partBytes = 1024 * 1024;

const linesTo = (onLine: (line: string) => void): OutputWriter =>
  lineWriter((lines) => lines.forEach((line) => onLine(line.toString('utf8'))));

const toStdout = (task: string, line: string): void => void process.stdout.write(`${task} | ${line}\n`);

/** The task with what says how it is executed; the executors of a group are one for all, or one for each member. */
function executedBy(task: Task | readonly Task[], executor: AddOptions['executor']): Task {
  if (isTask(task)) {
    if (isList(executor)) throw new Failure('InvalidInput', 'A task has one executor.');
    return { ...task, ...executor };
  }
  if (isList(executor) && executor.length !== task.length) {
    const counts = `${executor.length} executors for ${task.length} members`;
    throw new Failure('InvalidInput', `There are ${counts}.`, { hint: 'Pass one for all of them, or one for each.' });
  }
  return { group: task.map((member, index) => ({ ...member, ...(isList(executor) ? executor[index] : executor) })) };
}

const isTask = (task: Task | readonly Task[]): task is Task => !Array.isArray(task);
const isList = (executor: AddOptions['executor']): executor is readonly TaskExecutor[] => Array.isArray(executor);
