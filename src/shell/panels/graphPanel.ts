/** A graph's panel: one webview whose view is re-created each time it is shown; while it is hidden it costs nothing. */
import { l10n, ThemeIcon, type Uri, type WebviewPanel } from 'vscode';
import { DisposableStore } from '../../base/lifecycle';
import type { RunId } from '../../model/ids';
import type { GraphSubject } from '../../protocol/graphPanel';
import { GraphPanelSession, type GraphSessionParts } from './graphPanelSession';
import { surfaceOf } from './messageSurface';
import type { PageStart } from './pageStart';
import { fillPage } from './panelPage';
import type { LivePanel } from './panelSet';
import { ViewLives } from './viewLives';

export interface GraphPanelParts extends Omit<GraphSessionParts, 'surface' | 'onSnapshot'> {
  /** Not owned: it is the editor's, which keeps it for the window's next life. */
  readonly panel: WebviewPanel;
  readonly extensionUri: Uri;
  readonly start: PageStart;
  /** The view has its graph. */
  readonly onReady: () => void;
}

export class GraphPanel implements LivePanel {
  readonly #owned = new DisposableStore();
  readonly #parts: GraphPanelParts;
  readonly #lives: ViewLives<GraphPanelSession>;

  constructor(parts: GraphPanelParts) {
    this.#parts = parts;
    this.#owned.own(parts.shown);
    this.#lives = this.#owned.own(new ViewLives(parts.panel, () => this.#makeSession()));
  }

  get subject(): GraphSubject {
    return this.#parts.subject;
  }

  get isActive(): boolean {
    return this.#parts.panel.active;
  }

  get isVisible(): boolean {
    return this.#parts.panel.visible;
  }

  start(): void {
    const { panel, extensionUri, start, states, subject } = this.#parts;
    panel.iconPath = new ThemeIcon('type-hierarchy');
    this.#lives.start();
    fillPage(panel, { extensionUri, start, name: 'graph', state: states.find({ subject }) ?? { subject } });
  }

  reveal(preserveFocus: boolean): void {
    this.#parts.panel.reveal(undefined, preserveFocus);
  }

  /** Of a run that is no node of this graph nothing is shown. */
  showSelected(runId: RunId): void {
    this.#lives.session?.showSelected(runId);
  }

  #makeSession(): GraphPanelSession {
    const { panel, subject, onReady } = this.#parts;
    return new GraphPanelSession({
      ...this.#parts,
      surface: surfaceOf(panel),
      onSnapshot: ({ name }) => {
        const title = titleOf(subject, name);
        if (panel.title !== title) panel.title = title;
        onReady();
      },
    });
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

/** `name` is the run's; a file has its own. */
export const titleOf = (subject: GraphSubject, name: string): string =>
  subject.kind === 'run'
    ? l10n.t('Graph of {0}', name)
    : l10n.t('Preview {0}', decodeURIComponent(subject.file.split('/').at(-1) ?? name));
