/** Owning what must be ended: timers, sockets, listeners. Disposing is sync and idempotent, last in first out. */
export interface Disposable {
  dispose(): void;
}

export function toDisposable(dispose: () => void): Disposable {
  let done = false;
  return {
    dispose() {
      if (done) return;
      done = true;
      dispose();
    },
  };
}

export class DisposableStore implements Disposable {
  readonly #owned: Disposable[] = [];
  #disposed = false;

  get isDisposed(): boolean {
    return this.#disposed;
  }

  /** Takes `item` over. What arrives after the end is disposed at once, so that late arrivals do not leak. */
  own<T extends Disposable>(item: T): T {
    if (this.#disposed) item.dispose();
    else this.#owned.push(item);
    return item;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    const errors: unknown[] = [];
    for (const item of this.#owned.splice(0).reverse()) {
      try {
        item.dispose();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, 'Some of what was owned could not be disposed.');
  }
}

/** Holds at most one thing; setting another disposes the one before. After its own end it disposes what it is given. */
export class DisposableSlot<T extends Disposable = Disposable> implements Disposable {
  #item: T | undefined;
  #disposed = false;

  get current(): T | undefined {
    return this.#item;
  }

  set(item: T | undefined): void {
    if (this.#disposed) {
      item?.dispose();
      return;
    }
    const before = this.#item;
    this.#item = item;
    if (before !== item) before?.dispose();
  }

  dispose(): void {
    this.set(undefined);
    this.#disposed = true;
  }
}
