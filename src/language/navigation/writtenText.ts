/** A JSON string as it stands in its file: which characters of the file make which of the text. */
import type { Node } from 'jsonc-parser';

/** As the scanner reads them: what is no escape stands for nothing. */
const escapes = /\\(?:u([0-9a-fA-F]{0,4})|[^]?)/y;

export class WrittenText {
  readonly #start: number;
  /** Of each character of the text, and of its end, when an escape moves those behind it. */
  readonly #offsets: readonly number[] | undefined;

  /** `node` is a string or the name of a property, `source` the file. */
  constructor(source: string, { offset, length }: Pick<Node, 'offset' | 'length'>) {
    this.#start = offset + 1;
    const isClosed = length > 1 && source[offset + length - 1] === '"';
    const raw = source.slice(offset + 1, offset + length - (isClosed ? 1 : 0));
    this.#offsets = raw.includes('\\') ? offsetsOf(raw, this.#start) : undefined;
  }

  /** Where the character of the text with this index begins in the file. */
  offsetAt(index: number): number {
    return this.#offsets ? (this.#offsets[index] ?? this.#offsets.at(-1) ?? this.#start) : this.#start + index;
  }
}

function offsetsOf(raw: string, start: number): number[] {
  const offsets: number[] = [];
  let at = 0;
  while (at < raw.length) {
    escapes.lastIndex = at;
    const escape = raw[at] === '\\' ? escapes.exec(raw) : null;
    if (!escape || isCharacter(escape[0])) offsets.push(start + at);
    at += escape ? escape[0].length : 1;
  }
  return [...offsets, start + at];
}

const isCharacter = (escape: string): boolean => /^\\(?:u[0-9a-fA-F]{4}|["\\/bfnrt])$/.test(escape);

/** A text as it is written within the quotes of a JSON string. */
export const withinQuotes = (text: string): string => JSON.stringify(text).slice(1, -1);
