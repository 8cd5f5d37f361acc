/** What is wrong with the references of a text. Nothing is looked up: the same words while typing and at submission. */
import {
  codeReference,
  isLateReference,
  parseSecretReference,
  parseTaskReference,
  runReferences,
  textParts,
} from '../../model/references';

/** Expands to several words, so it is a word of the command by itself. */
export const flagsReference = '${parameters:flags}';

export interface ReferenceScope {
  /** By their paths. Undefined when they are not all known: an algorithm may add its defaults. */
  readonly parameters: ReadonlyMap<string, unknown> | undefined;
  /** Inputs of the run or task itself, and which of them are known only when an attempt starts. */
  readonly inputs: ReadonlyMap<string, boolean>;
  /** Names of tasks that can be referred to, level by level. Absent: not checked here. */
  readonly tasks?: readonly (readonly string[])[];
  /** Whether the text is used when an attempt starts; else at submission, which knows no run yet. */
  readonly late: boolean;
  /** Who would see a secret that stands in the text. Absent: nobody but the program. */
  readonly exposure?: string | undefined;
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
  readonly message: string;
  readonly hint: string;
}

const parametersPrefix = 'parameters.';
const fixedNames = ['parameters', 'workspaceFolder', 'runFile', 'runFileDirname', 'userHome'];

export function findReferenceProblem(text: string, scope: ReferenceScope): ReferenceProblem | undefined {
  if (!text.includes('${')) return undefined;
  for (const part of textParts(text)) {
    if (part.kind === 'open') return { message: 'A reference "${" is not closed by "}".', hint: literalHint('${') };
    const problem = part.kind === 'reference' ? problemOfName(part.name, scope) : undefined;
    if (problem) return problem;
  }
  return undefined;
}

/** In texts where only tasks are referred to, and all else is text. */
export function findTaskProblem(text: string, tasks: readonly (readonly string[])[]): ReferenceProblem | undefined {
  // Without tasks around it even this is text.
  if (tasks.length === 0 || !text.includes('${tasks.')) return undefined;
  for (const part of textParts(text)) {
    const problem = part.kind === 'reference' ? problemOfTask(part.name, tasks) : undefined;
    if (problem) return problem;
  }
  return undefined;
}

function problemOfTask(name: string, tasks: readonly (readonly string[])[]): ReferenceProblem | undefined {
  const reference = parseTaskReference(name);
  if (!reference || tasks.some((names) => names.includes(reference.task))) return undefined;
  const known = [...tasks].reverse().flat().slice(0, 12);
  const hint = known.length > 0 ? `There is ${known.join(', ')}.` : 'Only a task of a graph has others beside it.';
  return { message: `There is no task ${reference.task} to refer to.`, hint };
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

function problemOfSecret(name: string, exposure: string | undefined): ReferenceProblem | undefined {
  if (parseSecretReference(name) === undefined) {
    const hint = 'The name of a secret has letters, digits and "_", such as ${secret:TOKEN}.';
    return { message: `\${${name}} names no secret.`, hint };
  }
  if (exposure === undefined) return undefined;
  return { message: `\${${name}} is refused here: ${exposure}.`, hint: 'Hand it over in "env".' };
}

function problemOfName(name: string, scope: ReferenceScope): ReferenceProblem | undefined {
  const { parameters, late, tasks, exposure } = scope;
  if (fixedNames.includes(name)) return undefined;
  if (name.startsWith('env:') && name.length > 'env:'.length) return undefined;
  if (name === 'parameters:flags') {
    return {
      message: `${flagsReference} stands among other text.`,
      hint: 'It expands to several words: write it as an argument of the command by itself.',
    };
  }
  if (name.startsWith('inputs.') && name !== 'inputs.') return problemOfInput(name, scope);
  if (name.startsWith('secret:')) return problemOfSecret(name, exposure);
  if (isLateReference(name) && name !== codeReference) {
    const message = `\${${name}} is known only when an attempt starts, and this is read at submission.`;
    if (!late) return { message, hint: 'Use it in "command", "cwd" or "env".' };
    return tasks && problemOfTask(name, tasks);
  }
  if (name.startsWith(parametersPrefix) && name.length > parametersPrefix.length) {
    return parameters && problemOfParameter(name.slice(parametersPrefix.length), parameters);
  }
  return { message: `There is no reference \${${name}}.`, hint: unknownHint(name, scope) };
}

function problemOfInput(name: string, { inputs, late }: ReferenceScope): ReferenceProblem | undefined {
  const isLate = inputs.get(name.slice('inputs.'.length));
  if (isLate === undefined) {
    const known = [...inputs.keys()].slice(0, 12).join(', ');
    const hint = known === '' ? 'Add it to "inputs".' : `There is ${known}.`;
    return { message: `There is no input ${name.slice('inputs.'.length)}.`, hint };
  }
  if (!isLate || late) return undefined;
  const message = `\${${name}} is known only when an attempt starts, and this is read at submission.`;
  return { message, hint: 'Use it in "command", "cwd" or "env".' };
}

function problemOfParameter(path: string, parameters: ReadonlyMap<string, unknown>): ReferenceProblem | undefined {
  if (parameters.has(path)) return undefined;
  return { message: `There is no parameter ${path}.`, hint: listOfParameters(parameters) };
}

function listOfParameters(parameters: ReadonlyMap<string, unknown>): string {
  if (parameters.size === 0) return 'The run file has no parameters.';
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
  const known = ['parameters.NAME', 'parameters:flags', 'inputs.NAME', 'env:NAME', ...fixedNames.slice(1)];
  const all = late
    ? [...known, ...runReferences, 'tasks.NAME.outputs', ...(exposure === undefined ? ['secret:NAME'] : [])]
    : known.filter((each) => each !== 'parameters:flags');
  return `There are ${all.map((each) => `\${${each}}`).join(', ')}. ${literalHint(`\${${name}}`)}`;
}

const literalHint = (text: string): string => `For a literal ${text} write $${text}.`;
const literalHintOf = (name: string): string => `$\${${name}} to leave it to the program.`;
