/**
 * The rows of one source: what has been loaded of it, kept true by what the source pushes. Reads only what is looked at:
 * experiments when the view is shown, the runs of an experiment or of a graph when that is expanded, a page at a time.
 */
import { type Clock, Coalescer } from '../../base/clock';
import { Emitter, type Event } from '../../base/event';
import { Failure } from '../../base/failure';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import type { RunPage, RunsChange, Source } from '../../core/source';
import type { ExperimentId, RunId } from '../../model/ids';
import type { Experiment, Run } from '../../model/run';
import { ExperimentNode, FailureNode, RunNode, type RunsNode, ShowMoreNode, type TreeNode } from './nodes';
import { isSameRunRow } from './runRow';

export const pageSize = 100;

/** The port's largest page: reloading what was loaded before takes no more requests than needed. */
const largestPage = 1000;

/** Pushes come as often as programs log; rows change at most this often. */
const refreshDelayMs = 200;

/** Rows to draw anew; `all` when the list of experiments itself changed. */
export type BranchChange = 'all' | readonly TreeNode[];

export class SourceBranch implements Disposable {
  readonly source: Source;
  readonly #owned = new DisposableStore();
  readonly #didChange = this.#owned.own(new Emitter<BranchChange>());
  readonly onDidChange: Event<BranchChange> = this.#didChange.event;
  readonly #refresh: Coalescer;
  readonly #changed = new Set<TreeNode>();
  #listChanged = false;

  readonly #experiments = new Map<ExperimentId, ExperimentNode>();
  /** Runs made of runs that have been expanded: who a pushed task belongs to. */
  readonly #expanded = new Map<RunId, RunNode>();
  #stale = true;
  #loading: Promise<void> | undefined;

  constructor(source: Source, clock: Clock) {
    this.source = source;
    this.#refresh = this.#owned.own(new Coalescer(clock, refreshDelayMs, () => this.#flush()));
  }

  start(): void {
    this.#owned.own(this.source.onDidChangeRuns((change) => this.#take(change)));
    this.#owned.own(this.source.onDidReset(() => this.#reset()));
    this.#owned.own(
      this.source.onDidChangeConnection(({ state }) => {
        if (state === 'failed') this.#markAll();
      }),
    );
  }

  /** The experiments, newest first; above them, or instead of them, why they cannot be read. Connects when need be. */
  async rows(): Promise<readonly TreeNode[]> {
    const failure = await this.#ensureExperiments();
    const nodes = [...this.#experiments.values()].sort(
      (a, b) => b.experiment.newestSequence - a.experiment.newestSequence,
    );
    return failure ? [failure, ...nodes] : nodes;
  }

  /** The runs of an experiment, newest first, or what a run is made of, as far as they are loaded. */
  async runRows(node: RunsNode): Promise<readonly TreeNode[]> {
    try {
      if (node.stale) await this.#loadRuns(node);
    } catch (error) {
      return [new FailureNode(this.source, asFailure(error).toData(), node), ...node.pages.holders];
    }
    return node.pages.more ? [...node.pages.holders, new ShowMoreNode(node)] : node.pages.holders;
  }

  /** What a run is made of, or its attempts, newest first. */
  async partRows(node: RunNode): Promise<readonly TreeNode[]> {
    if (node.hasRunRows) return this.runRows(node);
    if (!node.hasAttemptRows) return [];
    try {
      if (node.attempts.stale) await this.#loadAttempts(node);
    } catch (error) {
      return [new FailureNode(this.source, asFailure(error).toData(), node), ...node.attempts.holders];
    }
    return node.attempts.holders;
  }

  async showMore(node: RunsNode): Promise<void> {
    node.pages.append(await this.#readRuns(node, pageSize, node.pages.last));
    this.#mark(node);
    this.#refresh.flush();
  }

  /**
   * The row of a run, loaded when it is not yet; undefined when it is not among the newest of its experiment, or among the first
   * of what it is a part of.
   */
  async findRun(run: Run): Promise<RunNode | undefined> {
    if (run.parentId === undefined) return this.#findTop(run);
    const { run: above } = await this.source.run(run.parentId);
    const parent = await this.findRun(above);
    if (!parent) return undefined;
    await this.runRows(parent);
    return parent.pages.find(run.id);
  }

  async #findTop(run: Run): Promise<RunNode | undefined> {
    await this.#ensureExperiments();
    // Just submitted: it may be asked for before it was pushed. The push then tells nothing new: what is read here is told here.
    if (!this.#experiments.has(run.experimentId)) {
      await this.#loadExperiments();
      this.#markAll();
    }
    const node = this.#experiments.get(run.experimentId);
    if (!node) return undefined;
    await this.runRows(node);
    const isUnheard = node.pages.find(run.id) === undefined && !node.stale;
    if (isUnheard && run.sequence > (node.pages.holders[0]?.run.sequence ?? 0)) this.#put(node, run);
    // VS Code selects only rows that it has; told now, it reads them before it selects.
    this.#refresh.flush();
    return node.pages.find(run.id);
  }

  /** Reads everything again that is shown. Tries to connect, also after a failure. */
  async reload(): Promise<void> {
    this.#markStale();
    try {
      await this.#loadExperiments();
    } finally {
      this.#markAll();
      this.#refresh.flush();
    }
  }

  /** After a failure the source tries again by itself: asking in between would only repeat the failure. */
  async #ensureExperiments(): Promise<FailureNode | undefined> {
    const { state, reason } = this.source.connection;
    if (state === 'failed') {
      const message = reason ?? 'The connection failed.';
      return new FailureNode(this.source, { code: 'Unavailable', message });
    }
    try {
      if (this.#stale) await this.#loadExperiments();
      return undefined;
    } catch (error) {
      return new FailureNode(this.source, asFailure(error).toData());
    }
  }

  async #loadExperiments(): Promise<void> {
    this.#loading ??= this.#readExperiments().finally(() => (this.#loading = undefined));
    await this.#loading;
  }

  async #readExperiments(): Promise<void> {
    const experiments = await this.source.experiments();
    const kept = new Set(experiments.map(({ id }) => id));
    for (const id of [...this.#experiments.keys()]) if (!kept.has(id)) this.#experiments.delete(id);
    for (const [at, experiment] of experiments.entries()) this.#putExperiment(experiment, at === 0);
    this.#stale = false;
  }

  async #loadRuns(node: RunsNode): Promise<void> {
    const wanted = Math.max(pageSize, node.pages.holders.length);
    const runs: Run[] = [];
    let page: RunPage;
    do {
      page = await this.#readRuns(node, Math.min(largestPage, wanted - runs.length), runs.at(-1)?.sequence);
      runs.push(...page.runs);
    } while (page.more && runs.length < wanted);
    node.pages.replace({ runs, more: page.more });
    node.stale = false;
    if (node instanceof RunNode) this.#expanded.set(node.run.id, node);
  }

  async #loadAttempts(node: RunNode): Promise<void> {
    const { attempts } = await this.source.run(node.run.id);
    node.attempts.replace(attempts);
    // A push may have overtaken the answer.
    if (node.run.attempt) node.attempts.hear(node.run.attempt);
  }

  /** `last` is the sequence of the last one that is there. */
  async #readRuns(node: RunsNode, limit: number, last: number | undefined): Promise<RunPage> {
    if (node instanceof RunNode) {
      return this.source.children(node.run.id, { limit, ...(last === undefined ? {} : { after: last }) });
    }
    const experimentId = node.experiment.id;
    return this.source.runs({ experimentId, limit, ...(last === undefined ? {} : { before: last }) });
  }

  #take({ runs, experiments, deleted = [], emptied = [] }: RunsChange): void {
    if (this.#stale) return;
    for (const id of deleted) this.#remove(id);
    for (const id of emptied) if (this.#experiments.delete(id)) this.#markAll();
    for (const experiment of experiments) {
      const known = this.#experiments.get(experiment.id)?.experiment;
      if (!known || this.#isOvertaking(known, experiment)) this.#listChanged = true;
      const node = this.#putExperiment(experiment, true);
      // Drawing a row anew takes its children away for a moment, and a click on one of them then goes nowhere.
      if (!known || !isSameRow(known, experiment)) this.#mark(node);
    }
    for (const run of runs) {
      if (run.parentId === undefined) this.#leaveOthers(run);
      const node: RunsNode | undefined =
        run.parentId === undefined ? this.#experiments.get(run.experimentId) : this.#expanded.get(run.parentId);
      if (node && !node.stale) this.#put(node, run);
    }
  }

  #remove(id: RunId): void {
    this.#expanded.delete(id);
    for (const node of this.#experiments.values()) if (node.pages.remove(id)) this.#mark(node);
  }

  /** It may have been moved. All is drawn anew then: VS Code takes no row that it still has elsewhere. */
  #leaveOthers({ id, experimentId }: Run): void {
    for (const [other, node] of this.#experiments) {
      if (other === experimentId || !node.pages.remove(id)) continue;
      this.#expanded.delete(id);
      this.#markAll();
    }
  }

  /** Whether it comes before another one now that it came after: the list is drawn anew for no less. */
  #isOvertaking(known: Experiment, { newestSequence }: Experiment): boolean {
    return [...this.#experiments.values()].some(
      ({ experiment: { newestSequence: other } }) => other > known.newestSequence && other < newestSequence,
    );
  }

  #put(node: RunsNode, run: Run): void {
    const known = node.pages.find(run.id)?.run;
    const placement = node.pages.put(run);
    const row = node.pages.find(run.id);
    if (placement === 'added') this.#mark(node);
    // As with experiments: a row with others below it is drawn anew only when it says something else.
    else if (row && !(known && row.hasRunRows && isSameRunRow(known, run))) this.#mark(row);
  }

  #putExperiment(experiment: Experiment, isNewest: boolean): ExperimentNode {
    const known = this.#experiments.get(experiment.id);
    if (known) {
      known.experiment = experiment;
      return known;
    }
    const node = new ExperimentNode(this.source, experiment, isNewest || experiment.activeCount > 0);
    this.#experiments.set(experiment.id, node);
    return node;
  }

  /** A reset during a load is that load's own connection. */
  #reset(): void {
    if (this.#loading) return;
    this.#markStale();
    this.#markAll();
  }

  #markStale(): void {
    this.#stale = true;
    for (const node of [...this.#experiments.values(), ...this.#expanded.values()]) {
      node.stale = true;
      for (const { attempts } of node.pages.holders) attempts.markStale();
    }
    // Those that are still shown are read again, and are back then; the others are gone.
    this.#expanded.clear();
  }

  #markAll(): void {
    this.#listChanged = true;
    this.#refresh.trigger();
  }

  #mark(node: TreeNode): void {
    this.#changed.add(node);
    this.#refresh.trigger();
  }

  #flush(): void {
    const all = this.#listChanged;
    const nodes = [...this.#changed];
    this.#listChanged = false;
    this.#changed.clear();
    this.#didChange.fire(all ? 'all' : nodes);
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

const isSameRow = (a: Experiment, b: Experiment): boolean =>
  a.name === b.name && a.runCount === b.runCount && a.activeCount === b.activeCount && a.failedCount === b.failedCount;

/** A tree shows failures in place; a bug goes on to whoever asked for the rows. */
function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  throw error;
}
