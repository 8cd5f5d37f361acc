/** What is wrong with the references of a text. Nothing is looked up: the same words while typing and at submission. */
import { firstOf } from '../../base/firstOf';
import { parameterFlags, parameterOverrides, type Parameters } from '../../model/parameterPaths';
import {
  codeReference,
  isLateReference,
  parseSecretReference,
  parseTaskReference,
  runReferences,
  textParts,
} from '../../model/references';
import { nearest } from './check/nearest';

/** References by their names that each expand to several words, and so are words of the command by themselves. */
export const wordsReferences: Readonly<Record<string, WordsReference>> = {
  'parameters:flags': { says: 'all parameters, as --name value', words: parameterFlags },
  'parameters:overrides': { says: 'all parameters, as name=value', words: parameterOverrides },
};

interface WordsReference {
  readonly says: string;
  readonly words: (parameters: Parameters) => string[];
}

/** Undefined for a word that is no such reference. */
export const findWordsReference = (word: string): WordsReference | undefined => {
  const name = /^\$\{(parameters:[a-z]+)\}$/.exec(word)?.[1] ?? '';
  return Object.hasOwn(wordsReferences, name) ? wordsReferences[name] : undefined;
};

/** By their paths. */
export type KnownParameters = Pick<ReadonlyMap<string, unknown>, 'has' | 'get' | 'keys'>;

/** A task as others refer to it. */
export interface ReferredTask {
  /** Why there is no best trial of it; undefined where there may be one. */
  readonly whyNoBest: () => string | undefined;
}

/** By their names. */
export type ReferredTasks = Pick<ReadonlyMap<string, ReferredTask>, 'has' | 'get' | 'keys'>;

export interface ReferenceScope {
  /** Undefined when they are not all known: an algorithm may add its defaults. */
  readonly parameters: () => KnownParameters | undefined;
  /** Inputs of the run or task itself, and which of them are known only when an attempt starts. */
  readonly inputs: ReadonlyMap<string, boolean>;
  /** Tasks that can be referred to by their names, level by level. Absent: not checked here. */
  readonly tasks?: readonly ReferredTasks[];
  /** Whether the text is used when an attempt starts; else at submission, which knows no run yet. */
  readonly late: boolean;
  /** Who would see a secret that stands in the text. Absent: nobody but the program. */
  readonly exposure?: string | undefined;
  /** The text is a path: a list or an object would be a part of its name. */
  readonly isPath?: boolean;
}

/** Who sees the texts of these keys; `env` alone reaches the program and nobody else. */
const exposures: Readonly<Record<string, string>> = {
  command: 'the arguments of a process are seen by every user of its machine',
  cwd: 'the folder is shown and kept with the run',
  envFile: 'the path is used where the run is submitted',
  python: 'the environment is looked up where the run is submitted',
};

/** `key` is that of a run or task. */
export const exposureOf = (key: string | number | undefined): string | undefined =>
  key === 'env' ? undefined : (exposures[key ?? ''] ?? exposures['command']);

export interface ReferenceProblem {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  /** The text as it was perhaps meant, the likeliest first. */
  readonly meant?: () => readonly string[];
}

const parametersPrefix = 'parameters.';
/** Places that a submission knows, and what they are. */
export const folderReferences = {
  workspaceFolder: 'the workspace folder of the run file',
  runFile: 'the run file',
  runFileDirname: 'the folder of the run file',
  userHome: 'the home folder',
} as const;
const fixedNames = ['parameters', ...Object.keys(folderReferences)];

export function findReferenceProblem(text: string, scope: ReferenceScope): ReferenceProblem | undefined {
  if (!text.includes('${')) return undefined;
  for (const part of textParts(text)) {
    if (part.kind === 'open') {
      const message = 'A reference "${" is not closed by "}".';
      return { code: 'open-reference', message, hint: literalHint('${') };
    }
    const problem = part.kind === 'reference' ? problemOfName(part.name, scope) : undefined;
    if (problem && part.kind === 'reference') return inText(problem, part.name, text);
  }
  return undefined;
}

/** Of one reference; what was meant is names. */
interface NameProblem extends Omit<ReferenceProblem, 'meant'> {
  readonly names?: () => readonly (string | undefined)[];
}

function inText({ names, ...problem }: NameProblem, name: string, text: string): ReferenceProblem {
  if (!names) return problem;
  const meant = (): readonly string[] =>
    names().flatMap((other) => (other === undefined ? [] : [withReference(text, name, other)]));
  return { ...problem, meant };
}

const withReference = (text: string, name: string, other: string): string =>
  Array.from(textParts(text), (part) =>
    part.kind === 'reference' && part.name === name ? `\${${other}}` : part.source,
  ).join('');

/** In texts where only tasks are referred to, and all else is text. */
export function findTaskProblem(text: string, tasks: readonly ReferredTasks[]): ReferenceProblem | undefined {
  // Without tasks around it even this is text.
  if (tasks.length === 0 || !text.includes('${tasks.')) return undefined;
  for (const part of textParts(text)) {
    const problem = part.kind === 'reference' ? problemOfTask(part.name, tasks) : undefined;
    if (problem && part.kind === 'reference') return inText(problem, part.name, text);
  }
  return undefined;
}

function problemOfTask(name: string, tasks: readonly ReferredTasks[]): NameProblem | undefined {
  const reference = parseTaskReference(name);
  if (!reference) return undefined;
  const { task, what } = reference;
  const found = tasks.findLast((names) => names.has(task))?.get(task);
  const why = found && what.kind === 'best' ? found.whyNoBest() : undefined;
  if (why !== undefined) {
    const hint = `\${tasks.${task}.outputs} is the folder of its outputs.`;
    return { code: 'no-best-trial', message: `${task} has no best trial: ${why}.`, hint };
  }
  if (found) return undefined;
  const nearestFirst = [...tasks].reverse();
  const known = nearestFirst.flatMap((names) => firstOf(12, names.keys())).slice(0, 12);
  const hint = known.length > 0 ? `There is ${known.join(', ')}.` : 'Only a task of a graph has others beside it.';
  const names = (): readonly (string | undefined)[] => {
    const near = nearest(
      task,
      nearestFirst.flatMap((level) => [...level.keys()]),
    );
    return near === undefined ? [] : [`tasks.${near}${name.slice(`tasks.${task}`.length)}`];
  };
  return { code: 'unknown-task', message: `There is no task ${task} to refer to.`, hint, names };
}

/** Parameters are no texts that are filled: a secret there would reach the program as what is written. */
export function findSecretProblem(text: string): ReferenceProblem | undefined {
  if (!text.includes('${secret:')) return undefined;
  for (const part of textParts(text)) {
    if (part.kind === 'reference' && parseSecretReference(part.name) !== undefined) {
      return problemOfSecret(part.name, 'parameters are shown and kept with the run');
    }
  }
  return undefined;
}

function problemOfSecret(name: string, exposure: string | undefined): NameProblem | undefined {
  if (parseSecretReference(name) === undefined) {
    const hint = 'The name of a secret has letters, digits and "_", such as ${secret:TOKEN}.';
    const plain = name.slice('secret:'.length).replace(/[^A-Za-z0-9_]/g, '_');
    const names = (): readonly string[] => (/^[A-Za-z_]/.test(plain) ? [`secret:${plain}`] : []);
    return { code: 'secret-name', message: `\${${name}} names no secret.`, hint, names };
  }
  if (exposure === undefined) return undefined;
  const message = `\${${name}} is refused here: ${exposure}.`;
  return { code: 'secret-exposed', message, hint: 'Hand it over in "env".' };
}

function problemOfName(name: string, scope: ReferenceScope): NameProblem | undefined {
  const { parameters, late, tasks, exposure } = scope;
  if (name === 'parameters' && scope.isPath) return notForPath(name, {});
  if (fixedNames.includes(name)) return undefined;
  if (name.startsWith('env:') && name.length > 'env:'.length) return undefined;
  if (Object.hasOwn(wordsReferences, name)) {
    return {
      code: 'words-among-text',
      message: `\${${name}} stands among other text.`,
      hint: 'It expands to several words: write it as an argument of the command by itself.',
    };
  }
  if (name.startsWith('inputs.') && name !== 'inputs.') return problemOfInput(name, scope);
  if (name.startsWith('secret:')) return problemOfSecret(name, exposure);
  if (isLateReference(name) && name !== codeReference) {
    if (!late) return tooEarly(name);
    return tasks && problemOfTask(name, tasks);
  }
  if (name.startsWith(parametersPrefix) && name.length > parametersPrefix.length) {
    const known = parameters();
    return known && problemOfParameter(name.slice(parametersPrefix.length), known, scope);
  }
  const names = (): readonly (string | undefined)[] => meantByUnknown(name, scope);
  return {
    code: 'unknown-reference',
    message: `There is no reference \${${name}}.`,
    hint: unknownHint(name, scope),
    names,
  };
}

const tooEarly = (name: string): NameProblem => ({
  code: 'late-reference',
  message: `\${${name}} is known only when an attempt starts, and this is read at submission.`,
  hint: 'Use it in "command", "cwd" or "env".',
});

function problemOfInput(name: string, { inputs, late }: ReferenceScope): NameProblem | undefined {
  const isLate = inputs.get(name.slice('inputs.'.length));
  if (isLate === undefined) {
    const written = name.slice('inputs.'.length);
    const known = [...inputs.keys()].slice(0, 12).join(', ');
    const hint = known === '' ? 'Add it to "inputs".' : `There is ${known}.`;
    const names = (): readonly (string | undefined)[] => [withPrefix('inputs.', nearest(written, inputs.keys()))];
    return { code: 'unknown-input', message: `There is no input ${written}.`, hint, names };
  }
  return isLate && !late ? tooEarly(name) : undefined;
}

const withPrefix = (prefix: string, name: string | undefined): string | undefined =>
  name === undefined ? undefined : prefix + name;

function problemOfParameter(
  path: string,
  parameters: KnownParameters,
  { isPath }: ReferenceScope,
): NameProblem | undefined {
  if (parameters.has(path)) return isPath ? notForPath(parametersPrefix + path, parameters.get(path)) : undefined;
  const names = (): readonly (string | undefined)[] => {
    return [withPrefix(parametersPrefix, nearest(path, parameters.keys()))];
  };
  const hint = listOfParameters(parameters);
  return { code: 'unknown-parameter', message: `There is no parameter ${path}.`, hint, names };
}

/** Texts and numbers alone make a path that somebody could want. */
function notForPath(name: string, value: unknown): NameProblem | undefined {
  if (typeof value === 'string' || typeof value === 'number') return undefined;
  const what = Array.isArray(value)
    ? 'a list'
    : value === null
      ? 'null'
      : typeof value === 'boolean'
        ? String(value)
        : 'an object';
  return {
    code: 'reference-type',
    message: `\${${name}} is ${what}, and this is a path.`,
    hint: 'Refer to a text or a number.',
  };
}

function listOfParameters(parameters: KnownParameters): string {
  if (parameters.keys().next().done) return 'The run file has no parameters.';
  // Of `model` and `model.width` the latter says it all.
  const ends = Array.from(parameters.keys()).filter((path) => !hasParts(parameters.get(path)));
  const shown = ends.slice(0, 12).join(', ');
  return ends.length > 12 ? `parameters has ${shown} and ${ends.length - 12} more.` : `parameters has ${shown}.`;
}

const hasParts = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;

function unknownHint(name: string, { late, exposure }: ReferenceScope): string {
  // `${HOME}` is how a shell writes it.
  if (/^[A-Z_][A-Z0-9_]*$/.test(name)) {
    return `Write \${env:${name}} for the submitter’s variable, or ${literalHintOf(name)}`;
  }
  const known = ['parameters.NAME', ...namesOfWords, 'inputs.NAME', 'env:NAME', ...fixedNames.slice(1)];
  const all = late
    ? [...known, ...runReferences, 'tasks.NAME.outputs', ...(exposure === undefined ? ['secret:NAME'] : [])]
    : known.filter((each) => !namesOfWords.includes(each));
  return `There are ${all.map((each) => `\${${each}}`).join(', ')}. ${literalHint(`\${${name}}`)}`;
}

const namesOfWords = Object.keys(wordsReferences);

/** What a shell writes as `${HOME}`; a name that is misspelt; a parameter without its prefix. */
function meantByUnknown(name: string, { parameters, inputs, late }: ReferenceScope): readonly (string | undefined)[] {
  if (parameters()?.has(name)) return [parametersPrefix + name];
  if (inputs.has(name)) return [`inputs.${name}`];
  if (/^[A-Z_][A-Z0-9_]*$/.test(name)) return [`env:${name}`];
  return [nearest(name, [...fixedNames, ...namesOfWords, ...(late ? runReferences : [])])];
}

const literalHint = (text: string): string => `For a literal ${text} write $${text}.`;
const literalHintOf = (name: string): string => `$\${${name}} to leave it to the program.`;
