/**
 * The rows of one source: what has been loaded of it, kept true by what the source pushes. Reads only what is looked at:
 * groups when the view is shown, the runs of a group or of a graph when that is expanded, a page at a time.
 */
import { type Clock, Coalescer } from '../../base/clock';
import { Emitter, type Event } from '../../base/event';
import { Failure } from '../../base/failure';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import type { RunsChange, Source } from '../../core/source';
import type { RunId } from '../../model/ids';
import type { Run } from '../../model/run';
import { matchesFilter } from '../../model/runFilter';
import { groupKeysOf, groupOfExperiment } from '../../model/runGroups';
import { type OrderKey, orderKeyOf } from '../../model/runOrder';
import { GroupList, type GroupsChange } from './groupList';
import { isPlain, type ListLook, plainLook } from './listLook';
import { FailureNode, GroupNode, RunNode, type RunsNode, ShowMoreNode, type TreeNode } from './nodes';
import { placed, readNextRuns, readRunsAgain } from './readRuns';
import { isSameRunRow } from './runRow';
import { UnsureRuns } from './unsureRuns';

/** So many groups are shown at first, and more when asked for. */
const groupPageSize = 200;

/** Pushes come as often as programs log; rows change at most this often. */
const refreshDelayMs = 200;
/** Counts of groups are read again at most this often; after a quiet time almost at once. */
const groupsMs = 500;
const firstGroupsMs = 20;

/** Rows to draw anew; `all` when the list of groups itself changed. */
export type BranchChange = 'all' | readonly TreeNode[];

export class SourceBranch implements Disposable {
  readonly source: Source;
  readonly #owned = new DisposableStore();
  readonly #didChange = this.#owned.own(new Emitter<BranchChange>());
  readonly onDidChange: Event<BranchChange> = this.#didChange.event;
  readonly #refresh: Coalescer;
  readonly #readGroupsSoon: Coalescer;
  readonly #unsure: UnsureRuns;
  readonly #changed = new Set<TreeNode>();
  #listChanged = false;

  #look: ListLook;
  #groups: GroupList;
  #shownGroups = groupPageSize;
  /** Runs made of runs that have been expanded: who a pushed task belongs to. */
  readonly #expanded = new Map<RunId, RunNode>();
  /** What pushed runs said that groups depend on: a sign of life alone changes none. */
  readonly #said = new Map<RunId, string>();
  #stale = true;
  #loading: Promise<unknown> | undefined;

  constructor(source: Source, clock: Clock, look: ListLook = plainLook) {
    this.source = source;
    this.#look = look;
    this.#groups = new GroupList(source, look);
    this.#refresh = this.#owned.own(new Coalescer(clock, refreshDelayMs, () => this.#flush()));
    this.#readGroupsSoon = this.#owned.own(
      new Coalescer(clock, groupsMs, () => void this.#readGroupsAgain(), firstGroupsMs),
    );
    this.#unsure = this.#owned.own(new UnsureRuns(source, clock, (id, found) => this.#settle(id, found)));
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

  /** From here on its runs are looked at so. What is shown is read again; before anything was, nobody is told. */
  setLook(look: ListLook): void {
    const wasShown = !this.#stale || this.#groups.size > 0;
    this.#look = look;
    this.#groups = new GroupList(this.source, look);
    this.#shownGroups = groupPageSize;
    this.#expanded.clear();
    this.#said.clear();
    this.#unsure.forget();
    this.#loading = undefined;
    this.#stale = true;
    if (!wasShown) return;
    this.#markAll();
    this.#refresh.flush();
  }

  /** As far as it has been read. */
  get runCount(): number {
    return this.#groups.runCount;
  }

  /** The groups in their order; above them, or instead of them, why they cannot be read. Connects when need be. */
  async rows(): Promise<readonly TreeNode[]> {
    const failure = await this.#ensureGroups();
    const rows = this.#look.grouping === 'none' ? await this.#ungrouped() : this.#groupRows();
    return failure ? [failure, ...rows] : rows;
  }

  #groupRows(): readonly TreeNode[] {
    const { ordered } = this.#groups;
    if (ordered.length <= this.#shownGroups) return ordered;
    const shown = ordered.slice(0, this.#shownGroups);
    return [...shown, new ShowMoreNode(this.source, undefined, shown.length, ordered.length)];
  }

  async #ungrouped(): Promise<readonly TreeNode[]> {
    const [only] = this.#groups.ordered;
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

  async showMore({ parent }: ShowMoreNode): Promise<void> {
    if (parent) {
      parent.pages.append(await readNextRuns(parent, this.#look));
      this.#mark(parent);
    } else {
      this.#shownGroups += groupPageSize;
      this.#markAll();
    }
    this.#refresh.flush();
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
    if (matchesFilter(run, this.#look.filter) === false) return undefined;
    await this.#ensureGroups();
    const [key = ''] = groupKeysOf(run, this.#look.grouping);
    // Just submitted: it may be asked for before it was pushed. The push then tells nothing new: what is read here is told here.
    if (!this.#groups.find(key)) {
      await this.#loadGroups();
      this.#markAll();
    }
    const node = this.#groups.find(key);
    if (!node) return undefined;
    await this.runRows(node);
    const newest = Math.max(0, ...node.pages.holders.map((holder) => holder.run.sequence));
    const isUnheard = node.pages.find(run.id) === undefined && !node.stale;
    if (isUnheard && run.sequence > newest && matchesFilter(run, this.#look.filter)) this.#put(node, run);
    // VS Code selects only rows that it has; told now, it reads them before it selects.
    this.#refresh.flush();
    return node.pages.find(run.id);
  }

  /** Reads everything again that is shown. Tries to connect, also after a failure. */
  async reload(): Promise<void> {
    this.#markStale();
    try {
      await this.#loadGroups();
    } finally {
      this.#markAll();
      this.#refresh.flush();
    }
  }

  /** After a failure the source tries again by itself: asking in between would only repeat the failure. */
  async #ensureGroups(): Promise<FailureNode | undefined> {
    const { state, reason } = this.source.connection;
    if (state === 'failed') {
      const message = reason ?? 'The connection failed.';
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
      const look = this.#look;
      const groups = isPlain(look)
        ? (await this.source.experiments()).map(groupOfExperiment)
        : await this.source.groups(look.grouping, look.filter);
      // Looked at otherwise meanwhile.
      if (look !== this.#look) continue;
      this.#stale = false;
      return this.#groups.replace(groups);
    }
  }

  /** Numbers of groups have changed, or which groups there are. */
  async #readGroupsAgain(): Promise<void> {
    if (this.#stale) return;
    try {
      this.#markGroups(await this.#readGroups());
    } catch (error) {
      // The source says so itself, and everything is read again when it is back.
      asFailure(error);
    }
  }

  async #loadRuns(node: RunsNode): Promise<void> {
    node.pages.replace(await readRunsAgain(node, this.#look));
    node.stale = false;
    if (node instanceof RunNode) this.#expanded.set(node.run.id, node);
  }

  async #loadAttempts(node: RunNode): Promise<void> {
    const { attempts } = await this.source.run(node.run.id);
    node.attempts.replace(attempts);
    // A push may have overtaken the answer.
    if (node.run.attempt) node.attempts.hear(node.run.attempt);
  }

  #take({ runs, experiments, deleted = [], emptied = [] }: RunsChange): void {
    if (this.#stale) return;
    for (const id of deleted) this.#remove(id);
    if (isPlain(this.#look)) {
      for (const id of emptied) if (this.#groups.remove(id)) this.#markAll();
      for (const experiment of experiments) this.#markGroups(this.#groups.put(groupOfExperiment(experiment)));
    }
    let isOther = deleted.length > 0;
    for (const run of runs) {
      if (run.parentId === undefined) {
        isOther = this.#saysOther(run) || isOther;
        this.#takeTop(run);
      } else {
        const node = this.#expanded.get(run.parentId);
        if (node && !node.stale) this.#put(node, run);
      }
    }
    if (isOther && !isPlain(this.#look)) this.#readGroupsSoon.trigger();
  }

  /** Where a changed run belongs now; what only the source knows is asked of it. */
  #takeTop(run: Run): void {
    const { filter, order, grouping } = this.#look;
    const matches = matchesFilter(run, filter);
    const key = orderKeyOf(run, order);
    if (matches === undefined || (matches && key === undefined)) {
      const keys = groupKeysOf(run, grouping);
      for (const node of this.#groups.holding(run.id)) if (keys.includes(node.group.key)) this.#show(node, run);
      this.#unsure.ask(run.id, this.#look);
    } else this.#settle(run.id, matches && key !== undefined ? { run, key } : undefined);
  }

  /** The run is in its groups and in no other; without one, in none. */
  #settle(id: RunId, found: { readonly run: Run; readonly key: OrderKey } | undefined): void {
    const keys = found ? groupKeysOf(found.run, this.#look.grouping) : [];
    for (const node of this.#groups.holding(id)) if (!keys.includes(node.group.key)) this.#leave(node, id);
    for (const key of keys) {
      const node = this.#groups.find(key);
      if (node && !node.stale && found) this.#put(node, found.run, found.key);
    }
  }

  #remove(id: RunId): void {
    this.#said.delete(id);
    for (const node of this.#groups.holding(id)) this.#leave(node, id);
  }

  #leave(node: GroupNode, id: RunId): void {
    node.pages.remove(id);
    this.#expanded.delete(id);
    this.#mark(node);
  }

  /** Its row says what the run is like by now, wherever that row belongs. */
  #show(node: GroupNode, run: Run): void {
    const row = node.pages.find(run.id);
    if (!row) return;
    row.run = run;
    this.#mark(row);
  }

  #put(node: RunsNode, run: Run, key?: OrderKey): void {
    const known = node.pages.find(run.id)?.run;
    const placement = node.pages.put(placed(node, run, this.#look, key));
    const row = node.pages.find(run.id);
    if (placement === 'added' || placement === 'moved') this.#mark(node);
    // As with groups: a row with others below it is drawn anew only when it says something else.
    else if (row && !(known && row.hasRunRows && isSameRunRow(known, run))) this.#mark(row);
  }

  /** Whether a run says something that groups and their counts depend on. */
  #saysOther(run: Run): boolean {
    const said = JSON.stringify([run.status, run.name, run.tags, run.pinned, run.experimentId, run.note]);
    if (this.#said.get(run.id) === said) return false;
    this.#said.set(run.id, said);
    return true;
  }

  /** A reset during a load is that load's own connection. */
  #reset(): void {
    if (this.#loading) return;
    this.#markStale();
    this.#markAll();
  }

  #markStale(): void {
    this.#stale = true;
    for (const node of [...this.#groups.all, ...this.#expanded.values()]) {
      node.stale = true;
      for (const { attempts } of node.pages.holders) attempts.markStale();
    }
    // Those that are still shown are read again, and are back then; the others are gone.
    this.#expanded.clear();
  }

  /** Drawing a row anew takes its children away for a moment, and a click on one of them then goes nowhere: so no more than need be. */
  #markGroups({ order, rows }: GroupsChange): void {
    if (order) this.#markAll();
    for (const row of rows) this.#mark(row);
  }

  #markAll(): void {
    this.#listChanged = true;
    this.#refresh.trigger();
  }

  #mark(node: TreeNode): void {
    if (node instanceof GroupNode && node.by === 'none') this.#listChanged = true;
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

const totalOf = (node: RunsNode): number =>
  node instanceof RunNode
    ? Object.values(node.run.children ?? {}).reduce((sum, count) => sum + count, 0)
    : node.group.runCount;

/** A tree shows failures in place; a bug goes on to whoever asked for the rows. */
function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  throw error;
}
