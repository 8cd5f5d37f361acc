/**
 * The panels of one kind in this window: at most one per subject, brought back after a reload from what their views have kept,
 * and after a crash from what was kept of them here.
 */
import { type Uri, ViewColumn, type WebviewPanel, type WebviewPanelSerializer, window } from 'vscode';
import { Failure } from '../../base/failure';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import type { Source } from '../../core/source';
import type { RunId } from '../../model/ids';
import { noticeHtml } from './panelHtml';
import { webviewOptions } from './panelPage';
import type { PanelStates } from './panelStates';

export interface OpenOptions {
  readonly preserveFocus: boolean;
  /** Beside what is edited, so that both are seen. */
  readonly beside: boolean;
}

export interface LivePanel extends Disposable {
  start(): void;
  reveal(preserveFocus: boolean): void;
  readonly isActive: boolean;
}

export interface PanelSetParts<State, Panel extends LivePanel> {
  readonly viewType: string;
  readonly extensionUri: Uri;
  readonly sources: readonly Source[];
  readonly loadStates: () => Promise<PanelStates<State>>;
  readonly log: Log;
  /** Said in place of a panel that came back without what it was about. */
  readonly lost: string;
  /** The run whose source the panel needs; undefined for what any source can show. */
  readonly runOf: (state: State) => RunId | undefined;
  /** Loads what such a panel is made of: a window in which none is opened does without. */
  readonly load: (state: State, states: PanelStates<State>) => Promise<MakePanel<Panel>>;
}

/** Around the editor's webview; not started. */
export type MakePanel<Panel> = (panel: WebviewPanel, source: Source) => Panel;

export class PanelSet<State, Panel extends LivePanel> implements WebviewPanelSerializer<unknown>, Disposable {
  readonly #owned = new DisposableStore();
  readonly #parts: PanelSetParts<State, Panel>;
  readonly #panels = new Map<string, Panel>();

  constructor(parts: PanelSetParts<State, Panel>) {
    this.#parts = parts;
  }

  start(): void {
    this.#owned.own(window.registerWebviewPanelSerializer(this.#parts.viewType, this));
  }

  /** Its panel comes to the front, or is made: `about` is how it begins. */
  async open(
    source: Source,
    about: State,
    { title, preserveFocus, beside }: OpenOptions & { readonly title: string },
  ): Promise<Panel> {
    const states = await this.#parts.loadStates();
    const make = await this.#parts.load(about, states);
    const known = this.#panels.get(states.keyOf(about));
    if (known) {
      known.reveal(preserveFocus);
      return known;
    }
    const viewColumn = beside ? ViewColumn.Beside : ViewColumn.Active;
    const { viewType, extensionUri } = this.#parts;
    const options = webviewOptions(extensionUri);
    const panel = window.createWebviewPanel(viewType, title, { viewColumn, preserveFocus }, options);
    return this.#adopt(make(panel, source), panel, { states, about });
  }

  get all(): readonly Panel[] {
    return [...this.#panels.values()];
  }

  /** The panel that has the focus. */
  get active(): Panel | undefined {
    return this.all.find((panel) => panel.isActive);
  }

  async deserializeWebviewPanel(panel: WebviewPanel, kept: unknown): Promise<void> {
    const { loadStates, load, lost } = this.#parts;
    const states = await loadStates();
    const isFree = (state: State): boolean => !this.#panels.has(states.keyOf(state));
    const about = states.isState(kept) ? kept : states.findOpened(panel.title, isFree);
    if (about === undefined) {
      panel.webview.html = noticeHtml(lost);
      return;
    }
    const [make, source] = await Promise.all([load(about, states), this.#findSource(about)]);
    // A view that comes back twice, for example in a duplicated window, keeps the first.
    if (!isFree(about)) {
      panel.dispose();
      return;
    }
    this.#adopt(make(panel, source), panel, { states, about });
  }

  #adopt(
    panel: Panel,
    webviewPanel: WebviewPanel,
    { states, about }: { readonly states: PanelStates<State>; readonly about: State },
  ): Panel {
    const { log } = this.#parts;
    const key = states.keyOf(about);
    this.#panels.set(key, panel);
    states.keepOpened({ title: webviewPanel.title, state: about }).catch((error: unknown) => {
      log.error('It could not be kept which panel is open.', error);
    });
    webviewPanel.onDidDispose(() => {
      this.#panels.delete(key);
      panel.dispose();
    });
    panel.start();
    return panel;
  }

  /** Ids are unique over all sources; when none knows the run, the first one says so in the panel. */
  async #findSource(about: State): Promise<Source> {
    const { sources, runOf } = this.#parts;
    const [first, ...others] = sources;
    if (!first) throw new Error('There is no source.');
    const runId = runOf(about);
    for (const source of runId !== undefined && others.length > 0 ? sources : []) {
      try {
        await source.run(runId ?? '');
        return source;
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
      }
    }
    return first;
  }

  dispose(): void {
    // The webviews themselves stay: VS Code keeps them for the window's next life.
    for (const panel of this.#panels.values()) panel.dispose();
    this.#panels.clear();
    this.#owned.dispose();
  }
}
