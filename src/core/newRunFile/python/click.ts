/** Flags that a Python file declares with `click`: decorators of its functions. */
import type { PythonText } from './argparse';
import { type Decorator, type FunctionDefinition, functionsIn } from './definitions';
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
import { callAt, literalOf, type PythonConstants, sourceOf } from './values';

const isCommand = ({ name }: Decorator): boolean => /(?:^|\.)command$/.test(name);
const isGroup = ({ name }: Decorator): boolean => /(?:^|\.)group$/.test(name);
const declares = ({ name }: Decorator): boolean => /^(?:click\.)?(?:option|argument)$/.test(name);

export function clickFlags(file: PythonText): PythonProgram | undefined {
  if (!file.tokens.some(({ text }) => text === 'click')) return undefined;
  const functions = functionsIn(file.tokens);
  const commands = functions.filter(({ decorators }) => decorators.some(isCommand));
  const isGrouped = functions.some(({ decorators }) => decorators.some(isGroup));
  const [first, ...rest] = commands.map((each) => readCommand(file, each, isGrouped));
  return first ? { library: 'click', form: 'flags', commands: [first, ...(isGrouped ? rest : [])] } : undefined;
}

function readCommand(file: PythonText, { name, decorators }: FunctionDefinition, isGrouped: boolean): PythonCommand {
  const options: PythonOption[] = [];
  const words: PythonWord[] = [];
  for (const decorator of decorators.filter(declares)) {
    const declared = readDecorator(file, decorator);
    if (!declared) continue;
    if ('words' in declared) words.push(declared);
    else options.push(declared);
  }
  const own = decorators.find(isCommand)?.call?.args.find((arg) => arg.name === undefined || arg.name === 'name');
  const said = own && literalOf(own.tokens, file.constants)?.value;
  const called = typeof said === 'string' ? said : name.replace(/_(?:cmd|command)$/, '').replaceAll('_', '-');
  return { name: isGrouped ? called : undefined, options, words };
}

function readDecorator(
  { text, constants }: PythonText,
  { name, call }: Decorator,
): PythonOption | PythonWord | undefined {
  if (!call) return undefined;
  const literal = (key: string): unknown => {
    const found = call.args.find((arg) => arg.name === key);
    return found && literalOf(found.tokens, constants)?.value;
  };
  const source = (key: string): string => sourceOf(call.args.find((arg) => arg.name === key)?.tokens ?? [], text);
  const names = call.args.flatMap((arg) => {
    const value = arg.name === undefined ? literalOf(arg.tokens, constants)?.value : undefined;
    return typeof value === 'string' ? [value] : [];
  });
  const help = literal('help');
  const said = typeof help === 'string' ? help : undefined;
  const typeArgument = call.args.find((arg) => arg.name === 'type')?.tokens ?? [];
  const type = typeOf(source('type'));
  const choices = choicesOf(typeArgument, constants);
  const isRequired = literal('required') === true;

  if (/argument$/.test(name)) {
    const [called] = names;
    const nargs = literal('nargs');
    if (called === undefined || literal('required') === false || source('default') !== '' || nargs === -1)
      return undefined;
    const word = choices.length > 0 ? String(choices[0]) : `<${called}>`;
    return { words: [word], comment: `${word}: ${choicesFact(choices) ?? 'required'}` };
  }
  const long = names.find((each) => each.startsWith('--'));
  if (long === undefined || literal('hidden') === true) return undefined;
  const [positive = '', negative] = long.split('/').map((each) => each.trim().replace(/^--/, ''));
  const given = literal('default');
  if (negative !== undefined) {
    const isPair = negative === `no-${positive}` && typeof given === 'boolean';
    return {
      name: positive,
      value: { value: isPair ? given : true },
      isRequired: false,
      isOff: !isPair,
      comment: commentOf(said, []),
    };
  }
  if (literal('is_flag') === true || literal('count') === true || source('flag_value') !== '') {
    return { name: positive, value: { value: true }, isRequired, isOff: true, comment: commentOf(said, []) };
  }
  const isKnown = given !== undefined && given !== null;
  const unknown = !isKnown && source('default') !== '' && given !== null ? `default: ${source('default')}` : undefined;
  const isMultiple = literal('multiple') === true;
  const facts = [
    isRequired && !isKnown ? 'required' : undefined,
    choicesFact(choices),
    unknown,
    isMultiple ? 'several times on a command line, once here' : undefined,
  ];
  // `click` reads the words of booleans.
  const value = typeof given === 'boolean' ? String(given) : given;
  return {
    name: positive,
    value: { value: isKnown ? value : sample(type, choices, literal('nargs')) },
    isRequired: isRequired && !isKnown,
    isOff: (!isKnown && !isRequired) || isMultiple,
    comment: commentOf(said, facts),
  };
}

function choicesOf(type: readonly PythonToken[], constants: PythonConstants): readonly unknown[] {
  const choice = callAt(type, 0);
  if (!choice || !/(?:^|\.)Choice$/.test(choice.callee)) return [];
  const values = literalOf(choice.args[0]?.tokens ?? [], constants)?.value;
  return Array.isArray(values) ? values : [];
}

function typeOf(source: string): string | undefined {
  if (/(?:^|\.)(?:int|INT|IntRange)\b/.test(source)) return 'int';
  if (/(?:^|\.)(?:float|FLOAT|FloatRange)\b/.test(source)) return 'float';
  return undefined;
}

function sample(type: string | undefined, choices: readonly unknown[], nargs: unknown): unknown {
  const one = placeholderOf(type, choices);
  return typeof nargs === 'number' && nargs > 1 ? Array.from({ length: Math.min(nargs, 20) }, () => one) : one;
}
