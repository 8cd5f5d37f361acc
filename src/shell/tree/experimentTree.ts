/** The Experiments view's rows for VS Code: one branch per source, with a level of its own once there are several. */
import { type Event, EventEmitter, type TreeDataProvider, type TreeItem } from 'vscode';
import type { Clock } from '../../base/clock';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import type { Source } from '../../core/source';
import type { Run } from '../../model/run';
import type { ShowMoreNode } from './nodes';
import { AttemptNode, GroupNode, RunNode, SectionNode, SourceNode, type TreeNode } from './nodes';
import type { BranchChange } from './changedRows';
import { SourceBranch } from './sourceBranch';
import { attemptTooltip, runTooltip, treeItemOf } from './treeItems';
import type { TreeLook } from './treeLook';
import type { UnseenEnds } from './unseenEnds';

export class ExperimentTree implements TreeDataProvider<TreeNode>, Disposable {
  readonly #owned = new DisposableStore();
  readonly #clock: Clock;
  readonly #sources: readonly Source[];
  readonly #look: TreeLook;
  readonly #ends: UnseenEnds;
  readonly #branches = new Map<Source, SourceBranch>();
  readonly #sourceNodes = new Map<Source, SourceNode>();
  readonly #didChange = this.#owned.own(new EventEmitter<TreeNode | TreeNode[] | undefined>());
  readonly onDidChangeTreeData: Event<TreeNode | TreeNode[] | undefined> = this.#didChange.event;

  readonly #didLoad = this.#owned.own(new EventEmitter<void>());
  /** The top rows have been read, successfully or not. */
  readonly onDidLoad: Event<void> = this.#didLoad.event;

  readonly #didShow = this.#owned.own(new EventEmitter<void>());
  /** Rows have changed. */
  readonly onDidShow: Event<void> = this.#didShow.event;

  constructor(sources: readonly Source[], look: TreeLook, ends: UnseenEnds, clock: Clock) {
    this.#sources = sources;
    this.#look = look;
    this.#ends = ends;
    this.#clock = clock;
  }

  start(): void {
    for (const source of this.#sources) {
      const branch = this.#owned.own(new SourceBranch(source, this.#clock, this.#look.list));
      this.#branches.set(source, branch);
      this.#sourceNodes.set(source, new SourceNode(source));
      this.#owned.own(branch.onDidChange((change) => this.#show(source, change)));
      branch.start();
    }
    this.#owned.own(this.#ends.onDidSee(() => this.redraw()));
    this.#owned.own(
      this.#look.onDidChange(() => {
        for (const branch of this.#branches.values()) branch.setLook(this.#look.list);
      }),
    );
  }

  /** How many runs are shown, as far as it has been read; a run with several tags counts several times. */
  get runCount(): number {
    return [...this.#branches.values()].reduce((sum, branch) => sum + branch.runCount, 0);
  }

  getTreeItem(node: TreeNode): TreeItem {
    return treeItemOf(node, this.#clock.nowMs(), (run) => this.#ends.isUnseen(run));
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    await this.#look.ready();
    if (node === undefined) {
      const rows = await this.#topRows();
      this.#didLoad.fire();
      return [...rows];
    }
    if (node instanceof SourceNode) return [...(await this.#branch(node.source).rows())];
    if (node instanceof GroupNode) return [...(await this.#branch(node.source).runRows(node))];
    if (node instanceof SectionNode) return [...this.#branch(node.source).parts.sectionRows(node)];
    if (node instanceof RunNode) return [...(await this.#branch(node.source).partRows(node))];
    return [];
  }

  async #topRows(): Promise<readonly TreeNode[]> {
    const [only] = this.#sources;
    if (this.#sources.length === 1 && only) return this.#branch(only).rows();
    return [...this.#sourceNodes.values()];
  }

  getParent(node: TreeNode): TreeNode | undefined {
    if (node instanceof SourceNode) return undefined;
    if (node instanceof GroupNode || !node.parent) return this.#top(node.source);
    // Runs that are not grouped have no row above them.
    const { parent } = node;
    return parent instanceof GroupNode && parent.by === 'none' ? this.#top(node.source) : parent;
  }

  resolveTreeItem(item: TreeItem, node: TreeNode): TreeItem {
    if (node instanceof RunNode) item.tooltip = runTooltip(node, this.#clock.nowMs());
    if (node instanceof AttemptNode) item.tooltip = attemptTooltip(node, this.#clock.nowMs());
    return item;
  }

  async findRun(source: Source, run: Run): Promise<RunNode | undefined> {
    await this.#look.ready();
    return this.#branch(source).findRun(run);
  }

  async showMore(node: ShowMoreNode): Promise<void> {
    await this.#branch(node.source).showMore(node);
  }

  /** The user has opened or closed a row. */
  setOpen(node: TreeNode, isOpen: boolean): void {
    if (this.#branches.has(node.source)) this.#branch(node.source).parts.setOpen(node, isOpen);
  }

  /** Somebody can see the view, or nobody. */
  setVisible(isVisible: boolean): void {
    for (const branch of this.#branches.values()) branch.parts.setVisible(isVisible);
  }

  async reload(): Promise<void> {
    await Promise.all([...this.#branches.values()].map(async (branch) => branch.reload()));
  }

  /** Draws all rows anew from what is known: their ages have changed. */
  redraw(): void {
    this.#didChange.fire(undefined);
  }

  #show(source: Source, change: BranchChange): void {
    this.#didChange.fire(change === 'all' ? this.#top(source) : [...change]);
    this.#didShow.fire();
  }

  /** The row above a source's experiments; undefined is the view itself. */
  #top(source: Source): SourceNode | undefined {
    return this.#sources.length > 1 ? this.#sourceNodes.get(source) : undefined;
  }

  #branch(source: Source): SourceBranch {
    const branch = this.#branches.get(source);
    if (!branch) throw new Error(`The tree does not know the source ${source.id}, or was not started.`);
    return branch;
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
