/** A run's panel: one webview whose view is re-created each time it is shown; while it is hidden it costs nothing. */
import { ThemeIcon, Uri, type WebviewOptions, type WebviewPanel } from 'vscode';
import { type Disposable, DisposableSlot, DisposableStore } from '../../base/lifecycle';
import type { Run } from '../../model/run';
import type { RunId } from '../../model/ids';
import type { Source } from '../../core/source';
import { panelHtml } from './panelHtml';
import { RunPanelSession, type SessionParts } from './runPanelSession';

export interface RunPanelParts extends Omit<SessionParts, 'surface'> {
  /** Not owned: it is the editor's, which keeps it for the window's next life. */
  readonly panel: WebviewPanel;
  readonly extensionUri: Uri;
}

/** Given to a panel when it is made, they cost no message of their own. */
export const webviewOptions = (extensionUri: Uri): WebviewOptions => ({
  enableScripts: true,
  localResourceRoots: [Uri.joinPath(extensionUri, 'dist', 'webview'), Uri.joinPath(extensionUri, 'media')],
});

export class RunPanel implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #parts: RunPanelParts;
  readonly #session = this.#owned.own(new DisposableSlot<RunPanelSession>());
  #wasVisible = true;

  constructor(parts: RunPanelParts) {
    this.#parts = parts;
  }

  get source(): Source {
    return this.#parts.source;
  }

  get runId(): RunId {
    return this.#parts.runId;
  }

  get isActive(): boolean {
    return this.#parts.panel.active;
  }

  start(): void {
    const { panel, source, runId, extensionUri, states } = this.#parts;
    panel.iconPath = new ThemeIcon('graph-line');
    // Those that it was made with, unless VS Code has made it anew.
    panel.webview.options = webviewOptions(extensionUri);
    this.#owned.own(
      source.onDidChangeRuns(({ runs }) => {
        const run = runs.find(({ id }) => id === runId);
        if (run) this.#showTitle(run);
      }),
    );
    this.#owned.own(panel.onDidChangeViewState(() => this.#followVisibility()));
    this.#startSession();
    if (panel.visible) this.#prepare();
    const fileUri = (name: string): string =>
      panel.webview.asWebviewUri(Uri.joinPath(extensionUri, 'dist', 'webview', name)).toString();
    const state = states.find(runId);
    panel.webview.html = panelHtml({
      title: panel.title,
      cspSource: panel.webview.cspSource,
      script: fileUri('run.js'),
      style: fileUri('run.css'),
      element: 'sidelab-run-panel',
      runId,
      ...(state ? { stateJson: JSON.stringify(state) } : {}),
    });
  }

  #showTitle(run: Run): void {
    if (this.#parts.panel.title !== run.name) this.#parts.panel.title = run.name;
  }

  reveal(preserveFocus: boolean): void {
    this.#parts.panel.reveal(undefined, preserveFocus);
  }

  /** Hiding ends a session and starts the next at once, deaf until the view speaks: its first word is never lost. */
  #followVisibility(): void {
    const { visible } = this.#parts.panel;
    if (this.#wasVisible && !visible) this.#startSession();
    if (!this.#wasVisible && visible) this.#prepare();
    this.#wasVisible = visible;
  }

  /** Its view is being loaded now, which takes longer than to read what it will show. */
  #prepare(): void {
    const { states, runId } = this.#parts;
    this.#session.current?.prepare(states.find(runId)?.tab ?? 'charts');
  }

  #startSession(): void {
    const { panel, onReady } = this.#parts;
    const session = new RunPanelSession({
      ...this.#parts,
      surface: panel.webview,
      onReady: (run) => {
        this.#showTitle(run);
        onReady(run);
      },
    });
    this.#session.set(session);
    session.start();
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
