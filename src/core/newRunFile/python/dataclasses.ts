/** Flags that are the fields of a dataclass: `tyro.cli(Config)`, `HfArgumentParser(Config)`, `simple_parsing.parse(Config)`. */
import type { PythonText } from './argparse';
import { annotatedType, isOptional, parameterOf } from './definitions';
import { choicesFact, commentOf, placeholderOf, type PythonOption, type PythonProgram } from './pythonFlags';
import type { PythonToken } from './tokens';
import { callAt, callsIn, literalOf, sourceOf } from './values';

interface Field {
  readonly name: string;
  readonly annotation: readonly PythonToken[];
  readonly value: readonly PythonToken[] | undefined;
  /** Behind it, above it, or as a text below it. */
  readonly doc: string;
}

interface ClassDefinition {
  readonly bases: readonly string[];
  readonly fields: readonly Field[];
}

/** How a library turns fields into flags. */
interface Library {
  readonly name: string;
  readonly flag: (field: string) => string;
  /** `--amp` and `--no-amp`; else `--amp True`. */
  readonly hasSwitches: boolean;
  /** `--model.width`; else `--width`. */
  readonly hasPaths: boolean;
}

const libraries: readonly (readonly [callee: RegExp, library: Library])[] = [
  [
    /(?:^|\.)tyro\.(?:cli|extras\.\w+)$/,
    { name: 'tyro', flag: (field) => field.replaceAll('_', '-'), hasSwitches: true, hasPaths: true },
  ],
  [
    /(?:^|\.)HfArgumentParser$/,
    { name: 'HfArgumentParser', flag: (field) => field, hasSwitches: false, hasPaths: false },
  ],
  [
    /(?:^|\.)(?:simple_parsing\.parse|add_arguments)$/,
    { name: 'simple_parsing', flag: (field) => field, hasSwitches: false, hasPaths: false },
  ],
];

export function dataclassFlags(file: PythonText): PythonProgram | undefined {
  for (const call of callsIn(file.tokens)) {
    const library = libraries.find(([callee]) => callee.test(call.callee))?.[1];
    const named = call.args[0]?.tokens.filter(({ kind }) => kind === 'name').map(({ text }) => text) ?? [];
    if (!library || named.length === 0) continue;
    const classes = classesIn(file.tokens);
    const options = named.flatMap((name) => optionsOf(file, classes, library, name, '', 0));
    if (options.length === 0) continue;
    return { library: library.name, form: 'flags', commands: [{ name: undefined, options, words: [] }] };
  }
  return undefined;
}

/** Classes may have fields of each other. */
const deepest = 6;

function optionsOf(
  file: PythonText,
  classes: ReadonlyMap<string, ClassDefinition>,
  library: Library,
  name: string,
  prefix: string,
  depth: number,
): PythonOption[] {
  const found = classes.get(name);
  if (!found || depth > deepest) return [];
  const inherited = found.bases.flatMap((base) => optionsOf(file, classes, library, base, prefix, depth + 1));
  const own = found.fields.flatMap((field): PythonOption[] => {
    const { type = '' } = annotatedType(field.annotation);
    if (type === 'ClassVar') return [];
    const flag = prefix + library.flag(field.name);
    if (classes.has(type))
      return optionsOf(file, classes, library, type, library.hasPaths ? `${flag}.` : prefix, depth + 1);
    return [optionOf(file, library, field, flag)];
  });
  const names = new Set(own.map((option) => option.name));
  return [...inherited.filter((option) => !names.has(option.name)), ...own];
}

function optionOf(file: PythonText, library: Library, field: Field, name: string): PythonOption {
  const { type, isList, choices } = annotatedType(field.annotation);
  const { standing, help } = readField(file, field);
  const given = standing && literalOf(standing, file.constants);
  const isRequired = standing === undefined;
  const isKnown = given !== undefined && given.value !== null;
  const isBool = type === 'bool' || typeof given?.value === 'boolean';
  const one = isBool ? (library.hasSwitches ? true : 'True') : placeholderOf(type, choices);
  const known =
    typeof given?.value === 'boolean' && !library.hasSwitches ? (given.value ? 'True' : 'False') : given?.value;
  const unknown = standing && !given ? `default: ${sourceOf(standing, file.text)}` : undefined;
  const isNeeded = isRequired && !isOptional(field.annotation);
  return {
    name,
    value: { value: isKnown ? known : isList ? [one] : one },
    isRequired: isNeeded,
    isOff: !isKnown && !isNeeded,
    comment: commentOf(help ?? field.doc, [isNeeded ? 'required' : undefined, choicesFact(choices), unknown]),
  };
}

/** `field(default=…, metadata={"help": …})`, or a value by itself. */
function readField(
  file: PythonText,
  { value }: Field,
): { readonly standing: readonly PythonToken[] | undefined; readonly help?: string } {
  const call = value && callAt(value, 0);
  if (!call || !/(?:^|\.)(?:field|arg)$/.test(call.callee)) return { standing: value };
  const keyword = (name: string): readonly PythonToken[] | undefined =>
    call.args.find((arg) => arg.name === name)?.tokens;
  const factory = keyword('default_factory');
  const made = factory?.[0]?.text === 'lambda' ? factory.slice(2) : factory;
  const metadata = keyword('metadata') ?? [];
  const at = metadata.findIndex((token) => token.kind === 'string' && token.value === 'help');
  const helpTokens = keyword('help') ?? (at < 0 ? [] : helpBehind(metadata.slice(at + 2)));
  const help = literalOf(helpTokens, file.constants)?.value;
  const standing = keyword('default') ?? made;
  return { standing, ...(typeof help === 'string' ? { help } : {}) };
}

/** The texts up to the next comma or bracket. */
function helpBehind(tokens: readonly PythonToken[]): readonly PythonToken[] {
  const plain = tokens.filter(({ kind }) => kind !== 'newline' && kind !== 'comment');
  const end = plain.findIndex(({ kind, text }) => kind === 'operator' && text !== '(' && text !== ')');
  return plain.slice(0, end < 0 ? undefined : end).filter(({ kind }) => kind === 'string');
}

function classesIn(tokens: readonly PythonToken[]): ReadonlyMap<string, ClassDefinition> {
  const found = new Map<string, ClassDefinition>();
  const lines = linesOf(tokens);
  for (let at = 0; at < lines.length; at++) {
    const [keyword, name] = lines[at]?.tokens ?? [];
    if (keyword?.text !== 'class' || name?.kind !== 'name') continue;
    const head = lines[at]?.tokens ?? [];
    const bases = head
      .slice(
        2,
        head.findIndex(({ text }) => text === ':'),
      )
      .filter(({ kind }) => kind === 'name');
    const fields: Field[] = [];
    let inner: number | undefined;
    for (at += 1; at < lines.length; at++) {
      const { tokens: statement = [], comment = '', above = '' } = lines[at] ?? {};
      const [first] = statement;
      if (!first || first.at.indent <= keyword.at.indent) break;
      inner ??= first.at.indent;
      if (first.at.indent !== inner) continue;
      const last = fields.at(-1);
      if (first.kind === 'string' && statement.length === 1) {
        if (last?.doc === '') fields[fields.length - 1] = { ...last, doc: first.value ?? '' };
        continue;
      }
      if (first.kind !== 'name' || statement[1]?.text !== ':') continue;
      const [parameter] = parameterOf(statement);
      if (parameter) fields.push({ ...parameter, doc: comment === '' ? above : comment });
    }
    at -= 1;
    found.set(name.text, { bases: bases.map((base) => base.text), fields });
  }
  return found;
}

interface Line {
  readonly tokens: readonly PythonToken[];
  /** Behind the statement. */
  readonly comment: string;
  /** In the lines right above it. */
  readonly above: string;
}

function linesOf(tokens: readonly PythonToken[]): Line[] {
  const lines: Line[] = [];
  let statement: PythonToken[] = [];
  let comment = '';
  let above: string[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'comment') {
      const text = token.text.replace(/^#+\s?/, '');
      if (statement.length === 0) above.push(text);
      else comment = text;
    } else if (token.kind !== 'newline') statement.push(token);
    else {
      if (statement.length > 0) lines.push({ tokens: statement, comment, above: above.join(' ') });
      // An empty line parts a comment from what it is not about.
      else if (comment === '' && above.length > 0 && tokens[index - 1]?.kind === 'newline') above = [];
      if (statement.length > 0) above = [];
      statement = [];
      comment = '';
    }
  }
  if (statement.length > 0) lines.push({ tokens: statement, comment, above: above.join(' ') });
  return lines;
}
