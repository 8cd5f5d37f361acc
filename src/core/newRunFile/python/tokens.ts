/** The words of a Python file, as far as it takes to find calls and literals in it. The file is never executed. */

export type PythonToken =
  | { readonly kind: 'name'; readonly text: string; readonly at: TokenPlace }
  | { readonly kind: 'number'; readonly text: string; readonly at: TokenPlace }
  /** `value` is undefined for an f-string and for bytes. */
  | { readonly kind: 'string'; readonly text: string; readonly value: string | undefined; readonly at: TokenPlace }
  | { readonly kind: 'operator'; readonly text: string; readonly at: TokenPlace }
  /** The end of a statement's line; not within brackets. */
  | { readonly kind: 'newline'; readonly text: string; readonly at: TokenPlace }
  | { readonly kind: 'comment'; readonly text: string; readonly at: TokenPlace };

export interface TokenPlace {
  readonly offset: number;
  readonly end: number;
  /** Counts from 0. */
  readonly line: number;
  /** How far the line is indented. */
  readonly indent: number;
}

const stringStart = /(?:[rRbBuUfFtT]{0,2})(?:"""|'''|"|')/y;
const name = /[\p{L}_][\p{L}\p{N}_]*/uy;
const number = /(?:0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*)?\.?\d[\d_]*\.?(?:[eE][+-]?\d[\d_]*)?)[jJ]?/y;
const operator = /\*\*=?|\/\/=?|->|:=|==|!=|<=|>=|<<|>>|\.\.\.|[-+*/%@&|^~<>=!.,:;()[\]{}]/y;

/** All tokens in order. What is no Python is skipped: who reads this asks only for what it knows. */
export function pythonTokens(text: string): PythonToken[] {
  const tokens: PythonToken[] = [];
  let at = 0;
  let line = 0;
  let depth = 0;
  let indent = indentAt(text, 0);
  const place = (end: number): TokenPlace => ({ offset: at, end, line, indent });
  const matched = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  while (at < text.length) {
    const character = text[at] ?? '';
    if (character === '\n') {
      if (depth === 0) tokens.push({ kind: 'newline', text: '\n', at: place(at + 1) });
      at += 1;
      line += 1;
      if (depth === 0) indent = indentAt(text, at);
    } else if (/\s/.test(character)) at += 1;
    else if (character === '\\' && /^\\\r?\n/.test(text.slice(at, at + 3))) {
      at = text.indexOf('\n', at) + 1;
      line += 1;
    } else if (character === '#') {
      const end = text.indexOf('\n', at);
      const stop = end < 0 ? text.length : end;
      tokens.push({ kind: 'comment', text: text.slice(at, stop).trimEnd(), at: place(stop) });
      at = stop;
    } else {
      const start = matched(stringStart);
      const found =
        start ?? matched(name) ?? (/[\d.]/.test(character) ? matched(number) : undefined) ?? matched(operator);
      if (found === undefined) {
        at += 1;
        continue;
      }
      const end = start === undefined ? at + found.length : endOfString(text, at + start.length, start);
      const source = text.slice(at, end);
      if (start !== undefined)
        tokens.push({ kind: 'string', text: source, value: stringValue(source, start), at: place(end) });
      else if (/^[\p{L}_]/u.test(found)) tokens.push({ kind: 'name', text: found, at: place(end) });
      else if (/^\.?\d/.test(found)) tokens.push({ kind: 'number', text: found, at: place(end) });
      else {
        tokens.push({ kind: 'operator', text: found, at: place(end) });
        if (/^[([{]$/.test(found)) depth += 1;
        // A stray bracket must not swallow the rest of the file.
        else if (/^[)\]}]$/.test(found)) depth = Math.max(0, depth - 1);
      }
      line += source.split('\n').length - 1;
      at = end;
    }
  }
  return tokens;
}

const indentAt = (text: string, at: number): number => /^[ \t]*/.exec(text.slice(at, at + 400))?.[0].length ?? 0;

/** Behind the closing quotes; an unclosed string of one line ends with that. */
function endOfString(text: string, from: number, start: string): number {
  const quotes = start.replace(/^[a-zA-Z]*/, '');
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at += 1;
    else if (text.startsWith(quotes, at)) return at + quotes.length;
    else if (text[at] === '\n' && quotes.length === 1) return at;
  }
  return text.length;
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
};

function stringValue(source: string, start: string): string | undefined {
  const prefix = /^[a-zA-Z]*/.exec(start)?.[0].toLowerCase() ?? '';
  if (/[fbt]/.test(prefix)) return undefined;
  const quotes = start.length - prefix.length;
  const inner = source.slice(start.length, source.length - quotes);
  if (prefix.includes('r')) return inner;
  return inner.replaceAll(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|([^]))/g,
    (all, hex: string, code: string, one: string) => {
      const point = hex ?? code;
      if (point !== undefined) return String.fromCharCode(parseInt(point, 16));
      return escapes[one] ?? all;
    },
  );
}
