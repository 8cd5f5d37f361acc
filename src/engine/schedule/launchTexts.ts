/**
 * Fills, when an attempt starts, what only the engine knows: `${run.id}`, `${run.outputs}`, `${run.checkpoints}`, what
 * other tasks of the graph have left, `${tasks.prepare.outputs}`, and, in the environment alone, `${secret:TOKEN}`.
 */
import { Failure } from '../../base/failure';
import type { RunId } from '../../model/ids';
import { parameterText } from '../../model/parameterPaths';
import {
  codeReference,
  fillReferences,
  isRunReference,
  parseSecretReference,
  parseTaskReference,
  type RunReference,
  type TaskReference,
  textParts,
} from '../../model/references';
import { snapshotFolder } from '../../protocol/codeFiles';
import { gatherOutputs } from '../../protocol/gatheredOutputs';
import type { Home } from '../home';
import type { TaskValue } from '../store/taskValue';

export interface LaunchTexts {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** JSON; references stand in its texts. */
  readonly parametersJson: string;
}

/** Finds the value of a task reference as JSON text, seen from the run; outputs are given as the runs that have them. */
export type FindTaskValue = (reference: TaskReference) => Promise<TaskValue>;

/** Values by name. They go into the environment of a process and nowhere else. */
export type Secrets = ReadonlyMap<string, string>;

/** Whose texts they are. */
export interface FilledFor {
  readonly runId: RunId;
  /** The run at the top, whose snapshot of the code is that of all. */
  readonly tree: RunId;
}

/**
 * All secrets that the environment refers to must be there. `findTaskValue` is absent for a run that is no task: its
 * parameters are then what they are. Throws `InvalidInput` when another task has left no such thing.
 */
export async function fillLaunchTexts(
  home: Home,
  { runId, tree }: FilledFor,
  { command, cwd, env, parametersJson }: LaunchTexts,
  secrets: Secrets,
  findTaskValue?: FindTaskValue,
): Promise<LaunchTexts> {
  const values: Readonly<Record<RunReference, string>> = {
    'run.id': runId,
    'run.outputs': home.outputs(runId),
    'run.checkpoints': home.checkpoints(runId),
  };
  const found = new Map<string, unknown>();
  const texts = findTaskValue ? [...command, cwd, ...Object.values(env), parametersJson] : [];
  for (const text of texts) {
    for (const name of taskReferencesIn(text)) {
      const reference = parseTaskReference(name);
      if (!findTaskValue || !reference || found.has(name)) continue;
      const value = await findTaskValue(reference);
      found.set(name, 'outputsOf' in value ? gatherOutputs(home.folder, value.outputsOf) : JSON.parse(value.json));
    }
  }
  const resolve = (name: string): string | undefined => {
    if (isRunReference(name)) return values[name];
    if (name === codeReference) return snapshotFolder(home.folder, tree);
    // Escaped text: a reference to a secret stands nowhere but in the environment.
    if (parseSecretReference(name) !== undefined) return '';
    if (!parseTaskReference(name)) return undefined;
    // What is not found here is escaped text, which stands for itself.
    return found.has(name) ? parameterText(found.get(name)) : '';
  };
  const fill = (text: string): string => withoutNul(fillReferences(text, resolve));
  const fillPrivately = (text: string): string =>
    withoutNul(
      fillReferences(text, (name) => {
        const secret = parseSecretReference(name);
        return secret === undefined ? resolve(name) : (secrets.get(secret) ?? '');
      }),
    );
  return {
    command: command.map(fill),
    cwd: fill(cwd),
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fillPrivately(value)])),
    parametersJson: found.size === 0 ? parametersJson : fillParameters(parametersJson, found),
  };
}

/** A text that is a reference and nothing else becomes the value itself, a number staying a number. */
function fillParameters(json: string, found: ReadonlyMap<string, unknown>): string {
  return JSON.stringify(
    JSON.parse(json, (_key, value: unknown) => {
      if (typeof value !== 'string') return value;
      const [only, further] = textParts(value);
      if (only?.kind === 'reference' && further === undefined && found.has(only.name)) return found.get(only.name);
      return fillReferences(value, (name) => (found.has(name) ? parameterText(found.get(name)) : undefined));
    }),
  );
}

function* taskReferencesIn(text: string): Generator<string> {
  if (!text.includes('${tasks.')) return;
  for (const part of textParts(text)) if (part.kind === 'reference') yield part.name;
}

/** An environment or a command line cannot hold one; a sweep's parameter may. */
function withoutNul(text: string): string {
  if (!text.includes('\0')) return text;
  throw new Failure('InvalidInput', 'A NUL character cannot be passed to a program.');
}
