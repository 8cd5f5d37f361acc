/**
 * Colours of a log: decorations of the lines in view and some around them, in the theme's terminal colours. The editor moves
 * decorations with their text, so what is coloured stays so while the log grows; they are set anew only where that changes something.
 */
import {
  type DecorationRenderOptions,
  Range,
  type TextEditor,
  type TextEditorDecorationType,
  ThemeColor,
  window,
} from 'vscode';
import type { Disposable } from '../../base/lifecycle';
import { type StyledSpan, styleKey, type TerminalColour, type TextStyle } from '../../model/styledText';
import type { LogPage } from './logPage';

/** Lines around those in view that are coloured with them: scrolling finds them so. */
const around = 300;
/** A picture in colours, or a hostile program: what goes beyond stays plain. */
const mostStyles = 200;
const mostRanges = 20_000;
/** Kept over all logs. */
const mostTypes = 400;

interface Painted {
  readonly page: LogPage;
  readonly first: number;
  readonly last: number;
  readonly styles: ReadonlySet<string>;
}

export class LogColours implements Disposable {
  readonly #types = new Map<string, TextEditorDecorationType>();
  #painted = new WeakMap<TextEditor, Painted>();

  /** The editor's document must say what the page does. */
  paint(editor: TextEditor, page: LogPage): void {
    const first = Math.max(0, (editor.visibleRanges[0]?.start.line ?? 0) - around);
    const last = Math.min(page.lines.length - 1, (editor.visibleRanges.at(-1)?.end.line ?? 0) + around);
    const before = this.#painted.get(editor);
    // Far enough in what is coloured already.
    const isInside = (was: Painted): boolean =>
      (first >= was.first - around / 2 || was.first === 0) &&
      (last <= was.last + around / 2 || was.last >= page.lines.length - 1);
    if (before?.page === page && isInside(before)) return;
    const ranges = rangesOf(page, first, last);
    if (this.#types.size + ranges.size > mostTypes) this.#forgetAll();
    for (const key of this.#painted.get(editor)?.styles ?? []) {
      const type = this.#types.get(key);
      if (type && !ranges.has(key)) editor.setDecorations(type, []);
    }
    for (const [key, { style, spans }] of ranges) editor.setDecorations(this.#typeOf(key, style), spans);
    this.#painted.set(editor, { page, first, last, styles: new Set(ranges.keys()) });
  }

  #typeOf(key: string, style: TextStyle): TextEditorDecorationType {
    const known = this.#types.get(key);
    if (known) return known;
    const type = window.createTextEditorDecorationType(optionsOf(style));
    this.#types.set(key, type);
    return type;
  }

  #forgetAll(): void {
    for (const type of this.#types.values()) type.dispose();
    this.#types.clear();
    this.#painted = new WeakMap();
  }

  dispose(): void {
    this.#forgetAll();
  }
}

interface StyleRanges {
  readonly style: TextStyle;
  readonly spans: Range[];
}

function rangesOf({ lines }: LogPage, first: number, last: number): Map<string, StyleRanges> {
  const ranges = new Map<string, StyleRanges>();
  let count = 0;
  const add = (line: number, { start, end, style }: StyledSpan): void => {
    const key = styleKey(style);
    let of = ranges.get(key);
    if (!of) {
      if (ranges.size >= mostStyles) return;
      ranges.set(key, (of = { style, spans: [] }));
    }
    of.spans.push(new Range(line, start, line, end));
    count += 1;
  };
  for (let line = first; line <= last && count < mostRanges; line += 1) {
    for (const span of lines[line]?.spans ?? []) add(line, span);
  }
  return ranges;
}

const names = ['Black', 'Red', 'Green', 'Yellow', 'Blue', 'Magenta', 'Cyan', 'White'];

function colourOf(colour: TerminalColour): ThemeColor | string {
  if (typeof colour === 'string') return colour;
  return new ThemeColor(`terminal.ansi${colour >= 8 ? 'Bright' : ''}${names[colour % 8]}`);
}

function optionsOf({ colour, background, inverse, ...style }: TextStyle): DecorationRenderOptions {
  const front = colour === undefined ? undefined : colourOf(colour);
  const back = background === undefined ? undefined : colourOf(background);
  const color = inverse ? (back ?? new ThemeColor('editor.background')) : front;
  const backgroundColor = inverse ? (front ?? new ThemeColor('editor.foreground')) : back;
  const lines = [...(style.underline ? ['underline'] : []), ...(style.strike ? ['line-through'] : [])];
  return {
    ...(color === undefined ? {} : { color }),
    ...(backgroundColor === undefined ? {} : { backgroundColor }),
    ...(style.bold ? { fontWeight: 'bold' } : {}),
    ...(style.italic ? { fontStyle: 'italic' } : {}),
    ...(style.dim ? { opacity: '0.7' } : {}),
    ...(lines.length > 0 ? { textDecoration: lines.join(' ') } : {}),
  };
}
