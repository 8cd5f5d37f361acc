/** Python expressions that are values by themselves, and calls with their arguments. */
import type { PythonToken } from './tokens';

/** What an expression comes to without executing anything. */
export type PythonValue = { readonly value: unknown } | undefined;

export interface PythonArgument {
  /** Of a keyword argument. */
  readonly name: string | undefined;
  readonly tokens: readonly PythonToken[];
}

export interface PythonCall {
  /** `argparse.ArgumentParser`, `parser.add_argument`. */
  readonly callee: string;
  readonly args: readonly PythonArgument[];
  /** Index of the token of the callee's first name. */
  readonly start: number;
  /** Index behind the closing bracket. */
  readonly end: number;
}

export const sourceOf = (tokens: readonly PythonToken[], text: string): string => {
  const first = tokens.find(({ kind }) => kind !== 'newline' && kind !== 'comment');
  const last = tokens.findLast(({ kind }) => kind !== 'newline' && kind !== 'comment');
  return first && last ? text.slice(first.at.offset, last.at.end).replaceAll(/\s+/g, ' ') : '';
};

/** All calls of dotted names, in order. */
export function* callsIn(tokens: readonly PythonToken[]): Generator<PythonCall> {
  for (let at = 0; at < tokens.length; at++) {
    if (tokens[at]?.kind !== 'name' || tokens[at - 1]?.text === '.') continue;
    const call = callAt(tokens, at);
    if (call) yield call;
  }
}

/** The call that begins here, if one does. */
export function callAt(tokens: readonly PythonToken[], start: number): PythonCall | undefined {
  let at = start;
  let callee = tokens[at]?.kind === 'name' ? (tokens[at]?.text ?? '') : '';
  if (callee === '') return undefined;
  while (tokens[at + 1]?.text === '.' && tokens[at + 2]?.kind === 'name') {
    callee += `.${tokens[at + 2]?.text ?? ''}`;
    at += 2;
  }
  if (tokens[at + 1]?.text !== '(' || tokens[at + 1]?.kind !== 'operator') return undefined;
  const end = closingOf(tokens, at + 1);
  return { callee, args: argumentsOf(tokens.slice(at + 2, end)), start, end: end + 1 };
}

/** Index of the bracket that closes the one at `open`; behind the last token where none does. */
export function closingOf(tokens: readonly PythonToken[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    const token = tokens[at];
    if (token?.kind !== 'operator') continue;
    if (/^[([{]$/.test(token.text)) depth += 1;
    else if (/^[)\]}]$/.test(token.text)) depth -= 1;
    if (depth === 0) return at;
  }
  return tokens.length;
}

export function argumentsOf(tokens: readonly PythonToken[]): PythonArgument[] {
  return splitAtCommas(tokens).map((part) => {
    const [first, second] = part;
    const isKeyword = first?.kind === 'name' && second?.kind === 'operator' && second.text === '=';
    return isKeyword ? { name: first.text, tokens: part.slice(2) } : { name: undefined, tokens: part };
  });
}

/** Comments and the ends of lines apart. */
export function splitAtCommas(tokens: readonly PythonToken[]): PythonToken[][] {
  const parts: PythonToken[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.kind === 'comment' || token.kind === 'newline') continue;
    if (token.kind === 'operator') {
      if (/^[([{]$/.test(token.text)) depth += 1;
      else if (/^[)\]}]$/.test(token.text)) depth -= 1;
      else if (token.text === ',' && depth === 0) {
        parts.push([]);
        continue;
      }
    }
    parts.at(-1)?.push(token);
  }
  return parts.filter((part) => part.length > 0);
}

/** Names of the module that stand for a value: `BATCH = 32`. */
export type PythonConstants = ReadonlyMap<string, unknown>;

export function constantsOf(tokens: readonly PythonToken[]): PythonConstants {
  const found = new Map<string, unknown>();
  const changed = new Set<string>();
  for (const statement of statementsOf(tokens)) {
    const [name, equals, ...rest] = statement;
    if (name?.kind !== 'name' || name.at.indent !== 0 || equals?.text !== '=') continue;
    const literal = literalOf(rest, found);
    if (found.has(name.text) || !literal) changed.add(name.text);
    else found.set(name.text, literal.value);
  }
  // One that is set twice is whatever the program makes of it.
  for (const name of changed) found.delete(name);
  return found;
}

/** Logical lines, without their comments. */
export function statementsOf(tokens: readonly PythonToken[]): PythonToken[][] {
  const statements: PythonToken[][] = [[]];
  for (const token of tokens) {
    if (token.kind === 'newline') statements.push([]);
    else if (token.kind !== 'comment') statements.at(-1)?.push(token);
  }
  return statements.filter((statement) => statement.length > 0);
}

/** Undefined for what only the program knows, and for what JSON cannot say. */
export function literalOf(tokens: readonly PythonToken[], constants: PythonConstants): PythonValue {
  const plain = tokens.filter(({ kind }) => kind !== 'comment' && kind !== 'newline');
  const [first, second] = plain;
  if (!first) return undefined;
  if (first.kind === 'string') {
    // Adjacent strings are one.
    const texts = plain.map((token) => (token.kind === 'string' ? token.value : undefined));
    return texts.some((text) => text === undefined) ? undefined : { value: texts.join('') };
  }
  if (first.kind === 'operator' && /^[([]$/.test(first.text) && closingOf(plain, 0) === plain.length - 1) {
    const inner = plain.slice(1, -1);
    const parts = splitAtCommas(inner);
    // Brackets around one expression.
    if (first.text === '(' && parts.length === 1 && inner.at(-1)?.text !== ',') return literalOf(inner, constants);
    const values = parts.map((part) => literalOf(part, constants));
    return values.some((value) => value === undefined) ? undefined : { value: values.map((value) => value?.value) };
  }
  if (plain.length === 2 && /^[-+]$/.test(first.text) && second?.kind === 'number') {
    const number = numberOf(second.text);
    return number === undefined ? undefined : { value: first.text === '-' ? -number : number };
  }
  if (plain.length !== 1) return undefined;
  if (first.kind === 'number') {
    const number = numberOf(first.text);
    return number === undefined ? undefined : { value: number };
  }
  if (first.text === 'None') return { value: null };
  if (first.text === 'True' || first.text === 'False') return { value: first.text === 'True' };
  return first.kind === 'name' && constants.has(first.text) ? { value: constants.get(first.text) } : undefined;
}

function numberOf(text: string): number | undefined {
  const value = Number(text.replaceAll('_', ''));
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value)) ? value : undefined;
}
