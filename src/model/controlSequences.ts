/**
 * Where control sequences of terminals begin and end in a line of text. What is cut, or was never meant as one, hides no more
 * than itself: a program that writes binary data must not make the rest of its line disappear.
 */

const bell = '\u0007';
const escape = '\u001b';
/** Longer ones are taken for what they are not. */
const maxSequence = 4096;

/** Whatever is no text: C0 without the tab, DEL, C1, and what editors take for line ends. */
// eslint-disable-next-line no-control-regex
const control = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029]/g;

/** The first character from `from` on that is no text, or -1. */
export function nextControl(text: string, from: number): number {
  control.lastIndex = from;
  return control.exec(text)?.index ?? -1;
}

export interface ControlSequence {
  /** Behind it. */
  readonly end: number;
  /** `colours` and `link` have what they say in `parameters`. */
  readonly kind: 'colours' | 'link' | 'other';
  readonly parameters: string;
  /** Its end is still to come. */
  readonly isCut?: boolean;
}

/** What begins at a place that `nextControl` has found. */
export function readControl(text: string, at: number): ControlSequence {
  const first = text[at];
  if (first === '\u009b') return readParameters(text, at + 1);
  if (first !== escape) return other(at + 1);
  const kind = text[at + 1];
  if (kind === undefined) return { ...other(at + 1), isCut: true };
  if (kind === '[') return readParameters(text, at + 2);
  if (kind === ']' || kind === 'P' || kind === 'X' || kind === '^' || kind === '_') return readText(text, at + 2, kind);
  // Selects letters: ESC ( B.
  let end = at + 1;
  while (isBetween(text, end, 0x20, 0x2f)) end += 1;
  return isBetween(text, end, 0x30, 0x7e) ? other(end + 1) : other(end);
}

/** ESC [ parameters final. */
function readParameters(text: string, from: number): ControlSequence {
  let end = from;
  while (isBetween(text, end, 0x30, 0x3f)) end += 1;
  const parameters = text.slice(from, end);
  while (isBetween(text, end, 0x20, 0x2f)) end += 1;
  if (end >= text.length) return { ...other(end), isCut: true };
  if (!isBetween(text, end, 0x40, 0x7e)) return other(end);
  const isColours = text[end] === 'm' && !/[<=>?]/.test(parameters);
  return { end: end + 1, kind: isColours ? 'colours' : 'other', parameters };
}

/** A title, a link, …: until BEL or ESC \. */
function readText(text: string, from: number, kind: string): ControlSequence {
  for (let end = from; end < text.length && end - from < maxSequence; end += 1) {
    const isEnd = text[end] === bell || text[end] === '\u009c';
    const isEscape = text[end] === escape;
    if (text[end] === '\n' || (isEscape && text[end + 1] !== '\\' && end + 1 < text.length)) return other(from);
    if (!isEnd && !(isEscape && text[end + 1] === '\\')) continue;
    const said = text.slice(from, end);
    const isLink = kind === ']' && said.startsWith('8;');
    return { end: end + (isEnd ? 1 : 2), kind: isLink ? 'link' : 'other', parameters: said };
  }
  return { ...other(from), isCut: text.length - from < maxSequence };
}

const other = (end: number): ControlSequence => ({ end, kind: 'other', parameters: '' });

function isBetween(text: string, at: number, first: number, last: number): boolean {
  const code = text.charCodeAt(at);
  return code >= first && code <= last;
}

/** The text alone: no colours, cursor movements, titles. Line feeds stay. */
export function withoutControls(text: string): string {
  let at = nextControl(text, 0);
  if (at < 0) return text;
  let plain = '';
  let from = 0;
  while (at >= 0) {
    plain += text.slice(from, at);
    from = text[at] === '\n' ? at + 1 : readControl(text, at).end;
    if (text[at] === '\n') plain += '\n';
    at = nextControl(text, from);
  }
  return plain + text.slice(from);
}
