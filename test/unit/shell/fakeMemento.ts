/** What a window keeps, in memory; copied as VS Code does it. */
export class FakeMemento {
  readonly #kept = new Map<string, string>();

  get<T>(key: string): T | undefined;
  get<T>(key: string, fallback: T): T;
  get<T>(key: string, fallback?: T): T | undefined {
    const kept = this.#kept.get(key);
    return kept === undefined ? fallback : (JSON.parse(kept) as T);
  }

  async update(key: string, value: unknown): Promise<void> {
    this.#kept.set(key, JSON.stringify(value));
  }
}
