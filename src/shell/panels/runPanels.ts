/** The run panels of this window: at most one per run, brought back after a reload from what their views have kept. */
import { Value } from '@sinclair/typebox/value';
import { type Uri, ViewColumn, type WebviewPanel, type WebviewPanelSerializer, window } from 'vscode';
import type { Clock } from '../../base/clock';
import { Emitter, type Event } from '../../base/event';
import { Failure } from '../../base/failure';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import type { Source } from '../../core/source';
import type { RunId } from '../../model/ids';
import type { Run } from '../../model/run';
import { type RunPanelAct, RunPanelStateSchema } from '../../protocol/runPanel';
import { runPanelViewType } from '../ids';
import { noticeHtml } from './panelHtml';
import { RunPanel, webviewOptions } from './runPanel';
import type { PanelStates } from './panelStates';
import type { PanelFiles } from './runPanelSession';

export interface RunPanelsParts {
  readonly sources: readonly Source[];
  readonly extensionUri: Uri;
  readonly clock: Clock;
  readonly log: Log;
  /** Does what a button of a panel says; shows its own failures. */
  readonly act: (act: RunPanelAct, source: Source, runId: RunId) => Promise<void>;
  readonly files: PanelFiles;
  readonly states: PanelStates;
}

export interface OpenOptions {
  readonly preserveFocus: boolean;
  /** Beside what is edited, so that both are seen. */
  readonly beside: boolean;
}

export class RunPanels implements WebviewPanelSerializer<unknown>, Disposable {
  readonly #owned = new DisposableStore();
  readonly #parts: RunPanelsParts;
  readonly #panels = new Map<RunId, RunPanel>();
  readonly #didReady = this.#owned.own(new Emitter<RunId>());
  /** A panel's view has spoken and got its snapshot. */
  readonly onDidReady: Event<RunId> = this.#didReady.event;

  constructor(parts: RunPanelsParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#owned.own(window.registerWebviewPanelSerializer(runPanelViewType, this));
  }

  open(source: Source, run: Run, { preserveFocus, beside }: OpenOptions): void {
    const known = this.#panels.get(run.id);
    if (known) return known.reveal(preserveFocus);
    const viewColumn = beside ? ViewColumn.Beside : ViewColumn.Active;
    const panel = window.createWebviewPanel(
      runPanelViewType,
      run.name,
      { viewColumn, preserveFocus },
      webviewOptions(this.#parts.extensionUri),
    );
    this.#adopt(panel, source, run.id);
  }

  /** The run of the panel that has the focus. */
  get activeRun(): { readonly source: Source; readonly runId: RunId } | undefined {
    return [...this.#panels.values()].find((panel) => panel.isActive);
  }

  async deserializeWebviewPanel(panel: WebviewPanel, state: unknown): Promise<void> {
    const runId = Value.Check(RunPanelStateSchema, state)
      ? state.runId
      : this.#parts.states.findOpened(panel.title, (id) => !this.#panels.has(id));
    if (runId === undefined) {
      panel.webview.html = noticeHtml(
        'It is not known which run this panel showed. Open the run from the Experiments view.',
      );
      return;
    }
    // A view that comes back twice, for example in a duplicated window, keeps the first.
    if (this.#panels.has(runId)) {
      panel.dispose();
      return;
    }
    this.#adopt(panel, await this.#findSource(runId), runId);
  }

  #adopt(webviewPanel: WebviewPanel, source: Source, runId: RunId): void {
    const { extensionUri, clock, log, act, files, states } = this.#parts;
    const panel = new RunPanel({
      panel: webviewPanel,
      source,
      runId,
      extensionUri,
      clock,
      log,
      act: async (wanted) => act(wanted, source, runId),
      files,
      states,
      onReady: () => this.#didReady.fire(runId),
    });
    this.#panels.set(runId, panel);
    states.keepOpened({ runId, title: webviewPanel.title }).catch((error: unknown) => {
      log.error('It could not be kept which panel is open.', error);
    });
    webviewPanel.onDidDispose(() => {
      this.#panels.delete(runId);
      panel.dispose();
    });
    panel.start();
  }

  /** Ids are unique over all sources; when none knows the run, the first one says so in the panel. */
  async #findSource(runId: RunId): Promise<Source> {
    const [first, ...others] = this.#parts.sources;
    if (!first) throw new Error('There is no source.');
    for (const source of others.length > 0 ? this.#parts.sources : []) {
      try {
        await source.run(runId);
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
