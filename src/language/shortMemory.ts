/** What was asked a moment ago is not asked again: an editor asks with each movement of the cursor. */

/** Of few things at once: the file that is looked at, and its tasks. */
const mostKept = 20;

export class ShortMemory<T> {
  readonly #keepMs: number;
  readonly #now: () => number;
  readonly #kept = new Map<string, { readonly answer: Promise<T>; readonly atMs: number }>();

  constructor(keepMs: number, now: () => number = () => performance.now()) {
    this.#keepMs = keepMs;
    this.#now = now;
  }

  /** What failed is asked again. */
  async get(key: string, ask: () => Promise<T>): Promise<T> {
    const now = this.#now();
    for (const [each, { atMs }] of this.#kept) if (now - atMs >= this.#keepMs) this.#kept.delete(each);
    const known = this.#kept.get(key);
    if (known) return known.answer;
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= mostKept && oldest !== undefined) this.#kept.delete(oldest);
    const answer = ask();
    this.#kept.set(key, { answer, atMs: now });
    try {
      return await answer;
    } catch (error) {
      if (this.#kept.get(key)?.answer === answer) this.#kept.delete(key);
      throw error;
    }
  }
}
