/**
 * What is below the row of a run that executes a program: its attempts once there are several, the last values of its metrics, its
 * parameters. Read when the row is opened. Metrics follow the program while somebody can see them, and no longer.
 */
import { type Clock, Coalescer } from '../../base/clock';
import { Failure } from '../../base/failure';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import type { RunAppend, Source } from '../../core/source';
import type { RunId } from '../../model/ids';
import { isActive } from '../../model/runStatus';
import type { ChangedRows } from './changedRows';
import { type DetailsChange, RunDetails } from './runDetails';
import { FailureNode, GroupNode, RunNode, type SectionNode, ShowMoreNode, type TreeNode } from './nodes';

/** Values change in the view at most this often. */
const valuesMs = 500;

export class RunParts implements Disposable {
  readonly #source: Source;
  readonly #changed: ChangedRows;
  readonly #owned = new DisposableStore();
  readonly #tellValues: Coalescer;
  readonly #values = new Set<TreeNode>();
  readonly #details = new WeakMap<RunNode, RunDetails>();
  /** Rows that are open, as far as VS Code has told, and how those that follow are ended. */
  readonly #open = new Map<RunNode, Disposable | undefined>();
  readonly #closedGroups = new Set<GroupNode>();
  #isVisible = false;

  constructor(source: Source, clock: Clock, changed: ChangedRows) {
    this.#source = source;
    this.#changed = changed;
    this.#tellValues = this.#owned.own(new Coalescer(clock, valuesMs, () => this.#showValues()));
  }

  /** Attempts, newest first, then metrics and parameters. */
  async rows(node: RunNode): Promise<readonly TreeNode[]> {
    try {
      if ((node.hasAttemptRows && node.attempts.stale) || node.areDetailsStale) await this.#load(node);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return [new FailureNode(this.#source, error.toData(), node), ...this.#rowsOf(node)];
    }
    this.#open.set(node, this.#open.get(node));
    this.#follow();
    return this.#rowsOf(node);
  }

  #detailsOf(node: RunNode): RunDetails {
    const details = this.#details.get(node) ?? new RunDetails(node);
    this.#details.set(node, details);
    return details;
  }

  #rowsOf(node: RunNode): readonly TreeNode[] {
    return [...(node.hasAttemptRows ? node.attempts.holders : []), ...this.#detailsOf(node).sections];
  }

  sectionRows(section: SectionNode): readonly TreeNode[] {
    const { shown, count } = section;
    return shown.length < count
      ? [...shown, new ShowMoreNode(this.#source, section, shown.length, count)]
      : section.shown;
  }

  /** VS Code shows what is below the row, or no longer. */
  setOpen(node: TreeNode, isOpen: boolean): void {
    if (node instanceof GroupNode) {
      if (isOpen) this.#closedGroups.delete(node);
      else this.#closedGroups.add(node);
    } else if (node instanceof RunNode && isOpen) this.#open.set(node, this.#open.get(node));
    else if (node instanceof RunNode) this.#close(node);
    this.#follow();
  }

  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    this.#follow();
  }

  /** The run has changed: one that has ended logs nothing more, one that is tried again does. */
  hear(id: RunId): void {
    for (const node of this.#open.keys()) {
      if (node.run.id === id) this.#follow();
    }
  }

  /** All rows are others from here on. */
  forget(): void {
    for (const node of [...this.#open.keys()]) this.#close(node);
    this.#closedGroups.clear();
  }

  #close(node: RunNode): void {
    this.#open.get(node)?.dispose();
    this.#open.delete(node);
  }

  /** Follows what is seen and logs, and nothing else. */
  #follow(): void {
    for (const [node, following] of this.#open) {
      const isSeen = this.#isVisible && !this.#closedGroups.has(groupOf(node));
      const wants = isSeen && isActive(node.run.status) && !node.hasRunRows;
      if (wants === (following !== undefined)) continue;
      following?.dispose();
      this.#open.set(node, wants ? this.#source.follow(node.run.id, (append) => this.#take(node, append)) : undefined);
      // What was logged while nobody looked, or with the end.
      if (wants || !isActive(node.run.status)) void this.#readAgain(node);
    }
  }

  async #readAgain(node: RunNode): Promise<void> {
    try {
      const change = await this.#load(node);
      if (!node.hasRunRows) this.#show(node, change);
    } catch (error) {
      // The source says so itself, and everything is read again when it is back.
      if (!(error instanceof Failure)) throw error;
    }
  }

  async #load(node: RunNode): Promise<DetailsChange> {
    const [{ attempts, parametersJson }, summaries] = await Promise.all([
      this.#source.run(node.run.id),
      this.#source.metrics(node.run.id),
    ]);
    node.attempts.replace(attempts);
    // A push may have overtaken the answer.
    if (node.run.attempt) node.attempts.hear(node.run.attempt);
    node.areDetailsStale = false;
    return this.#detailsOf(node).replace(summaries, parametersJson);
  }

  #take(node: RunNode, { series }: RunAppend): void {
    if (series.length > 0) this.#show(node, this.#detailsOf(node).append(series));
  }

  #show(node: RunNode, { rows, isNew }: DetailsChange): void {
    if (isNew) this.#changed.mark(node);
    for (const row of rows) this.#values.add(row);
    if (rows.length > 0) this.#tellValues.trigger();
  }

  #showValues(): void {
    for (const row of this.#values) this.#changed.mark(row);
    this.#values.clear();
    this.#changed.flush();
  }

  dispose(): void {
    this.forget();
    this.#owned.dispose();
  }
}

function groupOf(node: RunNode): GroupNode {
  let { parent } = node;
  while (parent instanceof RunNode) ({ parent } = parent);
  return parent;
}
