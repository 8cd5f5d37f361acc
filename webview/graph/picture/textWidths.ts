/** How wide texts are in the font of the theme: each measured once. */
import { FittedText } from './fittedText';

const mostKept = 20_000;

export class TextWidths {
  readonly #context = document.createElement('canvas').getContext('2d');
  readonly #kept = new Map<string, number>();
  readonly fitted = new FittedText((text, font) => this.#measure(text, font));

  widthOf(text: string, sizePx: number, fontFamily: string): number {
    return this.#measure(text, `${sizePx}px ${fontFamily}`);
  }

  #measure(text: string, font: string): number {
    const key = `${font}|${text}`;
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    if (!this.#context) return 0;
    this.#context.font = font;
    const { width } = this.#context.measureText(text);
    // Texts with durations are new each second.
    if (this.#kept.size >= mostKept) this.#kept.clear();
    this.#kept.set(key, width);
    return width;
  }
}
