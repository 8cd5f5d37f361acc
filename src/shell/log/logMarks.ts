/** What is to be known of the lines of a log: what went wrong, and which files they mention. Looks at a line once, when asked. */
import { fileMentions, type FileMention } from '../../core/output/fileMentions';
import { type Trouble, TroubleScanner } from '../../core/output/troubleScanner';
import type { OutputText } from './outputText';

/** Of more, those of the last lines. */
const mostMentions = 4000;

export interface LineMention extends FileMention {
  /** Of those that `OutputText` has, by index. */
  readonly index: number;
}

export class LogMarks {
  readonly #output: OutputText;
  #scanner = new TroubleScanner();
  #mentions: { readonly number: number; readonly mention: FileMention }[] = [];
  #generation = -1;
  /** The first line that was not looked at. */
  #next = 0;
  #newestLink = -1;

  constructor(output: OutputText) {
    this.#output = output;
  }

  /** What went wrong, with lines by their index; what has lost its beginning begins with the first line. */
  get troubles(): readonly Trouble[] {
    this.#catchUp();
    const { firstNumber } = this.#output;
    return this.#scanner.troubles
      .filter(({ at }) => at >= firstNumber)
      .map((trouble) => ({
        ...trouble,
        start: Math.max(0, trouble.start - firstNumber),
        end: trouble.end - firstNumber,
        at: trouble.at - firstNumber,
      }));
  }

  get mentions(): readonly LineMention[] {
    this.#catchUp();
    const { firstNumber } = this.#output;
    return this.#mentions
      .filter(({ number }) => number >= firstNumber)
      .map(({ number, mention }) => ({ ...mention, index: number - firstNumber }));
  }

  /** Number of the last line that has something to be linked, counted as by `OutputText`; -1 while there is none. */
  get newestLink(): number {
    this.#catchUp();
    return this.#newestLink;
  }

  #catchUp(): void {
    const { generation, firstNumber, lines } = this.#output;
    if (generation !== this.#generation) {
      this.#generation = generation;
      this.#scanner = new TroubleScanner();
      this.#mentions = [];
      this.#next = 0;
      this.#newestLink = -1;
    }
    for (let index = Math.max(0, this.#next - firstNumber); index < lines.length; index += 1) {
      const { text, links } = lines[index] ?? { text: '', links: [] };
      const number = firstNumber + index;
      this.#scanner.push(text, number);
      const mentions = fileMentions(text);
      for (const mention of mentions) this.#mentions.push({ number, mention });
      if (mentions.length + links.length > 0) this.#newestLink = number;
    }
    this.#next = firstNumber + lines.length;
    if (this.#mentions.length > mostMentions * 2) this.#mentions = this.#mentions.slice(-mostMentions);
  }
}
