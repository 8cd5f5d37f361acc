/** The view around the tree: its badge, the minute's redraw while someone looks, and what is selected in it. */
import { commands, type TreeView, window, workspace } from 'vscode';
import { type Clock, every } from '../../base/clock';
import { Emitter, type Event } from '../../base/event';
import { messageOf } from '../../base/failure';
import { type Disposable, DisposableSlot, DisposableStore } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import type { Source } from '../../core/source';
import type { Run } from '../../model/run';
import { type ActiveRuns, describeActive } from '../activeRuns';
import { contextKeys, viewIds } from '../ids';
import type { ExperimentTree } from './experimentTree';
import { describeLook } from './describeLook';
import { registerEndMarks } from './endMarks';
import type { LastContact } from './lastContact';
import { AttemptNode, ExperimentNode, RunNode, type TreeNode } from './nodes';
import type { TreeLook } from './treeLook';
import type { UnseenEnds } from './unseenEnds';

/** Ages in rows are no finer than this. */
const redrawMs = 60_000;

/** VS Code does not say when it knows the selection again. */
const selectionPollMs = 50;

/** How often it is asked for, where the user may have one. */
const selectionPolls = 20;

const revealTries = 5;

export interface ExperimentViewParts {
  readonly tree: ExperimentTree;
  readonly look: TreeLook;
  readonly ends: UnseenEnds;
  readonly contact: LastContact;
  readonly active: ActiveRuns;
  readonly clock: Clock;
  readonly log: Log;
}

export class ExperimentView implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #tree: ExperimentTree;
  readonly #look: TreeLook;
  readonly #ends: UnseenEnds;
  readonly #contact: LastContact;
  readonly #active: ActiveRuns;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #redraw = this.#owned.own(new DisposableSlot<Disposable>());
  #view: TreeView<TreeNode> | undefined;
  #lastSelected: TreeNode | undefined;
  #heardSelections = 0;
  #wasVisible = false;
  /** What menus were told last. */
  #toldContext = '';
  readonly #didSelectRun = this.#owned.own(new Emitter<Run>());
  /** The user has selected the row of a run; what `reveal` selects is not told. */
  readonly onDidSelectRun: Event<Run> = this.#didSelectRun.event;
  /** The newest wish to show a row: those before it are given up. */
  #revealing = 0;
  /** Rows that are being selected here, and not by the user. */
  readonly #revealed = new Set<TreeNode>();

  constructor({ tree, look, ends, contact, active, clock, log }: ExperimentViewParts) {
    this.#tree = tree;
    this.#look = look;
    this.#ends = ends;
    this.#contact = contact;
    this.#active = active;
    this.#clock = clock;
    this.#log = log;
  }

  start(): void {
    const view = this.#owned.own(
      window.createTreeView(viewIds.experiments, {
        treeDataProvider: this.#tree,
        canSelectMany: true,
        showCollapseAll: true,
      }),
    );
    this.#view = view;
    this.#owned.own(this.#active.onDidChange(() => this.#showBadge(view)));
    this.#owned.own(view.onDidChangeSelection(({ selection }) => this.#hearSelection(selection)));
    this.#owned.own(view.onDidChangeVisibility(({ visible }) => this.#keepFresh(visible)));
    // What ended behind another window is seen by whoever comes back to it.
    this.#owned.own(window.onDidChangeWindowState(() => this.#seeSelected(view)));
    this.#owned.own(view.onDidExpandElement(({ element }) => this.#tree.setOpen(element, true)));
    this.#owned.own(view.onDidCollapseElement(({ element }) => this.#tree.setOpen(element, false)));
    const loading = this.#tree.onDidLoad(() => {
      loading.dispose();
      void commands.executeCommand('setContext', contextKeys.loaded, true);
    });
    this.#owned.own(loading);
    this.#owned.own(this.#tree.onDidLoad(() => this.#sayLook(view)));
    this.#owned.own(
      this.#tree.onDidShow(() => {
        this.#sayLook(view);
        this.#seeSelected(view);
      }),
    );
    this.#owned.own(this.#contact.onDidChange(() => this.#sayLook(view)));
    this.#owned.own(registerEndMarks());
    this.#owned.own(workspace.onDidChangeWorkspaceFolders(() => this.#look.forgetPlaces()));
    this.#owned.own(this.#look.onDidChange(() => this.#sayLook(view)));
    this.#showBadge(view);
    this.#keepFresh(view.visible);
  }

  /**
   * The row that is selected. While the rows around it are read anew, VS Code knows no selection, though the user sees one;
   * it does not say when it knows again, so it is asked for at most a second.
   */
  async selectedRow(): Promise<TreeNode | undefined> {
    for (let asked = 0; asked < selectionPolls; asked++) {
      const row = this.#view?.selection[0] ?? this.#lastSelected;
      if (row) return row;
      await this.#pause();
    }
    return undefined;
  }

  /** The attempt whose row alone is selected. */
  get selectedAttempt(): AttemptNode | undefined {
    const [only, ...others] = this.#view?.selection ?? [];
    return only instanceof AttemptNode && others.length === 0 ? only : undefined;
  }

  get isVisible(): boolean {
    return this.#view?.visible ?? false;
  }

  get selectedRuns(): readonly RunNode[] {
    return (this.#view?.selection ?? []).filter((node) => node instanceof RunNode);
  }

  get selectedExperiments(): readonly ExperimentNode[] {
    return (this.#view?.selection ?? []).filter((node) => node instanceof ExperimentNode);
  }

  /**
   * Selects the run's row when the view is shown; never brings the view up by itself. Never rejects. VS Code sometimes refuses
   * a row that is drawn anew in that very moment, and sometimes says that it is selected and leaves everything closed: so what
   * came of it is looked at, and it is asked again, unless the user has selected another row since.
   */
  async reveal(source: Source, run: Run): Promise<void> {
    const before = this.#lastSelected;
    const turn = ++this.#revealing;
    let refused: unknown = new Error('VS Code did not select it.');
    for (let asked = 0; asked < revealTries; asked++) {
      const isTaken = this.#lastSelected !== undefined && this.#lastSelected !== before;
      if (!this.#view?.visible || isTaken || turn !== this.#revealing) return;
      try {
        const node = await this.#tree.findRun(source, run);
        if (!node) return;
        if (turn !== this.#revealing || (await this.#select(this.#view, node))) return;
      } catch (error) {
        refused = error;
        await this.#pause();
      }
    }
    // Nothing depends on it.
    this.#log.warn(`The row of ${run.name} could not be selected: ${messageOf(refused)}`);
  }

  /** False when VS Code has not done it. */
  async #select(view: TreeView<TreeNode>, node: TreeNode): Promise<boolean> {
    this.#revealed.add(node);
    try {
      await view.reveal(node, { select: true, focus: false });
      return await this.#isSelected(node);
    } finally {
      this.#revealed.delete(node);
    }
  }

  /** While rows are read anew VS Code says that none is selected, though the user has just selected one, and then no more. */
  async #awaitSelection(): Promise<void> {
    const heard = this.#heardSelections;
    for (let asked = 0; asked < selectionPolls; asked++) {
      await this.#pause();
      if (heard !== this.#heardSelections) return;
      const [row] = this.#view?.selection ?? [];
      if (!this.#view || !row) continue;
      this.#lastSelected = row;
      // Not told as selected: whether by the user or by `reveal`, nobody knows any more.
      return this.#seeSelected(this.#view);
    }
  }

  #hearSelection(selection: readonly TreeNode[]): void {
    this.#heardSelections += 1;
    if (selection.length === 0) void this.#awaitSelection();
    const [row] = selection;
    this.#lastSelected = row;
    if (this.#view) this.#seeSelected(this.#view);
    if (selection.length === 1 && row instanceof RunNode && !this.#revealed.has(row)) this.#didSelectRun.fire(row.run);
  }

  /** Whether the row is selected, now or soon: VS Code tells it some time after it has answered. */
  async #isSelected(node: TreeNode): Promise<boolean> {
    for (let asked = 0; asked < 10; asked++) {
      if (this.#view?.selection.includes(node)) return true;
      await this.#pause();
    }
    return false;
  }

  async #pause(): Promise<void> {
    await new Promise<void>((resolve) => this.#clock.after(selectionPollMs, resolve));
  }

  /** What the view leaves out is said above its rows. */
  #sayLook(view: TreeView<TreeNode>): void {
    const { scope, filterText } = this.#look;
    const look = describeLook(this.#look, this.#tree.runCount);
    const message = [this.#contact.text, look].filter((part) => part !== '').join(' ');
    if ((view.message ?? '') !== message) view.message = message;
    const told = `${scope} ${filterText !== ''}`;
    if (told === this.#toldContext) return;
    this.#toldContext = told;
    void commands.executeCommand('setContext', contextKeys.scope, scope);
    void commands.executeCommand('setContext', contextKeys.filtered, filterText !== '');
  }

  #showBadge(view: TreeView<TreeNode>): void {
    const { count, list } = this.#active;
    view.badge = count === 0 ? undefined : { value: count, tooltip: describeActive(list) };
  }

  /** What is selected while somebody looks is seen. */
  #seeSelected(view: TreeView<TreeNode>): void {
    if (!view.visible || !window.state.focused) return;
    this.#ends.see(view.selection.filter((node) => node instanceof RunNode).map(({ run }) => run));
  }

  #keepFresh(visible: boolean): void {
    // Whoever goes elsewhere has looked.
    if (!visible && this.#wasVisible) this.#ends.seeAll();
    this.#wasVisible = visible;
    this.#tree.setVisible(visible);
    if (visible) this.#tree.redraw();
    this.#redraw.set(visible ? every(this.#clock, redrawMs, () => this.#tree.redraw()) : undefined);
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
