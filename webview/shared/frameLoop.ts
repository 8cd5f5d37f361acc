/**
 * One `requestAnimationFrame` for everything that draws. What is dirty is drawn once in the next frame, whatever the
 * number of changes since; nothing is drawn while the page is hidden, and no frame is asked for when nothing changed.
 * Many charts that change at once are spread over some frames, so that scrolling and typing stay fluid meanwhile: over many
 * where a frame costs little, over few where the browser takes long for each, which it does without a graphics card.
 */
import { type Disposable, DisposableStore, toDisposable } from '../../src/base/lifecycle';

export interface Drawable {
  /** Reads from the page what it needs; before anything is drawn, because what is drawn changes the page. */
  measure?(): void;
  draw(): void;
}

/** Drawing begins nothing new after this much of a frame: at least half of its 16 ms, and as much as it costs besides. */
const [leastBudgetMs, mostBudgetMs] = [8, 30];
/** Of the newest frame in what is known of a frame's cost. */
const newestShare = 0.3;

export class FrameLoop implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #dirty = new Set<Drawable>();
  #frame: number | undefined;
  /** What a frame in which something was drawn took besides the drawing; at first nothing is there that must stay fluid. */
  #costMs = mostBudgetMs;
  /** Nothing has been drawn yet: somebody waits for the first picture, whatever is in it. */
  #isFirst = true;
  /** When the drawing of the frame before ended, if this one follows at once. */
  #drawnAtMs: number | undefined;

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

  /** Nothing is left to be drawn. */
  get isIdle(): boolean {
    return this.#dirty.size === 0;
  }

  dispose(): void {
    this.#owned.dispose();
    this.#dirty.clear();
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
  }

  #schedule(): void {
    if (this.#frame !== undefined || this.#dirty.size === 0 || document.visibilityState === 'hidden') return;
    this.#frame = requestAnimationFrame(() => this.#drawFrame());
  }

  #drawFrame(): void {
    this.#frame = undefined;
    const nowMs = performance.now();
    if (this.#drawnAtMs !== undefined) this.#costMs += newestShare * (nowMs - this.#drawnAtMs - this.#costMs);
    const budgetMs = this.#isFirst ? leastBudgetMs : Math.min(mostBudgetMs, Math.max(leastBudgetMs, this.#costMs));
    this.#isFirst = false;
    const endMs = nowMs + budgetMs;
    for (const drawable of this.#dirty) drawable.measure?.();
    for (const drawable of this.#dirty) {
      this.#dirty.delete(drawable);
      drawable.draw();
      if (performance.now() >= endMs) break;
    }
    this.#drawnAtMs = this.#dirty.size > 0 ? performance.now() : undefined;
    this.#schedule();
  }
}
