/** Edits as people make them in a run file: keys typed one by one, values and lines changed, moved, taken away; torn texts too. */
import { SeededRandom } from '../../../support/seededRandom';

const typed = ['x', '"', '{', '}', '[', ']', ',', ':', '0', '7', '-', '.', ' ', '\n', '\\', '/', '*', '//', '/* */'];
const words = [
  '"a"',
  '"b"',
  '"task-1"',
  '"task-3"',
  '"tasks"',
  '"dependsOn": ["a"], ',
  '"dependsOn": "b", ',
  '"script": "true", ',
  '"cwd": "nowhere", ',
  '"parameters": { "lr": 0.1 }, ',
  '"sweep": { "over": { "parameters.lr": [1, 2] } }, ',
  '"retries": "three", ',
  '"command": ["node", "${parameters.lr}", "${tasks.a.outputs}", "--output", "out/x.bin"], ',
  '"task-2": { "command": ["node"] }, ',
  '{ "script": "true" }, ',
  'true',
  'null',
  '12345678901234567890',
  '"${tasks.task-1.outputs}"',
  '"sequential": true, ',
  '"algorithm": "nobody", ',
];

export class RandomEdits {
  readonly #random: SeededRandom;
  #removed = '';

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  /** The text after one edit; `whole` is what the text is again after a while, so that it is not torn for ever. */
  edit(text: string, whole: string): string {
    const random = this.#random;
    const at = random.below(text.length + 1);
    const some = at + random.below(random.below(4) === 0 ? 60 : 4);
    switch (random.below(12)) {
      case 0:
      case 1:
        return text.slice(0, at) + (random.pick(typed) ?? '') + text.slice(at);
      case 2:
        return text.slice(0, at) + text.slice(some);
      case 3:
      case 4: {
        // Where a word may stand.
        const place = this.#place(text, /[{[,]\s*/g);
        return text.slice(0, place) + (random.pick(words) ?? '') + text.slice(place);
      }
      case 5:
      case 6: {
        const [start, end] = this.#found(text, /"(?:[^"\\\n]|\\.)*"/g);
        return text.slice(0, start) + (random.pick(words.slice(0, 5)) ?? '') + text.slice(end);
      }
      case 7:
      case 8: {
        const [start, end] = this.#found(text, /^.*\n/gm);
        this.#removed = text.slice(start, end);
        return text.slice(0, start) + text.slice(end);
      }
      case 9: {
        const [start] = this.#found(text, /^.*\n/gm);
        return text.slice(0, start) + this.#removed + text.slice(start);
      }
      case 10: {
        const [start, end] = this.#found(text, /\d+/g);
        return text.slice(0, start) + String(random.below(1000)) + text.slice(end);
      }
      default:
        return whole;
    }
  }

  #place(text: string, pattern: RegExp): number {
    return this.#found(text, pattern)[1];
  }

  #found(text: string, pattern: RegExp): readonly [start: number, end: number] {
    const all = Array.from(text.matchAll(pattern), ({ 0: match, index }) => [index, index + match.length] as const);
    return this.#random.pick(all) ?? [0, 0];
  }
}
