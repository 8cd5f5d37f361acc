/** One place of the x axis that all charts point at: where the mouse is over one of them, or where the keys have walked. */
import { type Event, Emitter } from '../../../src/base/event';
import { type Disposable, DisposableStore } from '../../../src/base/lifecycle';

export interface CursorPlace {
  readonly x: number;
  /** The chart that has the mouse or the focus. */
  readonly chartId: string;
}

export class SharedCursor implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #didMove = this.#owned.own(new Emitter<void>());
  readonly onDidMove: Event<void> = this.#didMove.event;
  #place: CursorPlace | undefined;

  get place(): CursorPlace | undefined {
    return this.#place;
  }

  move(place: CursorPlace | undefined): void {
    if (place?.x === this.#place?.x && place?.chartId === this.#place?.chartId) return;
    this.#place = place;
    this.#didMove.fire();
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
