/**
 * The lives of a panel's view, one after another: VS Code drops the view when it is hidden and makes it anew when it is shown,
 * so a hidden panel costs nothing. Hiding ends a session and starts the next at once, deaf until the view speaks: its first
 * word is never lost.
 */
import type { WebviewPanel } from 'vscode';
import { type Disposable, DisposableSlot, DisposableStore } from '../../base/lifecycle';

export interface ViewSession extends Disposable {
  start(): void;
  /** The view is being loaded now, which takes longer than to read what it will show. */
  prepare(): void;
}

export class ViewLives<Session extends ViewSession> implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #panel: WebviewPanel;
  readonly #makeSession: () => Session;
  readonly #session = this.#owned.own(new DisposableSlot<Session>());
  #wasVisible = true;

  constructor(panel: WebviewPanel, makeSession: () => Session) {
    this.#panel = panel;
    this.#makeSession = makeSession;
  }

  get session(): Session | undefined {
    return this.#session.current;
  }

  start(): void {
    this.#owned.own(this.#panel.onDidChangeViewState(() => this.#followVisibility()));
    this.#startSession();
    if (this.#panel.visible) this.session?.prepare();
  }

  #followVisibility(): void {
    const { visible } = this.#panel;
    if (this.#wasVisible && !visible) this.#startSession();
    if (!this.#wasVisible && visible) this.session?.prepare();
    this.#wasVisible = visible;
  }

  #startSession(): void {
    const session = this.#makeSession();
    this.#session.set(session);
    session.start();
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
