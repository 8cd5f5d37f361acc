/** Texts cut to the room that they have: measured once for each text, font and room. */

/** What measures: a canvas' context with the font set. */
export interface Measure {
  (text: string, font: string): number;
}

const mostKept = 20_000;

export class FittedText {
  readonly #measure: Measure;
  readonly #kept = new Map<string, string>();

  constructor(measure: Measure) {
    this.#measure = measure;
  }

  fit(text: string, font: string, mostPx: number): string {
    const key = `${font}|${Math.round(mostPx)}|${text}`;
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const fitted = this.#cut(text, font, mostPx);
    // Texts with durations are new each second.
    if (this.#kept.size >= mostKept) this.#kept.clear();
    this.#kept.set(key, fitted);
    return fitted;
  }

  #cut(text: string, font: string, mostPx: number): string {
    // Nothing that is shown is longer; measuring a whole megabyte would take its time.
    const short = text.slice(0, 400);
    if (short.length === text.length && this.#measure(text, font) <= mostPx) return text;
    const letters = [...new Intl.Segmenter().segment(short)].map(({ segment }) => segment);
    let [least, most] = [0, letters.length];
    while (least < most) {
      const middle = Math.ceil((least + most) / 2);
      if (this.#measure(`${letters.slice(0, middle).join('').trimEnd()}…`, font) <= mostPx) least = middle;
      else most = middle - 1;
    }
    return `${letters.slice(0, least).join('').trimEnd()}…`;
  }
}
