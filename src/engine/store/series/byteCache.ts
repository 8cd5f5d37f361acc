/** What was used last, up to a size. */
export class ByteCache<T> {
  readonly #capacityBytes: number;
  /** In the order of use, the oldest first. */
  readonly #held = new Map<number, { readonly value: T; readonly sizeBytes: number }>();
  #sizeBytes = 0;

  constructor(capacityBytes: number) {
    this.#capacityBytes = capacityBytes;
  }

  get(key: number): T | undefined {
    const held = this.#held.get(key);
    if (!held) return undefined;
    this.#held.delete(key);
    this.#held.set(key, held);
    return held.value;
  }

  set(key: number, value: T, sizeBytes: number): void {
    this.#sizeBytes += sizeBytes - (this.#held.get(key)?.sizeBytes ?? 0);
    this.#held.delete(key);
    this.#held.set(key, { value, sizeBytes });
    for (const [oldest, { sizeBytes: freed }] of this.#held) {
      if (this.#sizeBytes <= this.#capacityBytes) return;
      this.#held.delete(oldest);
      this.#sizeBytes -= freed;
    }
  }

  clear(): void {
    this.#held.clear();
    this.#sizeBytes = 0;
  }
}
