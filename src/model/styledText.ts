/** A line of output with its colours (SGR) and links (OSC 8), apart from its text. Pure; the colours have no theme yet. */
import { nextControl, readControl } from './controlSequences';

/** `0` to `15` are the theme's, others `#rrggbb`. */
export type TerminalColour = number | `#${string}`;

export interface TextStyle {
  readonly colour?: TerminalColour;
  readonly background?: TerminalColour;
  readonly bold?: true;
  readonly dim?: true;
  readonly italic?: true;
  readonly underline?: true;
  readonly strike?: true;
  readonly inverse?: true;
}

export interface StyledSpan {
  readonly start: number;
  readonly end: number;
  readonly style: TextStyle;
}

export interface LinkSpan {
  readonly start: number;
  readonly end: number;
  readonly target: string;
}

export interface StyledLine {
  readonly text: string;
  /** In their order, never one over another; none for text without colours. */
  readonly spans: readonly StyledSpan[];
  readonly links: readonly LinkSpan[];
}

const noSpans: readonly never[] = [];
const plain: TextStyle = {};
/** A line with more of them is a picture; the rest of it has no colours. */
const maxSpans = 1000;

/** Reads line after line: colours go on until they are changed. */
export class StyledLines {
  #style: TextStyle = plain;
  #link: string | undefined;

  /** A line without its line feed; colours that it leaves on are those of the next. */
  take(line: string): StyledLine {
    return this.#read(line, false);
  }

  /** A line that is not finished: what `take` would say of it, but it changes nothing, and a sequence that is cut is not shown. */
  peek(line: string): StyledLine {
    const style = this.#style;
    const link = this.#link;
    const read = this.#read(line, true);
    this.#style = style;
    this.#link = link;
    return read;
  }

  #read(line: string, isOpen: boolean): StyledLine {
    let at = nextControl(line, 0);
    if (at < 0 && this.#style === plain && this.#link === undefined)
      return { text: line, spans: noSpans, links: noSpans };
    const spans: StyledSpan[] = [];
    const links: LinkSpan[] = [];
    let text = '';
    let from = 0;
    const add = (piece: string): void => {
      if (piece === '') return;
      const start = text.length;
      text += piece;
      this.#mark(spans, links, start, text.length);
    };
    while (at >= 0) {
      add(line.slice(from, at));
      const { end, kind, parameters, isCut } = readControl(line, at);
      from = isCut && isOpen ? line.length : end;
      if (kind === 'colours') this.#style = restyled(this.#style, parameters);
      else if (kind === 'link') this.#link = linkTarget(parameters);
      else if (line[at] === '\u2028' || line[at] === '\u2029') add(' ');
      at = nextControl(line, from);
    }
    add(line.slice(from));
    return { text, spans: spans.length === 0 ? noSpans : spans, links: links.length === 0 ? noSpans : links };
  }

  #mark(spans: StyledSpan[], links: LinkSpan[], start: number, end: number): void {
    const style = this.#style;
    const target = this.#link;
    if (style !== plain) {
      const last = spans.at(-1);
      if (last?.style === style && last.end === start) spans[spans.length - 1] = { ...last, end };
      else if (spans.length < maxSpans) spans.push({ start, end, style });
    }
    if (target === undefined) return;
    const last = links.at(-1);
    if (last?.target === target && last.end === start) links[links.length - 1] = { ...last, end };
    else if (links.length < maxSpans) links.push({ start, end, target });
  }
}

/** `8;PARAMETERS;ADDRESS`. Only what opens a page or a file; nothing that runs a command. */
function linkTarget(said: string): string | undefined {
  const address = said.slice(said.indexOf(';', 2) + 1);
  return /^(?:https?:\/\/[^\s]+|file:\/\/(?:localhost)?\/[^\s]+)$/i.test(address) && address.length <= 2048
    ? address
    : undefined;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The same style again, the same object: so that neighbours are joined. */
const known = new Map<string, TextStyle>();
const mostKnown = 4096;

function restyled(before: TextStyle, parameters: string): TextStyle {
  const style: Mutable<TextStyle> = { ...before };
  // A colon joins the parts of one colour: 38:2::255:0:0.
  const codes = parameters.split(';').slice(0, 64);
  for (let index = 0; index < codes.length; index += 1) {
    const parts = (codes[index] ?? '').split(':');
    const code = Number(parts[0] || 0);
    if (code === 38 || code === 48) {
      const isJoined = parts.length > 1;
      // The joined form may name a space of colours, mostly an empty one.
      const rest = isJoined ? withoutSpace(parts.slice(1)) : codes.slice(index + 1);
      const { colour, used } = extendedColour(rest);
      if (!isJoined) index += used;
      if (colour !== undefined) style[code === 38 ? 'colour' : 'background'] = colour;
    } else applyCode(style, code, parts[1]);
  }
  const key = styleKey(style);
  if (key === '') return plain;
  const same = known.get(key);
  if (same) return same;
  if (known.size >= mostKnown) known.clear();
  known.set(key, style);
  return style;
}

const withoutSpace = (parts: readonly string[]): readonly string[] =>
  parts[0] === '2' && parts.length > 4 ? ['2', ...parts.slice(2)] : parts;

function applyCode(style: Mutable<TextStyle>, code: number, variant: string | undefined): void {
  if (code >= 30 && code <= 37) style.colour = code - 30;
  else if (code >= 90 && code <= 97) style.colour = code - 82;
  else if (code >= 40 && code <= 47) style.background = code - 40;
  else if (code >= 100 && code <= 107) style.background = code - 92;
  else if (code === 4 && variant === '0') delete style.underline;
  else {
    for (const key of cleared[code] ?? []) delete style[key];
    const key = set[code];
    if (key) style[key] = true;
  }
}

type Flag = 'bold' | 'dim' | 'italic' | 'underline' | 'strike' | 'inverse';
const set: Readonly<Record<number, Flag>> = {
  1: 'bold',
  2: 'dim',
  3: 'italic',
  4: 'underline',
  7: 'inverse',
  9: 'strike',
  21: 'underline',
};
const all = ['colour', 'background', 'bold', 'dim', 'italic', 'underline', 'strike', 'inverse'] as const;
const cleared: Readonly<Record<number, readonly (keyof TextStyle)[]>> = {
  0: all,
  22: ['bold', 'dim'],
  23: ['italic'],
  24: ['underline'],
  27: ['inverse'],
  29: ['strike'],
  39: ['colour'],
  49: ['background'],
};

/** `5;N` or `2;R;G;B`; `used` says how many parts that is. */
function extendedColour(rest: readonly string[]): {
  readonly colour: TerminalColour | undefined;
  readonly used: number;
} {
  if (rest[0] === '5') return { colour: paletteColour(Number(rest[1])), used: 2 };
  if (rest[0] !== '2') return { colour: undefined, used: rest.length === 0 ? 0 : 1 };
  const parts = [rest[1], rest[2], rest[3]].map(Number);
  const isWhole = parts.every((part) => Number.isInteger(part) && part >= 0 && part <= 255);
  return { colour: isWhole ? hex(parts) : undefined, used: 4 };
}

function paletteColour(index: number): TerminalColour | undefined {
  if (!Number.isInteger(index) || index < 0 || index > 255) return undefined;
  if (index < 16) return index;
  if (index >= 232) return hex(Array<number>(3).fill(8 + (index - 232) * 10));
  const cube = index - 16;
  const levels = [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6];
  return hex(levels.map((level) => (level === 0 ? 0 : 55 + level * 40)));
}

const hex = (parts: readonly number[]): `#${string}` =>
  `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;

/** Equal for equal styles; empty for none. */
export const styleKey = (style: TextStyle): string =>
  all.flatMap((key) => (style[key] === undefined ? [] : [`${key}=${style[key]}`])).join(' ');
