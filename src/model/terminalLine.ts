/**
 * One line as a terminal draws it: what is written after a carriage return or a backspace goes over what stands there, and
 * what it does not reach stays. Works on bytes, so that what is no UTF-8 is kept as it is; a write may end anywhere, inside
 * a character or an escape sequence too.
 */
import { characterWidth } from './characterWidth';

const escape = 0x1b;

/** Wider than any terminal; a line that grows beyond it is not one that is drawn over. */
const maxColumns = 65_536;
/** Longer control sequences are taken for what they are not. */
const maxSequenceBytes = 4096;
const maxMarks = 32;

interface Cell {
  /** Bytes of the character with its marks, one per UTF-16 unit; empty for the second column of a wide one. */
  text: string;
  /** The control sequences that set its colours. */
  pen: string;
}

export class TerminalLine {
  #cells: (Cell | undefined)[] = [];
  #column = 0;
  #pen = '';
  /** The beginning of what the next write completes. */
  #held: number[] = [];
  #isClear = true;

  /** False when it moved the cursor to other lines, or otherwise did what one line cannot show. */
  get isClear(): boolean {
    return this.#isClear;
  }

  write(bytes: Uint8Array): void {
    let input = bytes;
    if (this.#held.length > 0) {
      input = new Uint8Array(this.#held.length + bytes.byteLength);
      input.set(this.#held);
      input.set(bytes, this.#held.length);
      this.#held = [];
    }
    for (let at = 0; at < input.byteLength;) {
      const taken = this.#take(input, at);
      if (taken === 0) {
        this.#held = [...input.subarray(at)];
        return;
      }
      at += taken;
    }
  }

  /** What is to be seen, in bytes; blanks at its end are not. The colours go on as the writer left them. */
  get shown(): Uint8Array {
    let end = this.#cells.length;
    while (end > 0 && isBlank(this.#cells[end - 1])) end -= 1;
    let text = '';
    let pen = '';
    const change = (next: string): void => {
      if (next === pen) return;
      text += (pen === '' ? '' : '\x1b[0m') + next;
      pen = next;
    };
    for (const cell of this.#cells.slice(0, end)) {
      change(cell?.pen ?? '');
      text += cell?.text ?? ' ';
    }
    change(this.#pen);
    return Uint8Array.from(text, (byte) => byte.charCodeAt(0));
  }

  /** Takes what stands at the position; returns how many bytes that is, 0 when its end is still to come. */
  #take(input: Uint8Array, at: number): number {
    const byte = input[at] ?? 0;
    if (byte >= 0x20 && byte < 0x7f) return this.#put(String.fromCharCode(byte), 1, 1);
    if (byte === escape) return this.#takeSequence(input, at);
    if (byte >= 0x80) return this.#takeCharacter(input, at, byte);
    if (byte === 13) this.#column = 0;
    else if (byte === 8) this.#column = Math.max(0, this.#column - 1);
    else if (byte === 9) this.#column = Math.min(maxColumns, (this.#column | 7) + 1);
    else if (byte === 11 || byte === 12) this.#isClear = false;
    // The rest rings, or does nothing.
    return 1;
  }

  #takeCharacter(input: Uint8Array, at: number, lead: number): number {
    const length =
      lead >= 0xf0 && lead < 0xf5 ? 4 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xc2 && lead < 0xe0 ? 2 : 1;
    let codePoint = length === 1 ? lead : lead & (0xff >> (length + 1));
    let text = String.fromCharCode(lead);
    for (let index = 1; index < length; index += 1) {
      const next = input[at + index];
      if (next === undefined) return 0;
      // No UTF-8: the byte by itself.
      if ((next & 0xc0) !== 0x80) return this.#put(String.fromCharCode(lead), 1, 1);
      codePoint = (codePoint << 6) | (next & 0x3f);
      text += String.fromCharCode(next);
    }
    const isOne = length > 1 && codePoint <= 0x10ffff;
    return this.#put(
      isOne ? text : String.fromCharCode(lead),
      isOne ? characterWidth(codePoint) : 1,
      isOne ? length : 1,
    );
  }

  #put(text: string, width: 0 | 1 | 2, taken: number): number {
    if (this.#column + width > maxColumns) {
      this.#isClear = false;
      return taken;
    }
    if (width === 0) {
      const before = this.#cells.findLast(
        (cell, index) => index < this.#column && cell !== undefined && cell.text !== '',
      );
      if (before && before.text.length < maxMarks) before.text += text;
      return taken;
    }
    for (let index = 0; index < width; index += 1) this.#clear(this.#column + index);
    while (this.#cells.length < this.#column) this.#cells.push(undefined);
    this.#cells[this.#column] = { text, pen: this.#pen };
    if (width === 2) this.#cells[this.#column + 1] = { text: '', pen: this.#pen };
    this.#column += width;
    return taken;
  }

  /** Of a wide character that is drawn over by half, nothing is left. */
  #clear(column: number): void {
    const cell = this.#cells[column];
    if (cell === undefined) return;
    if (cell.text === '' && column > 0) this.#cells[column - 1] = undefined;
    if (this.#cells[column + 1]?.text === '') this.#cells[column + 1] = undefined;
    this.#cells[column] = undefined;
  }

  #takeSequence(input: Uint8Array, at: number): number {
    const kind = input[at + 1];
    if (kind === undefined) return 0;
    const isTooLong = input.byteLength - at > maxSequenceBytes;
    if (kind === 0x5d) {
      // A title or a link: until BEL or ESC \.
      for (let end = at + 2; end < input.byteLength; end += 1) {
        if (input[end] === 7) return end + 1 - at;
        if (input[end] === escape && input[end + 1] === 0x5c) return end + 2 - at;
      }
      if (!isTooLong) return 0;
    } else if (kind === 0x5b) {
      for (let end = at + 2; end < input.byteLength; end += 1) {
        const final = input[end] ?? 0;
        if (final >= 0x40 && final < 0x7f) {
          this.#obey(String.fromCharCode(...input.subarray(at + 2, end)), String.fromCharCode(final));
          return end + 1 - at;
        }
      }
      if (!isTooLong) return 0;
    }
    // Saves the cursor, scrolls, selects letters, …: more than a line.
    this.#isClear = false;
    return 2;
  }

  /** Obeys ESC [ parameters final. */
  #obey(parameters: string, final: string): void {
    const count = Math.min(maxColumns, Number.parseInt(parameters, 10) || 0);
    if (final === 'm') this.#colour(parameters);
    else if (final === 'K') this.#erase(count);
    else if (final === 'J' && count === 0) this.#erase(0);
    else if (final === 'C') this.#column = Math.min(maxColumns, this.#column + Math.max(1, count));
    else if (final === 'D') this.#column = Math.max(0, this.#column - Math.max(1, count));
    else if (final === 'G') this.#column = Math.max(1, count) - 1;
    // Shows or hides the cursor, and other modes.
    else if (!((final === 'h' || final === 'l') && parameters.startsWith('?'))) this.#isClear = false;
  }

  #colour(parameters: string): void {
    const fresh = /^0*(;|$)/.test(parameters);
    const rest = fresh ? parameters.replace(/^0*;?/, '') : parameters;
    const pen = (fresh ? '' : this.#pen) + (rest === '' ? '' : `\x1b[${rest}m`);
    this.#pen = pen.length > maxMarks * 4 ? `\x1b[${rest}m` : pen;
  }

  #erase(which: number): void {
    if (which === 0) {
      this.#clear(this.#column);
      this.#cells.length = Math.min(this.#cells.length, this.#column);
    } else if (which === 1) {
      for (let column = 0; column <= Math.min(this.#column, this.#cells.length - 1); column += 1) this.#clear(column);
    } else this.#cells = [];
  }
}

const isBlank = (cell: Cell | undefined): boolean => cell === undefined || (cell.text === ' ' && cell.pen === '');
