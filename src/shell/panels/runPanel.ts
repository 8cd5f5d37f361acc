/** A run's panel: one webview whose view is re-created each time it is shown; while it is hidden it costs nothing. */
import { ThemeIcon, type Uri, type WebviewPanel } from 'vscode';
import { DisposableStore } from '../../base/lifecycle';
import type { Run } from '../../model/run';
import type { RunId } from '../../model/ids';
import type { Source } from '../../core/source';
import { surfaceOf } from './messageSurface';
import { fillPage } from './panelPage';
import type { LivePanel } from './panelSet';
import { RunPanelSession, type SessionParts } from './runPanelSession';
import { ViewLives } from './viewLives';

export interface RunPanelParts extends Omit<SessionParts, 'surface'> {
  /** Not owned: it is the editor's, which keeps it for the window's next life. */
  readonly panel: WebviewPanel;
  readonly extensionUri: Uri;
}

export class RunPanel implements LivePanel {
  readonly #owned = new DisposableStore();
  readonly #parts: RunPanelParts;

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

  get isVisible(): boolean {
    return this.#parts.panel.visible;
  }

  start(): void {
    const { panel, source, runId, extensionUri, states } = this.#parts;
    panel.iconPath = new ThemeIcon('graph-line');
    this.#owned.own(
      source.onDidChangeRuns(({ runs }) => {
        const run = runs.find(({ id }) => id === runId);
        if (run) this.#showTitle(run);
      }),
    );
    this.#owned.own(new ViewLives(panel, () => this.#makeSession())).start();
    fillPage(panel, { extensionUri, name: 'run', state: states.find({ runId }) ?? { runId } });
  }

  #showTitle(run: Run): void {
    if (this.#parts.panel.title !== run.name) this.#parts.panel.title = run.name;
  }

  reveal(preserveFocus: boolean): void {
    this.#parts.panel.reveal(undefined, preserveFocus);
  }

  #makeSession(): RunPanelSession {
    const { panel, onReady } = this.#parts;
    return new RunPanelSession({
      ...this.#parts,
      surface: surfaceOf(panel),
      onReady: (run) => {
        this.#showTitle(run);
        onReady(run);
      },
    });
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
