/**
 * The rows of one source: what has been loaded of it, kept true by what the source pushes. Reads only what is looked at:
 * groups when the view is shown, the runs of a group or of a graph when that is expanded, a page at a time.
 */
import { l10n } from 'vscode';
import { type Clock, Coalescer } from '../../base/clock';
import { Emitter, type Event } from '../../base/event';
import { Failure } from '../../base/failure';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import type { RunsChange, Source } from '../../core/source';
import type { Run } from '../../model/run';
import { matchesFilter } from '../../model/runFilter';
import { groupKeysOf, groupOfExperiment } from '../../model/runGroups';
import { type BranchChange, ChangedRows } from './changedRows';
import type { GroupsChange } from './groupList';
import { isPlain, type ListLook, plainLook } from './listLook';
import { FailureNode, RunNode, type RunsNode, SectionNode, ShowMoreNode, type TreeNode } from './nodes';
import { readNextRuns, readRunsAgain } from './readRuns';
import { RunParts } from './runParts';
import { RunPlacer } from './runPlacer';

/** So many groups are shown at first, and more when asked for. */
const groupPageSize = 200;

/** Counts of groups are read again at most this often; after a quiet time almost at once. */
const groupsMs = 500;
const firstGroupsMs = 20;

export class SourceBranch implements Disposable {
  readonly source: Source;
  readonly #owned = new DisposableStore();
  readonly #didChange = this.#owned.own(new Emitter<BranchChange>());
  readonly onDidChange: Event<BranchChange> = this.#didChange.event;
  readonly #clock: Clock;
  readonly #changed: ChangedRows;
  readonly #readGroupsSoon: Coalescer;
  /** What is below runs that execute a program. */
  readonly parts: RunParts;
  /** The list as it is looked at now. */
  #list: RunPlacer;
  #shownGroups = groupPageSize;
  #stale = true;
  #loading: Promise<unknown> | undefined;

  constructor(source: Source, clock: Clock, look: ListLook = plainLook) {
    this.source = source;
    this.#clock = clock;
    this.#changed = this.#owned.own(new ChangedRows(clock, (change) => this.#didChange.fire(change)));
    this.#readGroupsSoon = this.#owned.own(
      new Coalescer(clock, groupsMs, () => void this.#readGroupsAgain(), firstGroupsMs),
    );
    this.parts = this.#owned.own(new RunParts(source, clock, this.#changed));
    this.#list = new RunPlacer(source, clock, look, this.#changed);
  }

  start(): void {
    this.#owned.own(this.source.onDidChangeRuns((change) => this.#take(change)));
    this.#owned.own(this.source.onDidReset(() => this.#reset()));
    this.#owned.own(
      this.source.onDidChangeConnection(({ state }) => {
        if (state === 'failed') this.#changed.markAll();
      }),
    );
  }

  /** From here on its runs are looked at so. What is shown is read again; before anything was, nobody is told. */
  setLook(look: ListLook): void {
    const wasShown = !this.#stale || this.#list.groups.size > 0;
    this.#list.dispose();
    this.#list = new RunPlacer(this.source, this.#clock, look, this.#changed);
    this.parts.forget();
    this.#shownGroups = groupPageSize;
    this.#loading = undefined;
    this.#stale = true;
    if (!wasShown) return;
    this.#changed.markAll();
    this.#changed.flush();
  }

  /** As far as it has been read. */
  get runCount(): number {
    return this.#list.groups.runCount;
  }

  /** The groups in their order; above them, or instead of them, why they cannot be read. Connects when need be. */
  async rows(): Promise<readonly TreeNode[]> {
    const failure = await this.#ensureGroups();
    const rows = this.#list.look.grouping === 'none' ? await this.#ungrouped() : this.#groupRows();
    return failure ? [failure, ...rows] : rows;
  }

  #groupRows(): readonly TreeNode[] {
    const { ordered } = this.#list.groups;
    if (ordered.length <= this.#shownGroups) return ordered;
    const shown = ordered.slice(0, this.#shownGroups);
    return [...shown, new ShowMoreNode(this.source, undefined, shown.length, ordered.length)];
  }

  async #ungrouped(): Promise<readonly TreeNode[]> {
    const [only] = this.#list.groups.ordered;
    return only ? this.runRows(only) : [];
  }

  /** The runs of a group, or what a run is made of, as far as they are loaded. */
  async runRows(node: RunsNode): Promise<readonly TreeNode[]> {
    try {
      if (node.stale) await this.#loadRuns(node);
    } catch (error) {
      return [new FailureNode(this.source, asFailure(error).toData(), node), ...node.pages.holders];
    }
    const { holders, more } = node.pages;
    return more ? [...holders, new ShowMoreNode(this.source, node, holders.length, totalOf(node))] : holders;
  }

  /** What a run is made of, or its attempts, metrics and parameters. */
  async partRows(node: RunNode): Promise<readonly TreeNode[]> {
    return node.hasRunRows ? this.runRows(node) : this.parts.rows(node);
  }

  async showMore({ parent }: ShowMoreNode): Promise<void> {
    if (parent instanceof SectionNode) {
      parent.showMore();
      this.#changed.mark(parent);
    } else if (parent) {
      parent.pages.append(await readNextRuns(parent, this.#list.look));
      this.#changed.mark(parent);
    } else {
      this.#shownGroups += groupPageSize;
      this.#changed.markAll();
    }
    this.#changed.flush();
  }

  /**
   * The row of a run, loaded when it is not yet; undefined when it is not among the first of its group, or of what it is a part of, or
   * when the filter leaves it out.
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
    if (matchesFilter(run, this.#list.look.filter) === false) return undefined;
    await this.#ensureGroups();
    const [key = ''] = groupKeysOf(run, this.#list.look.grouping);
    // Just submitted: it may be asked for before it was pushed. The push then tells nothing new: what is read here is told here.
    if (!this.#list.groups.find(key)) {
      await this.#loadGroups();
      this.#changed.markAll();
    }
    const node = this.#list.groups.find(key);
    if (!node) return undefined;
    await this.runRows(node);
    const newest = Math.max(0, ...node.pages.holders.map((holder) => holder.run.sequence));
    const isUnheard = node.pages.find(run.id) === undefined && !node.stale;
    if (isUnheard && run.sequence > newest && matchesFilter(run, this.#list.look.filter)) this.#list.put(node, run);
    // VS Code selects only rows that it has; told now, it reads them before it selects.
    this.#changed.flush();
    return node.pages.find(run.id);
  }

  /** Reads everything again that is shown. Tries to connect, also after a failure. */
  async reload(): Promise<void> {
    this.#markStale();
    try {
      await this.#loadGroups();
    } finally {
      this.#changed.markAll();
      this.#changed.flush();
    }
  }

  /** After a failure the source tries again by itself: asking in between would only repeat the failure. */
  async #ensureGroups(): Promise<FailureNode | undefined> {
    const { state, reason } = this.source.connection;
    if (state === 'failed') {
      const message = reason ?? l10n.t('The connection failed.');
      return new FailureNode(this.source, { code: 'Unavailable', message });
    }
    try {
      if (this.#stale) await this.#loadGroups();
      return undefined;
    } catch (error) {
      return new FailureNode(this.source, asFailure(error).toData());
    }
  }

  async #loadGroups(): Promise<void> {
    if (!this.#loading) {
      const loading = this.#readGroups().finally(() => {
        if (this.#loading === loading) this.#loading = undefined;
      });
      this.#loading = loading;
    }
    await this.#loading;
  }

  async #readGroups(): Promise<GroupsChange> {
    for (;;) {
      const look = this.#list.look;
      const groups = isPlain(look)
        ? (await this.source.experiments()).map(groupOfExperiment)
        : await this.source.groups(look.grouping, look.filter);
      // Looked at otherwise meanwhile.
      if (look !== this.#list.look) continue;
      this.#stale = false;
      return this.#list.groups.replace(groups);
    }
  }

  /** Numbers of groups have changed, or which groups there are. */
  async #readGroupsAgain(): Promise<void> {
    if (this.#stale) return;
    try {
      this.#changed.markGroups(await this.#readGroups());
    } catch (error) {
      // The source says so itself, and everything is read again when it is back.
      asFailure(error);
    }
  }

  async #loadRuns(node: RunsNode): Promise<void> {
    node.pages.replace(await readRunsAgain(node, this.#list.look));
    node.stale = false;
    if (node instanceof RunNode) this.#list.expanded.set(node.run.id, node);
  }

  #take({ runs, experiments, deleted = [], emptied = [] }: RunsChange): void {
    if (this.#stale) return;
    const { groups, look } = this.#list;
    for (const id of deleted) this.#list.remove(id);
    if (isPlain(look)) {
      for (const id of emptied) if (groups.remove(id)) this.#changed.markAll();
      for (const experiment of experiments) this.#changed.markGroups(groups.put(groupOfExperiment(experiment)));
    }
    let isOther = deleted.length > 0;
    for (const run of runs) {
      isOther = this.#list.take(run) || isOther;
      this.parts.hear(run.id);
    }
    if (isOther && !isPlain(look)) this.#readGroupsSoon.trigger();
  }

  /** A reset during a load is that load's own connection. */
  #reset(): void {
    if (this.#loading) return;
    this.#markStale();
    this.#changed.markAll();
  }

  #markStale(): void {
    this.#stale = true;
    const { groups, expanded } = this.#list;
    for (const node of [...groups.all, ...expanded.values()]) {
      node.stale = true;
      for (const row of node.pages.holders) row.markPartsStale();
    }
    // Those that are still shown are read again, and are back then; the others are gone.
    expanded.clear();
  }

  dispose(): void {
    this.#list.dispose();
    this.#owned.dispose();
  }
}

const totalOf = (node: RunsNode): number =>
  node instanceof RunNode
    ? Object.values(node.run.children ?? {}).reduce((sum, count) => sum + count, 0)
    : node.group.runCount;

/** A tree shows failures in place; a bug goes on to whoever asked for the rows. */
function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  throw error;
}
