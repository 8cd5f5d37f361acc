/** The graph of a run that was submitted: read from its source, and followed there. */
import { Emitter } from '../../base/event';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import type { Source } from '../../core/source';
import { graphChangeOf } from '../../model/graphChange';
import type { RunId } from '../../model/ids';
import type { Run, RunDetail } from '../../model/run';
import { type MetricSummary, summaryColumn } from '../../model/series';
import type { GraphDetails } from '../../protocol/graphPanel';
import { endOfOutput } from '../log/endOfOutput';
import type { GraphListener, ShownGraph, WholeGraph } from './shownGraph';

const mostMetrics = 30;

export class GraphOfRun implements ShownGraph {
  readonly connected: Source;
  readonly burstMs = 200;
  readonly #source: Source;
  readonly #runId: RunId;
  /** Undefined before the graph was read once. */
  #known: ReadonlySet<RunId> | undefined;
  readonly #didRead = new Emitter<void>();

  constructor(source: Source, runId: RunId) {
    this.connected = source;
    this.#source = source;
    this.#runId = runId;
  }

  async read(): Promise<WholeGraph> {
    const [{ run }, { nodes, edges }] = await Promise.all([
      this.#source.run(this.#runId),
      this.#source.graph(this.#runId),
    ]);
    this.#known = new Set(nodes.map(({ id }) => id));
    this.#didRead.fire();
    return { name: run.name, experiment: run.experiment, nodes, edges };
  }

  has(runId: RunId): boolean {
    return this.#known?.has(runId) ?? false;
  }

  follow(listener: GraphListener): Disposable {
    const owned = new DisposableStore();
    // Of whatever graph: which are of this one is known when it has been read.
    const early = new Map<RunId, Run>();
    owned.own(
      this.#source.onDidChangeRuns(({ runs }) => {
        if (this.#known) this.#tell(runs, listener);
        else for (const run of runs) early.set(run.id, run);
      }),
    );
    owned.own(
      this.#didRead.event(() => {
        this.#tell([...early.values()], listener);
        early.clear();
      }),
    );
    return owned;
  }

  #tell(runs: readonly Run[], { changed, outdated }: GraphListener): void {
    const changes = runs.filter(({ id }) => this.has(id)).map(graphChangeOf);
    if (changes.length > 0) changed(changes);
    // A trial that was added; what that is made of comes with it.
    const isNew = ({ id, parentId }: Run): boolean => !this.has(id) && parentId !== undefined && this.has(parentId);
    if (runs.some(isNew)) outdated();
  }

  async details(runId: RunId): Promise<GraphDetails> {
    const detail = await this.#source.run(runId);
    const isMade = detail.run.children !== undefined;
    const [metrics, output] = await Promise.all([
      isMade ? [] : this.#source.metrics(runId),
      isMade ? undefined : this.#output(detail),
    ]);
    const shown = newestMetrics(metrics);
    return {
      detail,
      facts: [],
      parametersJson: detail.parametersJson,
      metrics: shown,
      moreMetrics: metrics.length - shown.length,
      ...(output === undefined ? {} : { output }),
    };
  }

  /** Of what took the results of another run, that one's: it has written nothing itself. */
  async #output({ run, attempts }: RunDetail): Promise<string | undefined> {
    if (attempts.length === 0 && run.reusedFrom === undefined) return undefined;
    return endOfOutput(this.#source, run.reusedFrom ?? run.id);
  }

  followDetails(runId: RunId, tell: () => void): Disposable {
    const owned = new DisposableStore();
    owned.own(this.#source.follow(runId, tell));
    owned.own(
      this.#source.onDidChangeRuns(({ runs }) => {
        if (runs.some(({ id }) => id === runId)) tell();
      }),
    );
    return owned;
  }

  dispose(): void {
    this.#didRead.dispose();
  }
}

/** Those that were logged last, in the order of their names. */
function newestMetrics(metrics: readonly MetricSummary[]): MetricSummary[] {
  if (metrics.length <= mostMetrics) return [...metrics];
  const wall = ({ values }: MetricSummary): number => values[summaryColumn.lastWall] ?? -Infinity;
  const newest = new Set([...metrics].sort((a, b) => wall(b) - wall(a)).slice(0, mostMetrics));
  return metrics.filter((metric) => newest.has(metric));
}
