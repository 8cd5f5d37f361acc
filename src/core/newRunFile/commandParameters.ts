/**
 * Which words of a command line are parameters. What is found is proven: a run file with these words and parameters
 * executes the very same words, or the words stay as they were.
 *
 *     --lr 0.1 --amp          all flags stand together and are written as we write them: `${parameters:flags}`
 *     lr=0.1 model.width=256  the same of overrides: `${parameters:overrides}`
 *     --lr=0.1 data.csv x=1   else one by one: `--lr=${parameters.lr}`, `x=${parameters.x}`
 */
import {
  parameterFlags,
  parameterOverrides,
  parameterPaths,
  type Parameters,
  parameterText,
} from '../../model/parameterPaths';
import { hasReference, type ReferenceText, unescapeReferences } from './shellLine';

export interface CommandWithParameters {
  readonly words: readonly ReferenceText[];
  readonly parameters: Parameters;
}

const flagName = /^--([A-Za-z][\w.-]*)$/;
const flagWithValue = /^--([A-Za-z][\w.-]*)=([^]*)$/;
const override = /^((?:\+{1,2})?[A-Za-z_][\w./@-]*)=([^]*)$/;
const negativeNumber = /^-\d/;

/** `words` begins with the program. */
export function findParameters(words: readonly ReferenceText[]): CommandWithParameters {
  const from = firstArgument(words);
  const head = words.slice(0, from);
  const rest = words.slice(from);
  const found = inFlags(rest) ?? inOverrides(rest) ?? oneByOne(rest);
  return { words: [...head, ...found.words], parameters: found.parameters };
}

/** Behind the file or module that is run: what stands before is the interpreter's or the launcher's. */
function firstArgument(words: readonly ReferenceText[]): number {
  // A program's text.
  if (/^-(?:c|e|p|ec|lc)$/.test(words[1] ?? '')) return words.length;
  const module = words.indexOf('-m', 1);
  if (module > 0 && /python|torchrun/.test(words[0] ?? '')) return module + 2;
  const isTaskRunner = /^(?:npm|pnpm|yarn|bun|make|just)$/.test(words[0] ?? '');
  const end = words.indexOf('--');
  if (isTaskRunner) return end < 0 ? words.length : end + 1;
  const file = words.findIndex(
    (word, index) => index > 0 && /^[^-=][^=]*\.(?:py|m?js|cjs|m?ts|sh|jl|R|r|rb|pl|lua)$/.test(word),
  );
  return file < 0 ? 1 : file + 1;
}

/** All flags in one piece. */
function inFlags(words: readonly ReferenceText[]): CommandWithParameters | undefined {
  const start = words.findIndex((word) => word.startsWith('--') && (flagName.test(word) || flagWithValue.test(word)));
  if (start < 0) return undefined;
  const values: [string, unknown][] = [];
  let at = start;
  while (at < words.length) {
    const read = readFlag(words, at);
    if (!read) break;
    values.push([read.name, read.value]);
    at = read.end;
  }
  const isElsewhere = [...words.slice(0, start), ...words.slice(at)].some(
    (word) => flagName.test(word) || flagWithValue.test(word) || override.test(word),
  );
  if (isElsewhere) return undefined;
  return proven(words, start, at, values, '${parameters:flags}', parameterFlags);
}

/** One flag as `parameterFlags` writes it. */
function readFlag(
  words: readonly ReferenceText[],
  at: number,
): { readonly name: string; readonly value: unknown; readonly end: number } | undefined {
  const word = words[at] ?? '';
  const [, withValue, text = ''] = flagWithValue.exec(word) ?? [];
  // Only of a text that begins with a dash.
  if (withValue !== undefined)
    return text.startsWith('-') && !hasReference(word) ? { name: withValue, value: text, end: at + 1 } : undefined;
  const name = flagName.exec(word)?.[1];
  if (name === undefined) return undefined;
  const values = valuesBehind(words, at + 1);
  const [first] = values;
  if (first === undefined) {
    const no = /^no-(.+)$/.exec(name)?.[1];
    return { name: no ?? name, value: no === undefined, end: at + 1 };
  }
  // Several numbers are a list; of anything else those that follow the first may be no part of the flag.
  const isList = values.length > 1 && values.every((value) => typeof value === 'number');
  return isList ? { name, value: values, end: at + 1 + values.length } : { name, value: first, end: at + 2 };
}

function valuesBehind(words: readonly ReferenceText[], from: number): unknown[] {
  const values: unknown[] = [];
  for (const word of words.slice(from)) {
    if (
      (word.startsWith('-') && !negativeNumber.test(word)) ||
      override.test(word) ||
      hasReference(word) ||
      word.includes('${')
    )
      break;
    const value = typed(word);
    if (word.startsWith('-') && typeof value !== 'number') break;
    // `--amp true` is not what `true` becomes.
    values.push(typeof value === 'number' ? value : word);
  }
  return values;
}

function inOverrides(words: readonly ReferenceText[]): CommandWithParameters | undefined {
  const start = words.findIndex((word) => override.test(word));
  if (start < 0) return undefined;
  let end = start;
  while (end < words.length && override.test(words[end] ?? '') && !(words[end] ?? '').includes('${')) end += 1;
  const isElsewhere = [...words.slice(0, start), ...words.slice(end)].some(
    (word) => flagName.test(word) || flagWithValue.test(word) || override.test(word),
  );
  if (isElsewhere) return undefined;
  const values = words.slice(start, end).map((word): [string, unknown] => {
    const [, name = '', text = ''] = override.exec(word) ?? [];
    return [name, readOverride(text)];
  });
  return proven(words, start, end, values, '${parameters:overrides}', parameterOverrides);
}

/** As text it would be quoted, so only what is written without quotes comes back as it was. */
function readOverride(text: string): unknown {
  const list = /^\[(.*)\]$/.exec(text)?.[1];
  if (list !== undefined && !/[[\]{}'"]/.test(list)) return list === '' ? [] : list.split(',').map(readOverride);
  return text === 'null' ? null : text === '{}' ? {} : typed(text);
}

function proven(
  words: readonly ReferenceText[],
  start: number,
  end: number,
  values: readonly (readonly [string, unknown])[],
  reference: string,
  write: (parameters: Parameters) => string[],
): CommandWithParameters | undefined {
  const wanted = words.slice(start, end).map(unescapeReferences);
  for (const parameters of [nested(values), flat(values)]) {
    if (parameters && isSame(write(parameters), wanted)) {
      return { words: [...words.slice(0, start), reference, ...words.slice(end)], parameters };
    }
  }
  return undefined;
}

/** Flags and overrides mixed, written in another way than ours, or more than once. */
function oneByOne(words: readonly ReferenceText[]): CommandWithParameters {
  const counts = new Map<string, number>();
  const places = words.flatMap((word, index) => {
    const found = valueAt(words, index);
    if (found) counts.set(found.name, (counts.get(found.name) ?? 0) + 1);
    return found ? [{ ...found, word, index }] : [];
  });
  const once = places.filter(
    ({ name, text }) => counts.get(name) === 1 && !text.includes('${') && !name.includes('__proto__'),
  );
  const values = once.map(({ name, text }): [string, unknown] => [name, typed(text)]);
  const parameters = nested(values) ?? flat(values);
  if (!parameters) return { words, parameters: {} };
  const paths = parameterPaths(parameters);
  const replaced = new Map(
    once.map(({ index, prefix, name, text, at }): [number, string] => {
      const isExact = parameterText(paths.get(name)) === text;
      return [at, isExact ? `${prefix}\${parameters.${name}}` : (words[at] ?? words[index] ?? '')];
    }),
  );
  return { words: words.map((word, index) => replaced.get(index) ?? word), parameters };
}

/** The value that a word has, or that the word behind it is; `at` is the word with the value. */
function valueAt(
  words: readonly ReferenceText[],
  index: number,
): { readonly name: string; readonly text: string; readonly prefix: string; readonly at: number } | undefined {
  const word = words[index] ?? '';
  const [, name, text = ''] = flagWithValue.exec(word) ?? override.exec(word) ?? [];
  if (name !== undefined) return { name, text, prefix: word.slice(0, word.length - text.length), at: index };
  const flag = flagName.exec(word)?.[1];
  const value = words[index + 1];
  if (flag === undefined || value === undefined || override.test(value)) return undefined;
  if (value.startsWith('-') && !negativeNumber.test(value)) return undefined;
  return { name: flag, text: value, prefix: '', at: index + 1 };
}

/** A number, `true`, `false` or a list where it is written as we write it; else the text. */
function typed(text: string): unknown {
  if (!/^(?:-?\d|true$|false$|\[[\d\s.,eE+-]*\]$)/.test(text)) return text;
  try {
    const value: unknown = JSON.parse(text);
    return parameterText(value) === text ? value : text;
  } catch {
    return text;
  }
}

/** Dotted names as objects in objects; undefined where a name is both a value and a part of another, or comes twice. */
function nested(values: readonly (readonly [string, unknown])[]): Parameters | undefined {
  const root: Record<string, unknown> = {};
  for (const [name, value] of values) {
    const keys = name.split('.');
    const last = keys.pop() ?? '';
    let object = root;
    for (const key of keys) {
      const inner = Object.hasOwn(object, key) ? object[key] : (object[key] = {});
      if (key === '' || key === '__proto__' || !isObject(inner)) return undefined;
      object = inner;
    }
    if (last === '' || last === '__proto__' || Object.hasOwn(object, last)) return undefined;
    object[last] = value;
  }
  return root;
}

function flat(values: readonly (readonly [string, unknown])[]): Parameters | undefined {
  const names = new Set(values.map(([name]) => name));
  return names.size === values.length && !names.has('__proto__') ? Object.fromEntries(values) : undefined;
}

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((word, index) => word === b[index]);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
