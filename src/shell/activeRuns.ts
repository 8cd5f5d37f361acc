/**
 * The runs that are active now, of all sources: what the status bar, the badge of the view and the list of runs to cancel
 * show. It listens; it asks a source only when that is connected.
 */
import { l10n } from 'vscode';
import { Emitter, type Event } from '../base/event';
import { type Disposable, DisposableStore } from '../base/lifecycle';
import type { Log } from '../base/log';
import { Failure } from '../base/failure';
import type { RunId } from '../model/ids';
import type { Run } from '../model/run';
import { isActive } from '../model/runStatus';
import type { Source } from '../core/source';

export interface SourceRun {
  readonly source: Source;
  readonly run: Run;
}

/** More than anyone executes at once; the engine's largest page. */
const activeLimit = 1000;

export class ActiveRuns implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #sources: readonly Source[];
  readonly #log: Log;
  readonly #runs = new Map<Source, Map<RunId, Run>>();
  readonly #didChange = this.#owned.own(new Emitter<void>());
  readonly onDidChange: Event<void> = this.#didChange.event;

  constructor(sources: readonly Source[], log: Log) {
    this.#sources = sources;
    this.#log = log;
  }

  start(): void {
    for (const source of this.#sources) {
      this.#owned.own(source.onDidChangeRuns(({ runs }) => this.#take(source, runs)));
      this.#owned.own(source.onDidReset(() => void this.#load(source)));
      if (source.connection.state === 'connected') void this.#load(source);
    }
  }

  /** Newest first. */
  get list(): readonly SourceRun[] {
    return [...this.#runs]
      .flatMap(([source, runs]) => [...runs.values()].map((run) => ({ source, run })))
      .sort((a, b) => b.run.createdAtMs - a.run.createdAtMs);
  }

  get count(): number {
    return [...this.#runs.values()].reduce((sum, runs) => sum + runs.size, 0);
  }

  #take(source: Source, runs: readonly Run[]): void {
    const known = this.#runsOf(source);
    let changed = false;
    for (const run of runs) {
      // A graph is one run here, however many of its tasks execute: so it is counted when the list is read.
      if (run.parentId !== undefined) continue;
      if (isActive(run.status)) {
        changed ||= known.get(run.id)?.status !== run.status;
        known.set(run.id, run);
      } else {
        changed = known.delete(run.id) || changed;
      }
    }
    if (changed) this.#didChange.fire();
  }

  async #load(source: Source): Promise<void> {
    try {
      const { runs } = await source.runs({ active: true, limit: activeLimit });
      this.#runs.set(source, new Map());
      this.#take(source, runs);
      this.#didChange.fire();
    } catch (error) {
      // The source goes on trying and says so in the tree; when it is back it resets.
      if (!(error instanceof Failure)) this.#log.error('The active runs could not be read.', error);
    }
  }

  #runsOf(source: Source): Map<RunId, Run> {
    const known = this.#runs.get(source) ?? new Map<RunId, Run>();
    this.#runs.set(source, known);
    return known;
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

/** "2 running", "1 running, 3 waiting": queued and pending runs wait, a run that is being cancelled still runs. */
export function describeActive(runs: readonly SourceRun[]): string {
  const waiting = runs.filter(({ run }) => run.status === 'queued' || run.status === 'pending').length;
  const running = runs.length - waiting;
  const parts = [running > 0 ? l10n.t('{0} running', running) : '', waiting > 0 ? l10n.t('{0} waiting', waiting) : ''];
  return parts.filter((part) => part !== '').join(', ');
}
