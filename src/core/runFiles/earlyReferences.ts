/** Fills what is known of a run file's references at submission; `model/references.ts` has the grammar. */
import { homedir } from 'node:os';
import path from 'node:path';
import { Failure } from '../../base/failure';
import type { Input } from '../../model/input';
import { parameterPaths, parameterText } from '../../model/parameterPaths';
import {
  escapeLate,
  fillEarlyReferences,
  hasLateReference,
  type LateText,
  parseTaskReference,
  textParts,
  unescapeLate,
} from '../../model/references';
import { type Environment, findVariable } from './environment';
import { exists } from './findProgram';
import { resolveInputs } from './inputs';
import { lazily } from './once';
import { ProblemFailure } from './problemFailure';
import { exposureOf, findReferenceProblem, findWordsReference } from './referenceProblem';
import type { KeyPath } from './runFileProblem';
import { atKey, orElse, type RunToResolve } from './runToResolve';

export interface References {
  /** A text whose late references are left for the engine. Throws `InvalidInput` at the key. */
  fill(keyPath: KeyPath, text: string): Promise<string>;
  /** As `fill`, with folders as they are where the run is submitted, and not in its snapshot. */
  fillInPlace(keyPath: KeyPath, text: string): Promise<string>;
  /** A text that is used now and cannot have late references. Throws `InvalidInput` at the key. */
  fillNow(keyPath: KeyPath, text: string): Promise<string>;
  /** What `${inputs.NAME}` stands for. */
  readonly inputs: readonly Input[];
  /**
   * A command; a word may expand to several. The program, which is looked for, is filled in place. Throws `InvalidInput`
   * at the word, or at `elsewhere` when that names a key.
   */
  fillCommand(command: readonly string[], elsewhere?: KeyPath): Promise<string[]>;
}

/** A word of the command by itself that stands for an input is as many words as that has paths. */
const inputWord = /^\$\{inputs\.([^{}]+)\}$/;

/** `submitter` is the environment that `${env:NAME}` looks into. */
export async function openReferences(run: RunToResolve, submitter: Environment): Promise<References> {
  const parameters = run.file.parameters ?? {};
  const paths = lazily(() => parameterPaths(parameters));
  const folder = path.dirname(run.path);
  const findWorkspace = async (): Promise<string | undefined> => findWorkspaceFolder(folder);
  const around = async (): Promise<string | undefined> =>
    run.once ? run.once.get(['workspace', folder], findWorkspace) : findWorkspace();
  const workspace = run.workspace ?? (mentionsWorkspace(run) ? await around() : undefined);

  const intoSnapshot = (text: string): string => run.code?.intoSnapshot(text) ?? text;
  const inputsInPlace = new Map<string, readonly string[]>();
  const inputs = new Map<string, readonly string[]>();
  const valueInPlace = (name: string): string | LateText => {
    if (name.startsWith('inputs.')) return valueOfInput(inputsInPlace, name);
    if (name === 'parameters') return JSON.stringify(parameters);
    if (name === 'workspaceFolder') return workspace ?? folder;
    if (name === 'runFile') return run.path;
    if (name === 'runFileDirname') return folder;
    if (name === 'userHome') return homedir();
    if (name.startsWith('env:')) return variable(submitter, name.slice('env:'.length));
    return handedOn(parameterText(paths().get(name.slice('parameters.'.length))));
  };
  const valueOf = (name: string): string | LateText => {
    if (name.startsWith('inputs.')) return valueOfInput(inputs, name);
    const value = valueInPlace(name);
    if (typeof value !== 'string' || !foldersOfCode.includes(name)) return value;
    const late = intoSnapshot(escapeLate(value));
    return late === escapeLate(value) ? value : { late };
  };
  const fillText = (text: string, late: boolean, keyPath: KeyPath, resolve = valueOf): string => {
    const scope = { parameters: paths, inputs: inputNames(run), late, exposure: exposureOf(keyPath[0]) };
    const problem = findReferenceProblem(text, scope);
    if (problem) throw new ProblemFailure(problem.code, problem.message, { hint: problem.hint });
    return withoutNul(fillEarlyReferences(text, resolve));
  };
  const fill = async (keyPath: KeyPath, text: string): Promise<string> =>
    atKey(run, keyPath, () => fillText(text, true, keyPath));
  const fillInPlace = async (keyPath: KeyPath, text: string): Promise<string> =>
    atKey(run, keyPath, () => fillText(text, true, keyPath, valueInPlace));
  const fillWord = async (key: KeyPath, word: string, isProgram: boolean): Promise<readonly string[]> => {
    const input = isProgram ? undefined : inputs.get(inputWord.exec(word)?.[1] ?? '');
    if (input) return input;
    if (isProgram) return [await fillInPlace(key, word)];
    const all = findWordsReference(word);
    if (!all) return [await fill(key, word)];
    return (await atKey(run, key, () => all.words(parameters).map(withoutNul))).map(lateWord);
  };
  const found = await resolveInputs(run, fillInPlace);
  for (const { name, paths } of found) inputsInPlace.set(name, paths);
  const resolved = found.map(({ name, paths }) => ({ name, paths: paths.map(intoSnapshot) }));
  for (const { name, paths } of resolved) inputs.set(name, paths);
  return {
    fill,
    fillInPlace,
    inputs: resolved,
    fillNow: async (keyPath, text) =>
      atKey(run, keyPath, () => unescapeLate(fillText(text, false, keyPath, valueInPlace))),
    fillCommand: async (command, elsewhere = []) => {
      const words: string[] = [];
      for (const [index, word] of command.entries()) {
        const key = elsewhere.length > 0 ? elsewhere : ['command', index];
        words.push(...(await orElse(run, async () => fillWord(key, word, index === 0), [''])));
      }
      return words;
    },
  };
}

/** Plugins may mention it too. */
function mentionsWorkspace({ text, file, isPatched, once }: RunToResolve): boolean {
  // Letters may be written as codes.
  const inText = (): boolean => text.includes('workspaceFolder') || text.includes('\\u');
  const isMentioned = once ? once.now(['workspaceFolder'], inText) : inText();
  const hasMore = isPatched || file.algorithm !== undefined;
  return isMentioned || (hasMore === true && JSON.stringify(file).includes('workspaceFolder'));
}

/** A parameter that refers to another task is filled where it is mentioned too; any other is what it is. */
const handedOn = (value: string): string | LateText => (refersToTask(value) ? { late: lateWord(value) } : value);

const refersToTask = (text: string): boolean =>
  text.includes('${tasks.') &&
  Array.from(textParts(text)).some((part) => part.kind === 'reference' && parseTaskReference(part.name) !== undefined);

/** A text for the engine's `fillReferences`, in which references to tasks alone are references. */
const lateWord = (text: string): string =>
  refersToTask(text)
    ? Array.from(textParts(text), (part) =>
        part.kind === 'reference' && parseTaskReference(part.name) !== undefined
          ? part.source
          : escapeLate(part.source),
      ).join('')
    : escapeLate(text);

/** Of the run or task itself, and whether each is known only when an attempt starts. */
const inputNames = ({ file }: RunToResolve): ReadonlyMap<string, boolean> =>
  new Map(
    Object.entries(file.inputs ?? {}).map(([name, written]) => [
      name,
      [written].flat().some((text) => hasLateReference(text)),
    ]),
  );

const valueOfInput = (inputs: ReadonlyMap<string, readonly string[]>, name: string): LateText => ({
  late: (inputs.get(name.slice('inputs.'.length)) ?? []).join(' '),
});

const foldersOfCode: readonly string[] = ['workspaceFolder', 'runFile', 'runFileDirname'];

/** Parameters may hold one: in their file it arrives, in a word it would end it. */
function withoutNul(text: string): string {
  if (text.includes('\0')) throw new Failure('InvalidInput', 'A NUL character cannot be passed to a program.');
  return text;
}

function variable(environment: Environment, name: string): string {
  const value = findVariable(environment, name);
  if (value !== undefined) return value;
  throw new ProblemFailure('missing-variable', `There is no environment variable ${name}.`, {
    hint: 'It is looked up where the run is submitted.',
  });
}

/**
 * A terminal knows no workspace: it is the nearest folder around the run file that an editor would open as one, so that the
 * same file means the same in both.
 */
export async function findWorkspaceFolder(folder: string): Promise<string | undefined> {
  // The home has a .vscode for the editor's own files.
  if (folder === homedir()) return undefined;
  for (const mark of ['.sidelab', '.vscode', '.git']) if (await exists(path.join(folder, mark))) return folder;
  const parent = path.dirname(folder);
  return parent === folder ? undefined : findWorkspaceFolder(parent);
}
