/**
 * One `requestAnimationFrame` for everything that draws. What is dirty is drawn once in the next frame, whatever the
 * number of changes since; nothing is drawn while the page is hidden, and no frame is asked for when nothing changed.
 * Many charts that change at once are spread over some frames, so that scrolling and typing stay fluid meanwhile.
 */
import { type Disposable, DisposableStore, toDisposable } from '../../src/base/lifecycle';

export interface Drawable {
  draw(): void;
}

/** Drawing begins nothing new after this much of a frame's 16 ms. */
const budgetMs = 8;

export class FrameLoop implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #dirty = new Set<Drawable>();
  #frame: number | undefined;

  constructor() {
    const onVisible = (): void => this.#schedule();
    document.addEventListener('visibilitychange', onVisible);
    this.#owned.own(toDisposable(() => document.removeEventListener('visibilitychange', onVisible)));
  }

  invalidate(drawable: Drawable): void {
    this.#dirty.add(drawable);
    this.#schedule();
  }

  forget(drawable: Drawable): void {
    this.#dirty.delete(drawable);
  }

  dispose(): void {
    this.#owned.dispose();
    this.#dirty.clear();
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
  }

  #schedule(): void {
    if (this.#frame !== undefined || this.#dirty.size === 0 || document.visibilityState === 'hidden') return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = undefined;
      const endMs = performance.now() + budgetMs;
      for (const drawable of this.#dirty) {
        this.#dirty.delete(drawable);
        drawable.draw();
        if (performance.now() >= endMs) break;
      }
      this.#schedule();
    });
  }
}
