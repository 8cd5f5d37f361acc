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

/** Of an object that nobody changes: of thousands of keys a list takes a while. */
export function entriesOf<T>(object: Readonly<Record<string, T>>): readonly (readonly [key: string, value: T])[] {
  const known = entries.get(object) as readonly (readonly [key: string, value: T])[] | undefined;
  if (known) return known;
  const made = Object.entries(object);
  entries.set(object, made);
  return made;
}

const entries = new WeakMap<object, unknown>();

/** What `make` makes, made when it is first asked for. */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
