/** A run's panel: one webview whose view is re-created each time it is shown; while it is hidden it costs nothing. */
import { ThemeIcon, type Uri, type WebviewPanel } from 'vscode';
import { DisposableSlot, DisposableStore } from '../../base/lifecycle';
import type { Run } from '../../model/run';
import type { RunId } from '../../model/ids';
import type { Source } from '../../core/source';
import { surfaceOf } from './messageSurface';
import type { PageStart } from './pageStart';
import { fillPage } from './panelPage';
import type { LivePanel } from './panelSet';
import { RunPanelSession, type SessionParts } from './runPanelSession';
import type { RunPictures } from './runPictures';
import { ViewLives } from './viewLives';

/**
 * Longer the page does not wait for its first picture. VS Code takes about as long until it can show any page, and most pictures are
 * there in a fraction of it.
 */
const pictureMs = 250;

export interface RunPanelParts extends Omit<SessionParts, 'surface'> {
  /** Not owned: it is the editor's, which keeps it for the window's next life. */
  readonly panel: WebviewPanel;
  readonly extensionUri: Uri;
  readonly start: PageStart;
  readonly pictures: RunPictures;
}

export class RunPanel implements LivePanel {
  readonly #owned = new DisposableStore();
  readonly #parts: RunPanelParts;
  readonly #lives: ViewLives<RunPanelSession>;
  #isOver = false;

  constructor(parts: RunPanelParts) {
    this.#parts = parts;
    this.#lives = this.#owned.own(new ViewLives(parts.panel, () => this.#makeSession()));
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
    const { panel, source, runId } = this.#parts;
    panel.iconPath = new ThemeIcon('graph-line');
    this.#owned.own(
      source.onDidChangeRuns(({ runs }) => {
        const run = runs.find(({ id }) => id === runId);
        if (run) this.#showTitle(run);
      }),
    );
    this.#lives.start();
    void this.#fillSoon();
  }

  /** With a picture when there is one in time. Never rejects. */
  async #fillSoon(): Promise<void> {
    const { clock, log } = this.#parts;
    const late = this.#owned.own(new DisposableSlot());
    try {
      const picture = await Promise.race([
        this.#drawPicture(),
        new Promise<undefined>((resolve) => late.set(clock.after(pictureMs, () => resolve(undefined)))),
      ]);
      late.set(undefined);
      // It may have been closed meanwhile.
      if (!this.#isOver) this.#fill(picture);
    } catch (error) {
      log.error('The page of a panel could not be made.', error);
    }
  }

  async #drawPicture(): Promise<string | undefined> {
    const { panel, pictures, states, runId } = this.#parts;
    const { tab = 'charts', charts } = states.find({ runId }) ?? {};
    const given = this.#lives.session?.given;
    return panel.visible && tab === 'charts' && given ? pictures.draw(given, charts) : undefined;
  }

  #fill(picture: string | undefined): void {
    const { panel, extensionUri, start, states, runId, clock } = this.#parts;
    const drawn = picture === undefined ? undefined : { html: picture, drawnAtMs: clock.nowMs() };
    fillPage(panel, { extensionUri, start, picture: drawn, name: 'run', state: states.find({ runId }) ?? { runId } });
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
    this.#isOver = true;
    this.#owned.dispose();
  }
}
