/** Flags that a Python file declares with `argparse`: calls of `add_argument`, on parsers, their groups and their subcommands. */
import {
  choicesFact,
  commentOf,
  placeholderOf,
  type PythonCommand,
  type PythonOption,
  type PythonProgram,
  type PythonWord,
} from './pythonFlags';
import type { PythonToken } from './tokens';
import { callsIn, literalOf, type PythonArgument, type PythonCall, type PythonConstants, sourceOf } from './values';

/** What a name stands for on which arguments are declared. */
interface Receiver {
  /** Name of the subcommand; undefined for the program itself. */
  readonly command: string | undefined;
  /** At most one of a mutually exclusive group is given. */
  readonly isExclusive: boolean;
}

export interface PythonText {
  readonly text: string;
  readonly tokens: readonly PythonToken[];
  readonly constants: PythonConstants;
}

export function argparseFlags(file: PythonText): PythonProgram | undefined {
  const calls = Array.from(callsIn(file.tokens));
  const receivers = receiversOf(file, calls);
  const commands = new Map<string | undefined, { options: Map<string, PythonOption>; words: PythonWord[] }>();
  for (const { command } of receivers.values()) if (command !== undefined) commands.set(command, empty());
  for (const call of calls) {
    const receiver = receiverOf(call.callee, 'add_argument');
    if (receiver === undefined) continue;
    const { command, isExclusive } = receivers.get(receiver) ?? { command: undefined, isExclusive: false };
    const declared = readArgument(file, call.args, isExclusive);
    if (!declared) continue;
    const into = commands.get(command) ?? empty();
    commands.set(command, into);
    if ('words' in declared) into.words.push(declared);
    else if (!into.options.has(declared.name)) into.options.set(declared.name, declared);
  }
  const all = Array.from(commands, ([name, { options, words }]): PythonCommand => {
    return { name, options: [...options.values()], words };
  });
  // What the program takes before the name of a command is not told where there is one.
  const named = all.filter(({ name }) => name !== undefined);
  const [first, ...rest] = named.length > 0 ? named : all;
  return first ? { library: 'argparse', form: 'flags', commands: [first, ...rest] } : undefined;
}

const empty = (): { options: Map<string, PythonOption>; words: PythonWord[] } => ({ options: new Map(), words: [] });

/** `parser` of `parser.add_argument`. */
const receiverOf = (callee: string, method: string): string | undefined =>
  callee.endsWith(`.${method}`) ? callee.slice(0, -method.length - 1) : undefined;

/** Which names are groups and subcommands. A name that is given to several is the last one before the call, as in Python; here the first. */
function receiversOf({ tokens, constants }: PythonText, calls: readonly PythonCall[]): ReadonlyMap<string, Receiver> {
  const found = new Map<string, Receiver>();
  for (const call of calls) {
    const target = targetOf(tokens, call.start);
    if (target === undefined || found.has(target)) continue;
    const group = receiverOf(call.callee, 'add_argument_group');
    const exclusive = receiverOf(call.callee, 'add_mutually_exclusive_group');
    const of = group ?? exclusive;
    if (of !== undefined) {
      const outer = found.get(of);
      found.set(target, {
        command: outer?.command,
        isExclusive: exclusive !== undefined || outer?.isExclusive === true,
      });
    } else if (receiverOf(call.callee, 'add_parser') !== undefined) {
      const name = literalOf(call.args[0]?.tokens ?? [], constants)?.value;
      if (typeof name === 'string') found.set(target, { command: name, isExclusive: false });
    }
  }
  return found;
}

/** `group` of `group = parser.add_argument_group(…)`, with what stands before its points. */
function targetOf(tokens: readonly PythonToken[], start: number): string | undefined {
  if (tokens[start - 1]?.text !== '=') return undefined;
  let at = start - 2;
  let target = tokens[at]?.kind === 'name' ? (tokens[at]?.text ?? '') : '';
  while (target !== '' && tokens[at - 1]?.text === '.' && tokens[at - 2]?.kind === 'name') {
    target = `${tokens[at - 2]?.text ?? ''}.${target}`;
    at -= 2;
  }
  return target === '' ? undefined : target;
}

function readArgument(
  file: PythonText,
  args: readonly PythonArgument[],
  isExclusive: boolean,
): PythonOption | PythonWord | undefined {
  const { text, constants } = file;
  const names: string[] = [];
  for (const { name, tokens } of args) {
    const value = name === undefined ? literalOf(tokens, constants)?.value : undefined;
    if (typeof value === 'string') names.push(value);
  }
  const keywords = new Map(args.flatMap(({ name, tokens }) => (name === undefined ? [] : [[name, tokens] as const])));
  const literal = (key: string): { readonly value: unknown } | undefined =>
    literalOf(keywords.get(key) ?? [], constants);
  const source = (key: string): string => sourceOf(keywords.get(key) ?? [], text);

  const given = literal('default');
  const help = literal('help')?.value;
  if (source('help').endsWith('SUPPRESS') || names.length === 0) return undefined;
  const choices = literal('choices')?.value;
  const argument: Argument = {
    long: names.find((name) => name.startsWith('--')),
    short: names.find((name) => /^-[^-]/.test(name)),
    positional: names.find((name) => !name.startsWith('-')),
    action: literal('action')?.value ?? source('action').split('.').at(-1),
    type: source('type') === '' ? undefined : (source('type').split('.').at(-1) ?? ''),
    nargs: literal('nargs')?.value ?? (source('nargs') === '' ? undefined : '*'),
    choices: Array.isArray(choices) ? choices : [],
    isRequired: literal('required')?.value === true,
    isExclusive,
    given,
    help: typeof help === 'string' ? helpText(help, given?.value) : undefined,
    unknownDefault:
      keywords.has('default') && !given && !source('default').endsWith('SUPPRESS') ? source('default') : undefined,
  };
  return declared(argument);
}

interface Argument {
  readonly long: string | undefined;
  readonly short: string | undefined;
  readonly positional: string | undefined;
  readonly action: unknown;
  readonly type: string | undefined;
  readonly nargs: unknown;
  readonly choices: readonly unknown[];
  readonly isRequired: boolean;
  readonly isExclusive: boolean;
  readonly given: { readonly value: unknown } | undefined;
  readonly help: string | undefined;
  /** The text of a default that only the program knows. */
  readonly unknownDefault: string | undefined;
}

function declared(argument: Argument): PythonOption | PythonWord | undefined {
  const { long, short, positional, choices, isRequired, help } = argument;
  const sample = sampleOf(argument);
  if (positional !== undefined) {
    if (argument.nargs === '?' || argument.nargs === '*' || argument.given) return undefined;
    const word = choices.length > 0 ? String(choices[0]) : `<${positional}>`;
    return { words: [word], comment: `${word}: ${commentOf(help, [choicesFact(choices)]) || 'required'}` };
  }
  if (argument.action === 'help' || argument.action === 'version') return undefined;
  if (long === undefined) {
    // Only what has two dashes is written by our flags.
    if (!isRequired || short === undefined) return undefined;
    return {
      words: [short, ...[sample].flat().map(String)],
      comment: `${short}: ${commentOf(help, ['required', choicesFact(choices)])}`,
    };
  }
  const name = long.slice(2);
  return isSwitch(argument.action) ? switchOf(name, argument) : valueOf(name, argument, sample);
}

const isSwitch = (action: unknown): boolean =>
  typeof action === 'string' &&
  /^(?:store_(?:true|false|const)|append_const|count|BooleanOptionalAction)$/.test(action);

/** Given, it does something; there is no word for "not". */
function switchOf(name: string, { action, given, help, isExclusive, isRequired }: Argument): PythonOption {
  const hasNo = action === 'BooleanOptionalAction' && typeof given?.value === 'boolean';
  return {
    name,
    value: { value: hasNo ? given.value : true },
    isRequired,
    isOff: !hasNo || isExclusive,
    comment: commentOf(help, []),
  };
}

function valueOf(name: string, argument: Argument, sample: unknown): PythonOption {
  const { choices, isRequired, isExclusive, given, help, type, action, unknownDefault } = argument;
  const isBool = type !== undefined && /bool/i.test(type);
  // Of `type=bool` every text is true, also "False".
  const isTrap = type === 'bool';
  const known = given && given.value !== null ? given : undefined;
  const value = isBool && typeof known?.value === 'boolean' ? { value: known.value ? 'True' : 'False' } : known;
  const facts = [
    isRequired && !known ? 'required' : undefined,
    choicesFact(choices),
    unknownDefault === undefined ? undefined : `default: ${unknownDefault}`,
    isTrap ? 'any text is true' : undefined,
    action === 'append' ? 'several times on a command line, once here' : undefined,
  ];
  const isFalseTrap = isTrap && value?.value === 'False';
  return {
    name,
    value: isFalseTrap ? { value: 'True' } : (value ?? { value: sample }),
    isRequired: isRequired && !known,
    isOff: (!known && !isRequired) || isExclusive || action === 'append' || isFalseTrap,
    comment: commentOf(help, facts),
  };
}

/** Of the right kind, for the reader to replace. */
function sampleOf({ type, choices, nargs, action }: Argument): unknown {
  const one = type !== undefined && /bool/i.test(type) ? 'True' : placeholderOf(type, choices);
  const isList = nargs === '+' || nargs === '*' || typeof nargs === 'number' || action === 'extend';
  return isList
    ? Array.from({ length: typeof nargs === 'number' && nargs > 0 ? Math.min(nargs, 20) : 1 }, () => one)
    : one;
}

/** With what argparse fills in. */
const helpText = (help: string, value: unknown): string =>
  help.replaceAll(/%(?:%|\((\w+)\)[sdrfg])/g, (all, name: string | undefined) =>
    all === '%%' ? '%' : name === 'default' ? String(value) : (name ?? ''),
  );
