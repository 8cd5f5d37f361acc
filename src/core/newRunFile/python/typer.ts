/** Flags that a Python file declares with `typer`, or leaves to `fire`: the parameters of its functions. */
import type { PythonText } from './argparse';
import { annotatedType, type FunctionDefinition, functionsIn, isOptional, type Parameter } from './definitions';
import {
  choicesFact,
  commentOf,
  placeholderOf,
  type PythonCommand,
  type PythonOption,
  type PythonProgram,
  type PythonWord,
} from './pythonFlags';
import { callAt, callsIn, literalOf, type PythonCall, sourceOf } from './values';

export function typerFlags(file: PythonText): PythonProgram | undefined {
  const functions = functionsIn(file.tokens);
  if (file.tokens.some(({ text }) => text === 'typer')) {
    const run = Array.from(callsIn(file.tokens)).find(({ callee }) => callee === 'typer.run');
    const called = run?.args[0]?.tokens[0]?.text;
    const commands = functions.filter(({ decorators }) => decorators.some(({ name }) => /\.command$/.test(name)));
    const isApp = commands.length > 0;
    const all = isApp ? commands : functions.filter(({ name }) => name === called);
    // A single command of an application has no name on the command line.
    const isGrouped = isApp && commands.length > 1;
    const [first, ...rest] = all.map((each) => readFunction(file, each, isGrouped));
    return first ? { library: 'typer', form: 'flags', commands: [first, ...rest] } : undefined;
  }
  const fire = Array.from(callsIn(file.tokens)).find(({ callee }) => /(?:^|\.)Fire$/.test(callee));
  const called = fire?.args[0]?.tokens.length === 1 ? fire.args[0].tokens[0]?.text : undefined;
  const fired = functions.find(({ name }) => name === called);
  if (!fired) return undefined;
  const options = fired.parameters.map((parameter) => ofFire(file, parameter));
  return { library: 'fire', form: 'flags', commands: [{ name: undefined, options, words: [] }] };
}

function readFunction(
  file: PythonText,
  { name, decorators, parameters }: FunctionDefinition,
  isGrouped: boolean,
): PythonCommand {
  const options: PythonOption[] = [];
  const words: PythonWord[] = [];
  for (const parameter of parameters) {
    const declared = readParameter(file, parameter);
    if (!declared) continue;
    if ('words' in declared) words.push(declared);
    else options.push(declared);
  }
  const own = decorators
    .find((each) => /\.command$/.test(each.name))
    ?.call?.args.find((arg) => arg.name === undefined || arg.name === 'name');
  const said = own && literalOf(own.tokens, file.constants)?.value;
  return {
    name: isGrouped ? (typeof said === 'string' ? said : name.replaceAll('_', '-')) : undefined,
    options,
    words,
  };
}

function readParameter(
  file: PythonText,
  { name, annotation, value }: Parameter,
): PythonOption | PythonWord | undefined {
  const { type, isList, choices, extra } = annotatedType(annotation);
  if (type === 'Context') return undefined;
  const inValue = value && callAt(value, 0);
  const described = [inValue, ...extra.map((part) => callAt(part, 0))].find(
    (call) => call && /(?:^|\.)(?:Option|Argument)$/.test(call.callee),
  );
  const isOwn = described !== undefined && described === inValue;
  const standing = isOwn
    ? described.args.find((arg) => arg.name === undefined || arg.name === 'default')?.tokens
    : value;
  const isNone = standing === undefined || standing[0]?.text === '...';
  const given = isNone ? undefined : literalOf(standing, file.constants);
  const help = described && keyword(file, described, 'help');
  const said = typeof help === 'string' ? help : undefined;
  const isWord = described ? /Argument$/.test(described.callee) : value === undefined;
  if (isWord) {
    if (!isNone) return undefined;
    return { words: [`<${name}>`], comment: `<${name}>: ${commentOf(said, [choicesFact(choices)]) || 'required'}` };
  }
  const flag = described?.args.flatMap((arg) => {
    const text = arg.name === undefined ? literalOf(arg.tokens, file.constants)?.value : undefined;
    return typeof text === 'string' && text.startsWith('--') ? [text] : [];
  })[0];
  const [positive = '', negative] = (flag ?? `--${name.replaceAll('_', '-')}`)
    .split('/')
    .map((part) => part.replace(/^--/, ''));
  const isKnown = given !== undefined && given.value !== null;
  if (type === 'bool' || typeof given?.value === 'boolean') {
    const isPair = typeof given?.value === 'boolean' && (flag === undefined || negative === `no-${positive}`);
    const on = isPair ? given.value : true;
    return {
      name: positive,
      value: { value: on },
      isRequired: isNone,
      isOff: !isPair && !isNone,
      comment: commentOf(said, []),
    };
  }
  const unknown = !isNone && !given ? `default: ${sourceOf(standing, file.text)}` : undefined;
  const facts = [
    isNone ? 'required' : undefined,
    choicesFact(choices),
    unknown,
    isList ? 'several times on a command line, once here' : undefined,
  ];
  return {
    name: positive,
    value: { value: isKnown && !isList ? given.value : placeholderOf(type, choices) },
    isRequired: isNone,
    isOff: (!isKnown && !isNone) || isList,
    comment: commentOf(said, facts),
  };
}

function ofFire(file: PythonText, { name, annotation, value }: Parameter): PythonOption {
  const { type, choices } = annotatedType(annotation);
  const given = value && literalOf(value, file.constants);
  const isRequired = value === undefined && !isOptional(annotation);
  const isKnown = given !== undefined && given.value !== null;
  // Of a flag without a value it makes `True`, and it knows no `--no-…`.
  const known =
    typeof given?.value === 'boolean'
      ? given.value
        ? 'True'
        : 'False'
      : Array.isArray(given?.value)
        ? JSON.stringify(given.value)
        : given?.value;
  const unknown = value && !given ? `default: ${sourceOf(value, file.text)}` : undefined;
  return {
    name,
    value: { value: isKnown ? known : placeholderOf(type, choices) },
    isRequired,
    isOff: !isKnown && !isRequired,
    comment: commentOf(undefined, [isRequired ? 'required' : undefined, choicesFact(choices), unknown]),
  };
}

function keyword({ constants }: PythonText, call: PythonCall, key: string): unknown {
  const found = call.args.find((arg) => arg.name === key);
  return found && literalOf(found.tokens, constants)?.value;
}
