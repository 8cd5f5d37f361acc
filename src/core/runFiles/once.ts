/** What the tasks of one run file have in common is looked up once: a program in PATH, a conda environment. */
export class Once {
  readonly #made = new Map<string, Promise<unknown>>();

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
}
