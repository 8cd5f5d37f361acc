/** The Experiments view's rows for VS Code: one branch per source, with a level of its own once there are several. */
import { type Event, EventEmitter, type TreeDataProvider, type TreeItem } from 'vscode';
import type { Clock } from '../../base/clock';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import type { Source } from '../../core/source';
import type { Run } from '../../model/run';
import type { ShowMoreNode } from './nodes';
import { AttemptNode, ExperimentNode, RunNode, SourceNode, type TreeNode } from './nodes';
import { type BranchChange, SourceBranch } from './sourceBranch';
import { attemptTooltip, runTooltip, treeItemOf } from './treeItems';

export class ExperimentTree implements TreeDataProvider<TreeNode>, Disposable {
  readonly #owned = new DisposableStore();
  readonly #clock: Clock;
  readonly #sources: readonly Source[];
  readonly #branches = new Map<Source, SourceBranch>();
  readonly #sourceNodes = new Map<Source, SourceNode>();
  readonly #didChange = this.#owned.own(new EventEmitter<TreeNode | TreeNode[] | undefined>());
  readonly onDidChangeTreeData: Event<TreeNode | TreeNode[] | undefined> = this.#didChange.event;

  readonly #didLoad = this.#owned.own(new EventEmitter<void>());
  /** The top rows have been read, successfully or not. */
  readonly onDidLoad: Event<void> = this.#didLoad.event;

  constructor(sources: readonly Source[], clock: Clock) {
    this.#sources = sources;
    this.#clock = clock;
  }

  start(): void {
    for (const source of this.#sources) {
      const branch = this.#owned.own(new SourceBranch(source, this.#clock));
      this.#branches.set(source, branch);
      this.#sourceNodes.set(source, new SourceNode(source));
      this.#owned.own(branch.onDidChange((change) => this.#show(source, change)));
      branch.start();
    }
  }

  getTreeItem(node: TreeNode): TreeItem {
    return treeItemOf(node, this.#clock.nowMs());
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    if (node === undefined) {
      const rows = await this.#topRows();
      this.#didLoad.fire();
      return [...rows];
    }
    if (node instanceof SourceNode) return [...(await this.#branch(node.source).rows())];
    if (node instanceof ExperimentNode) return [...(await this.#branch(node.source).runRows(node))];
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
    if (node instanceof ExperimentNode) return this.#top(node.source);
    return node.parent ?? this.#top(node.source);
  }

  resolveTreeItem(item: TreeItem, node: TreeNode): TreeItem {
    if (node instanceof RunNode) item.tooltip = runTooltip(node, this.#clock.nowMs());
    if (node instanceof AttemptNode) item.tooltip = attemptTooltip(node, this.#clock.nowMs());
    return item;
  }

  async findRun(source: Source, run: Run): Promise<RunNode | undefined> {
    return this.#branch(source).findRun(run);
  }

  async showMore(node: ShowMoreNode): Promise<void> {
    await this.#branch(node.parent.source).showMore(node.parent);
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
