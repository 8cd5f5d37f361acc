/**
 * The editor fills variables in what a debugger is told (`${env:HOME}`, `${command:…}`), also in a word that a run file means
 * as it stands, and knows no way to write one that stays. So such texts travel as marks, and come back when it is done; those
 * that nobody should see on the way as well.
 */
export class KeptTexts {
  readonly #texts = new Map<string, string>();
  readonly #mark: string;
  readonly #secrets: readonly string[];

  /** `id` is another one for each session. */
  constructor(id: string, secrets: Iterable<string> = []) {
    this.#mark = `sidelab-text-${id}-`;
    this.#secrets = [...secrets].filter((secret) => secret !== '');
  }

  /** A copy of `value` in which the editor finds nothing to fill. */
  hide<T>(value: T): T {
    return mapTexts(value, (text) => (this.#isKept(text) ? this.#keep(text) : text));
  }

  /** The texts in their places again, wherever they were taken meanwhile. */
  restore<T>(value: T): T {
    return mapTexts(value, (text) =>
      text.includes(this.#mark)
        ? text.replaceAll(new RegExp(`${this.#mark}\\d+;`, 'g'), (mark) => this.#texts.get(mark) ?? mark)
        : text,
    );
  }

  #isKept(text: string): boolean {
    return text.includes('${') || this.#secrets.some((secret) => text.includes(secret));
  }

  #keep(text: string): string {
    const mark = `${this.#mark}${this.#texts.size};`;
    this.#texts.set(mark, text);
    return mark;
  }
}

/** Of what is only texts, lists and objects of them, all else is left as it is. */
function mapTexts<T>(value: T, change: (text: string) => string): T {
  const map = (part: unknown): unknown => {
    if (typeof part === 'string') return change(part);
    if (Array.isArray(part)) return part.map(map);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, map(inner)]));
  };
  return map(value) as T;
}
