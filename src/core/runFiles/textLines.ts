/**
 * A text with its lines: offsets as lines and columns, and back. Also the document that the JSON service reads; its own
 * is out of reach under Node, where the package is CommonJS whose re-exports no import finds.
 */
import type { Position, Range, TextDocument } from 'vscode-json-languageservice';

export class TextLines implements TextDocument {
  readonly uri: string;
  readonly languageId = 'jsonc';
  readonly version = 1;
  readonly text: string;
  #found: readonly number[] | undefined;

  constructor(text: string, path = '') {
    this.text = text;
    this.uri = `file:///${encodeURIComponent(path)}`;
  }

  get #starts(): readonly number[] {
    this.#found ??= startsOfLines(this.text);
    return this.#found;
  }

  /** Both count from 1, as editors show them. */
  placeAt(offset: number): { readonly line: number; readonly column: number } {
    const { line, character } = this.positionAt(offset);
    return { line: line + 1, column: character + 1 };
  }

  get lineCount(): number {
    return this.#starts.length;
  }

  getText(range?: Range): string {
    return range ? this.text.slice(this.offsetAt(range.start), this.offsetAt(range.end)) : this.text;
  }

  positionAt(offset: number): Position {
    // The last line that starts at the offset or before: of a megabyte they are many, and this is asked for each problem.
    let [line, end] = [0, this.#starts.length];
    while (end - line > 1) {
      const middle = (line + end) >>> 1;
      if ((this.#starts[middle] ?? 0) <= offset) line = middle;
      else end = middle;
    }
    return { line, character: offset - (this.#starts[line] ?? 0) };
  }

  offsetAt({ line, character }: Position): number {
    return Math.min((this.#starts[line] ?? this.text.length) + character, this.text.length);
  }

  getLineRange(line: number): Range {
    const start = { line, character: 0 };
    const whole = this.text.slice(this.offsetAt(start), this.#starts[line + 1] ?? this.text.length);
    return { start, end: { line, character: whole.replace(/[\r\n]+$/, '').length } };
  }

  getEOLCharacters(line: number): string {
    return this.text.slice(this.offsetAt(this.getLineRange(line).end), this.#starts[line + 1] ?? this.text.length);
  }
}

/** Without patterns: of fifty thousand lines they would make as many objects. */
function startsOfLines(text: string): number[] {
  const starts = [0];
  if (!text.includes('\r')) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    return starts;
  }
  const [lineFeed, carriageReturn] = [10, 13];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === carriageReturn && text.charCodeAt(at + 1) === lineFeed) continue;
    if (code === lineFeed || code === carriageReturn) starts.push(at + 1);
  }
  return starts;
}
