/**
 * What the tasks of a run write, at any depth, each through a writer of its own: for following a graph, and for its logs.
 * A task is followed from its start to its end; what is pushed in between says when there is something to copy.
 */
import { Failure } from '../../base/failure';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import type { RunId } from '../../model/ids';
import type { Run, RunEvent } from '../../model/run';
import { isSettled } from '../../model/runStatus';
import { leavesOf, type NamedTaskRun, readTasks } from '../runs/tasks';
import type { OutputQuery, Source } from '../source';
import { OutputPump } from './outputPump';
import { findTail } from './outputTail';
import type { OutputWriter } from './lineWriter';

export interface TaskOutputsOptions {
  readonly writerOf: (task: NamedTaskRun) => OutputWriter;
  /** Called with each task whose status is news. */
  readonly onStatus?: (task: NamedTaskRun) => void;
  /** Called with what tasks whose output is copied have logged as events. */
  readonly onEvents?: (task: NamedTaskRun, events: readonly RunEvent[]) => void;
  /** Whose output is copied; without it that of all. */
  readonly isWanted?: (runId: RunId) => boolean;
  /** After a retry: how many attempts each task had before. Only what later ones write is copied. */
  readonly attemptsBefore?: ReadonlyMap<RunId, number>;
  readonly stream?: OutputQuery['stream'];
  /** So many lines of each task's end; without it the newest attempt's from the start, or all attempts' when followed. */
  readonly tail?: number;
  /** Copies the newest attempt only, as it is when it is looked at; of a task that took another run's results, that run's. */
  readonly onlyNewest?: boolean;
}

/** Of a task that ended before it could be followed. */
const lastEvents = 100;

interface Task {
  readonly path: string;
  run: Run;
  readonly writer: OutputWriter;
  pump: OutputPump | undefined;
  following: Disposable | undefined;
  /** The first attempt to copy, or to copy next. */
  from: number;
  /** The newest event that was told. */
  eventsTo: number;
}

export class TaskOutputs implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #source: Source;
  readonly #root: RunId;
  readonly #options: TaskOutputsOptions;
  readonly #tasks = new Map<RunId, Task>();
  readonly #dirty = new Set<Task>();
  #grew: () => void = () => undefined;
  #mustRead = true;
  #copying: Promise<void> = Promise.resolve();

  constructor(source: Source, root: RunId, options: TaskOutputsOptions) {
    this.#source = source;
    this.#root = root;
    this.#options = options;
  }

  start(grew: () => void): void {
    this.#grew = grew;
    this.#owned.own(this.#source.onDidChangeRuns(({ runs }) => this.#hear(runs)));
    this.#owned.own(
      this.#source.onDidReset(() => {
        this.#mustRead = true;
        grew();
      }),
    );
    grew();
  }

  /** In the order of the file, one task after another. */
  async pump(): Promise<void> {
    this.#copying = this.#copying.catch(() => undefined).then(async () => this.#copy());
    await this.#copying;
  }

  async end(): Promise<void> {
    // What was pushed with the end of the graph may not have come yet.
    this.#mustRead = true;
    await this.pump();
    for (const { writer } of this.#tasks.values()) writer.end();
  }

  dispose(): void {
    this.#owned.dispose();
    for (const { following } of this.#tasks.values()) following?.dispose();
  }

  async #copy(): Promise<void> {
    if (this.#mustRead) await this.#read();
    const order = [...this.#dirty].sort((a, b) => a.run.sequence - b.run.sequence);
    for (const task of order) {
      // Before it is copied: what is written meanwhile makes it dirty again.
      this.#dirty.delete(task);
      try {
        await this.#copyTask(task);
      } catch (error) {
        this.#dirty.add(task);
        throw error;
      }
    }
  }

  async #read(): Promise<void> {
    this.#mustRead = false;
    try {
      for (const task of leavesOf(await readTasks(this.#source, this.#root))) this.#take(task);
    } catch (error) {
      this.#mustRead = true;
      throw error;
    }
  }

  #hear(runs: readonly Run[]): void {
    let isNews = false;
    for (const run of runs) {
      const task = this.#tasks.get(run.id);
      if (!task) continue;
      this.#take({ path: task.path, run });
      isNews = true;
    }
    if (isNews) this.#grew();
  }

  #take({ path, run }: NamedTaskRun): void {
    const known = this.#tasks.get(run.id);
    const task = known ?? this.#make({ path, run });
    const before = known?.run.status;
    task.run = run;
    const wasUntouched = before === undefined && this.#options.attemptsBefore !== undefined && isPast(run, task);
    const isNew = before !== run.status && !wasUntouched;
    if (isNew) this.#options.onStatus?.({ path, run });
    if (this.#options.isWanted?.(run.id) === false || (isPast(run, task) && !this.#showsOrigin(run))) return;
    this.#dirty.add(task);
    if (isSettled(run.status)) return;
    task.following ??= this.#source.follow(run.id, ({ output, events }) => {
      this.#tellEvents(task, events);
      if (!output) return;
      this.#dirty.add(task);
      this.#grew();
    });
  }

  #make({ path, run }: NamedTaskRun): Task {
    const attempt = run.attempt?.number ?? 0;
    const { onlyNewest, attemptsBefore } = this.#options;
    const from = onlyNewest ? Math.max(1, attempt) : (attemptsBefore?.get(run.id) ?? 0) + 1;
    const writer = this.#options.writerOf({ path, run });
    const task: Task = { path, run, writer, from, pump: undefined, following: undefined, eventsTo: -1 };
    this.#tasks.set(run.id, task);
    return task;
  }

  async #copyTask(task: Task): Promise<void> {
    const { run } = task;
    if (this.#showsOrigin(run)) return this.#copyOrigin(task, run.reusedFrom);
    task.pump ??= await this.#openPump(task);
    await task.pump.pump(run.attempt?.number ?? 0);
    if (!isSettled(run.status) || task.run !== run) return;
    // What it logged before it was followed.
    if (this.#options.onEvents) {
      const { events } = await this.#source.events(run.id, lastEvents);
      this.#tellEvents(task, events.toReversed());
    }
    // Until it is tried again.
    task.from = (run.attempt?.number ?? 0) + 1;
    task.writer.end();
    task.following?.dispose();
    task.following = undefined;
    task.pump = undefined;
  }

  /** While it is followed a task has written what it writes: nothing, where it did not execute. */
  #showsOrigin(run: Run): run is Run & { readonly reusedFrom: RunId } {
    return run.reusedFrom !== undefined && this.#options.onlyNewest === true;
  }

  async #copyOrigin(task: Task, origin: RunId): Promise<void> {
    if (task.pump) return;
    const { run } = await this.#source.run(origin);
    const from = run.attempt?.number ?? 0;
    task.pump = await this.#openPump({ ...task, run, from });
    await task.pump.pump(from);
    task.writer.end();
  }

  /** In their order. */
  #tellEvents(task: Task, events: readonly RunEvent[]): void {
    const untold = events.filter(({ sequence, attempt }) => sequence > task.eventsTo && attempt >= task.from);
    task.eventsTo = untold.at(-1)?.sequence ?? task.eventsTo;
    if (untold.length > 0) this.#options.onEvents?.(task, untold);
  }

  async #openPump({ run, from, writer }: Task): Promise<OutputPump> {
    const { stream = 'both', tail } = this.#options;
    const offset = tail === undefined ? 0 : await this.#findTail({ runId: run.id, attempt: from, stream }, tail);
    return new OutputPump(this.#source, run.id, writer.write, { attempt: from, offset, stream });
  }

  async #findTail(place: Pick<OutputQuery, 'runId' | 'attempt' | 'stream'>, lines: number): Promise<number> {
    try {
      return await findTail(this.#source, place, lines);
    } catch (error) {
      if (error instanceof Failure && error.code === 'NotFound') return 0;
      throw error;
    }
  }
}

/** Its newest attempt is not one of those to copy. */
const isPast = ({ attempt }: Run, { from }: Task): boolean => (attempt?.number ?? 0) < from;
