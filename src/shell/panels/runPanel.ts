/** A run's panel: one webview whose view is re-created each time it is shown; while it is hidden it costs nothing. */
import { ThemeIcon, Uri, type WebviewPanel } from 'vscode';
import { type Disposable, DisposableSlot, DisposableStore } from '../../base/lifecycle';
import type { Run } from '../../model/run';
import type { RunId } from '../../model/ids';
import type { Source } from '../../core/source';
import { toPageText } from '../../protocol/pageData';
import type { GivenSnapshot } from '../../protocol/runPanel';
import { panelHtml } from './panelHtml';
import { RunPanelSession, type SessionParts } from './runPanelSession';

/** About what VS Code takes from making a webview to wanting its page. */
const giveLimitMs = 100;

export interface RunPanelParts extends Omit<SessionParts, 'surface'> {
  /** Not owned: it is the editor's, which keeps it for the window's next life. */
  readonly panel: WebviewPanel;
  readonly extensionUri: Uri;
}

export class RunPanel implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #parts: RunPanelParts;
  readonly #session = this.#owned.own(new DisposableSlot<RunPanelSession>());
  #wasVisible = true;
  /** The page has a snapshot in it. */
  #isGiven = false;

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
    const { panel, source, runId, extensionUri } = this.#parts;
    panel.iconPath = new ThemeIcon('graph-line');
    panel.webview.options = {
      enableScripts: true,
      localResourceRoots: [Uri.joinPath(extensionUri, 'dist', 'webview'), Uri.joinPath(extensionUri, 'media')],
    };
    this.#owned.own(
      source.onDidChangeRuns(({ runs }) => {
        const run = runs.find(({ id }) => id === runId);
        if (run) this.#showTitle(run);
      }),
    );
    this.#owned.own(panel.onDidChangeViewState(() => this.#followVisibility()));
    this.#startSession();
    if (panel.visible) void this.#openPage();
    else this.#showPage();
  }

  /** The page comes with what it shows when that is there as soon as VS Code has made room for a page. */
  async #openPage(): Promise<void> {
    this.#prepare();
    const given = await this.#session.current?.give(giveLimitMs);
    if (!this.#owned.isDisposed) this.#showPage(given);
  }

  #showPage(given?: GivenSnapshot): void {
    const { panel, runId, extensionUri, states } = this.#parts;
    const fileUri = (name: string): string =>
      panel.webview.asWebviewUri(Uri.joinPath(extensionUri, 'dist', 'webview', name)).toString();
    const state = states.find(runId);
    this.#isGiven = given !== undefined;
    panel.webview.html = panelHtml({
      title: panel.title,
      cspSource: panel.webview.cspSource,
      script: fileUri('run.js'),
      style: fileUri('run.css'),
      element: 'sidelab-run-panel',
      runId,
      ...(state ? { stateJson: JSON.stringify(state) } : {}),
      ...(given ? { givenJson: toPageText(given) } : {}),
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
    if (this.#wasVisible && !visible) {
      this.#startSession();
      // The next life of the view begins with the same page, when what it was given is long past.
      if (this.#isGiven) this.#showPage();
    }
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
