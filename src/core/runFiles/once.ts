/** What the tasks of one run file have in common is looked up once: a program in PATH, a conda environment. */
export class Once {
  readonly #made = new Map<string, Promise<unknown>>();
  readonly #known = new Map<string, unknown>();

  /** `key` names the question and all that its answer depends on; the same key always asks the same `make`. */
  async get<T>(key: readonly unknown[], make: () => Promise<T>): Promise<T> {
    const word = JSON.stringify(key);
    let made = this.#made.get(word) as Promise<T> | undefined;
    if (!made) {
      made = make();
      this.#made.set(word, made);
    }
    return made;
  }

  /** As `get`, for what is known without waiting. */
  now<T>(key: readonly unknown[], make: () => T): T {
    const word = JSON.stringify(key);
    if (!this.#known.has(word)) this.#known.set(word, make());
    return this.#known.get(word) as T;
  }
}

/** What `make` makes, made when it is first asked for. */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
