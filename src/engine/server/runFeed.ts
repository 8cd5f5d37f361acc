/**
 * What connected clients hear: changed runs, and what followed runs produce. Both are gathered for a moment first, so
 * that a program that logs a thousand times a second makes five messages, not a thousand.
 */
import { type Clock, Coalescer } from '../../base/clock';
import { DisposableStore } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import { Pace } from '../../base/pace';
import type { ExperimentId, RunId } from '../../model/ids';
import type { Run, RunEvent } from '../../model/run';
import type { SeriesAppend } from '../../model/series';
import type { EngineContract } from '../../protocol/engine';
import type { Notice } from '../../protocol/contract';
import type { AsyncStore } from '../store/asyncStore';
import type { KeptBatch } from '../ingest/runLogReader';

const changesMs = 20;
/** After a quiet time, so that a single change is told at once. */
const firstMs = 5;
/** Of each run. */
const appendsMs = 200;
/** How often a run made of runs is told anew because some of those changed: their counts are read each time. */
const countsMs = 500;
/** How often a sign of life alone is told and written down. */
const heardMs = 2000;

export interface Audience {
  runsChanged(notice: Notice<EngineContract, 'runs.changed'>): void;
  appended(notice: Notice<EngineContract, 'run.appended'>): void;
  queueChanged(notice: Notice<EngineContract, 'queue.changed'>): void;
  follows(runId: RunId): boolean;
}

interface Gathered {
  readonly series: SeriesAppend[];
  readonly events: RunEvent[];
  metadataJson: string | undefined;
  output: boolean;
}

export class RunFeed {
  readonly #store: AsyncStore;
  readonly #log: Log;
  readonly #owned = new DisposableStore();
  readonly #audience = new Set<Audience>();
  readonly #changed = new Set<RunId>();
  readonly #deleted = new Set<RunId>();
  /** Besides those of changed runs. */
  readonly #experiments = new Set<ExperimentId>();
  readonly #gathered = new Map<RunId, Gathered>();
  readonly #heard = new Map<RunId, number>();
  readonly #counts = new Set<RunId>();
  readonly #tellChanges: Coalescer;
  readonly #tellAppends: Pace<RunId>;
  readonly #keepHeard: Coalescer;
  readonly #tellCounts: Coalescer;

  constructor(store: AsyncStore, clock: Clock, log: Log) {
    this.#store = store;
    this.#log = log;
    const inBackground = (work: () => Promise<void>) => (): void => {
      work().catch((error: unknown) => this.#log.error('Clients could not be told.', error));
    };
    this.#tellChanges = this.#owned.own(
      new Coalescer(
        clock,
        changesMs,
        inBackground(async () => this.#sendChanges()),
        firstMs,
      ),
    );
    this.#tellCounts = this.#owned.own(new Coalescer(clock, countsMs, () => this.#flushCounts(), changesMs));
    this.#tellAppends = this.#owned.own(
      new Pace<RunId>(clock, { periodMs: appendsMs, delayMs: firstMs }, (runId) => this.#sendAppends(runId)),
    );
    this.#keepHeard = this.#owned.own(
      new Coalescer(
        clock,
        heardMs,
        inBackground(async () => this.#writeHeard()),
      ),
    );
  }

  join(audience: Audience): { dispose(): void } {
    this.#audience.add(audience);
    return { dispose: () => this.#audience.delete(audience) };
  }

  get listenerCount(): number {
    return this.#audience.size;
  }

  changed(runId: RunId): void {
    this.#changed.add(runId);
    this.#tellChanges.trigger();
  }

  /** Runs were deleted, or moved: these experiments have other runs than before. */
  refiled(experiments: Iterable<string>, deleted: Iterable<RunId> = []): void {
    for (const id of experiments) this.#experiments.add(id as ExperimentId);
    for (const runId of deleted) this.#deleted.add(runId);
    this.#tellChanges.trigger();
  }

  queueChanged(isPaused: boolean): void {
    for (const audience of this.#audience) audience.queueChanged({ isPaused });
  }

  ingested(runId: RunId, kept: KeptBatch, atMs: number): void {
    if (kept.runChanged) this.changed(runId);
    else this.#alive(runId, atMs);
    if (kept.sweepChanged) this.changed(kept.sweepChanged);
    if (!this.#isFollowed(runId)) return;
    const gathered = this.#gather(runId);
    for (const append of kept.series()) gathered.series.push(append);
    for (const event of kept.events) gathered.events.push(event);
    gathered.metadataJson = kept.metadataJson ?? gathered.metadataJson;
    this.#tellAppends.trigger(runId);
  }

  happened(runId: RunId, events: readonly RunEvent[]): void {
    if (!this.#isFollowed(runId)) return;
    const gathered = this.#gather(runId);
    for (const event of events) gathered.events.push(event);
    this.#tellAppends.trigger(runId);
  }

  outputGrew(runId: RunId, atMs: number): void {
    this.#alive(runId, atMs);
    if (!this.#isFollowed(runId)) return;
    this.#gather(runId).output = true;
    this.#tellAppends.trigger(runId);
  }

  /** Tells and writes down what waits. */
  async flush(): Promise<void> {
    this.#tellAppends.flush();
    await this.#writeHeard();
    await this.#sendChanges();
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #alive(runId: RunId, atMs: number): void {
    this.#heard.set(runId, atMs);
    this.#keepHeard.trigger();
  }

  #isFollowed(runId: RunId): boolean {
    for (const audience of this.#audience) if (audience.follows(runId)) return true;
    return false;
  }

  #gather(runId: RunId): Gathered {
    let gathered = this.#gathered.get(runId);
    if (!gathered) {
      gathered = { series: [], events: [], metadataJson: undefined, output: false };
      this.#gathered.set(runId, gathered);
    }
    return gathered;
  }

  #sendAppends(runId: RunId): void {
    const gathered = this.#gathered.get(runId);
    if (!gathered) return;
    this.#gathered.delete(runId);
    const { series, events, metadataJson, output } = gathered;
    const notice = {
      runId,
      series: joinAppends(series),
      events,
      output,
      ...(metadataJson === undefined ? {} : { metadataJson }),
    };
    for (const audience of this.#audience) if (audience.follows(runId)) audience.appended(notice);
  }

  async #sendChanges(): Promise<void> {
    const [ids, refiled, gone] = [[...this.#changed], [...this.#experiments], [...this.#deleted]];
    for (const gathered of [this.#changed, this.#experiments, this.#deleted]) gathered.clear();
    if (ids.length + refiled.length === 0 || this.#audience.size === 0) return;
    const runs: Run[] = await this.#store.runsById(ids);
    const asked = new Set([...runs.map((run) => run.experimentId), ...refiled]);
    const experiments = await this.#store.experiments([...asked]);
    for (const { id } of experiments) asked.delete(id);
    // Brought back meanwhile.
    const back = gone.length > 0 ? new Set((await this.#store.runsById(gone)).map(({ id }) => id)) : new Set<RunId>();
    const deleted = gone.filter((id) => !back.has(id));
    const notice = {
      runs,
      experiments,
      ...(deleted.length > 0 ? { deleted } : {}),
      ...(asked.size > 0 ? { emptied: [...asked] } : {}),
    };
    for (const audience of this.#audience) audience.runsChanged(notice);
    const told = new Set(ids);
    for (const { parentId } of runs) if (parentId !== undefined && !told.has(parentId)) this.#counts.add(parentId);
    if (this.#counts.size > 0) this.#tellCounts.trigger();
  }

  /** Ends at the top, because a parent that is told has a parent in turn. */
  #flushCounts(): void {
    for (const parentId of this.#counts) this.changed(parentId);
    this.#counts.clear();
  }

  async #writeHeard(): Promise<void> {
    const times = [...this.#heard];
    this.#heard.clear();
    if (times.length === 0) return;
    await this.#store.heard(times);
    for (const [runId] of times) this.changed(runId);
  }
}

/** Consecutive appends of one metric and attempt become one. */
function joinAppends(appends: readonly SeriesAppend[]): SeriesAppend[] {
  const groups = new Map<string, SeriesAppend[]>();
  for (const append of appends) {
    const key = `${append.attempt} ${append.metric}`;
    const group = groups.get(key);
    if (group) group.push(append);
    else groups.set(key, [append]);
  }
  return Array.from(groups.values(), (group) => {
    const [first] = group;
    if (!first || group.length === 1) return group;
    const join = (column: 'step' | 'time' | 'wall' | 'value'): Float64Array => {
      const joined = new Float64Array(group.reduce((sum, append) => sum + append[column].length, 0));
      let at = 0;
      for (const append of group) {
        joined.set(append[column], at);
        at += append[column].length;
      }
      return joined;
    };
    return [{ ...first, step: join('step'), time: join('time'), wall: join('wall'), value: join('value') }];
  }).flat();
}
