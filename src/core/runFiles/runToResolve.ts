/** What a resolution is given, and how its failures get their place. */
import path from 'node:path';
import { Failure } from '../../base/failure';
import type { Capacity } from '../../model/demand';
import type { RunId } from '../../model/ids';
import type { RunFile, Task } from '../../model/runFile';
import { isWithin } from '../../model/sweepPath';
import { CodeFolder } from '../packaging/codeFolder';
import { noRepository, repositoryAbove } from '../../code/git';
import type { PlacedPlugin } from '../plugins/applyPlugins';
import type { KeyChange } from '../plugins/pluginChanges';
import type { KeyTree } from './check/keyTree';
import { cleanEnvironment } from './environment';
import { placeOfKey } from './jsonTree';
import type { Once } from './once';
import { KeyFailure, ProblemFailure } from './problemFailure';
import type { KeyPath } from './runFileProblem';

/** What one program of the file comes to, for who looks before it is submitted. */
export interface ResolvedProgram {
  readonly file: RunFile | Task;
  readonly changes: readonly KeyChange[];
  /** Variables that the file sets, itself or by its `envFile`. */
  readonly ownNames: readonly string[];
}

/** What a trial is given, by dotted path, and where the run file says so. */
export interface Varied {
  /** The run or task that has the sweep. */
  readonly at: KeyPath;
  readonly keys: ReadonlyMap<string, KeyPath>;
}

export interface RunToResolve {
  /** Of a task with all that it inherits. */
  readonly file: RunFile | Task;
  /** Where it stands in the run file; absent is the file itself. */
  readonly at?: KeyPath;
  /** The file's text: kept with the run, and where the places of failures are found. */
  readonly text: string;
  /** Absolute path of the run file. */
  readonly path: string;
  /** Of the text, where somebody has it already. */
  readonly tree?: KeyTree;
  /** Of whoever submits: the terminal's, or the window's. It is cleaned here. */
  readonly environment: NodeJS.ProcessEnv;
  /** Folder of the workspace that the run belongs to. */
  readonly workspace?: string;
  /** Path of the interpreter that the editor's Python extension has chosen, for `"python": "selected"`. */
  readonly selectedPython?: string;
  /** While typing: no program is started, so an environment that only a program knows (conda's) is not looked into. */
  readonly onlyLook?: boolean;
  /** Of what the task is a part of: they come before its own. */
  readonly plugins?: readonly PlacedPlugin[];
  /** What the sweeps that it is a trial of, or a part of one, have set: values by dotted path. */
  readonly trialValues?: ReadonlyMap<string, unknown>;
  /** Plugins have changed the file: not all of it stands in the text. */
  readonly isPatched?: boolean;
  /** Of a trial, and of what it is made of: where the sweep stands that it is one of, and what that varies. */
  readonly varied?: Varied;
  /** Called with what each program comes to, in the order of the file. */
  readonly onProgram?: (program: ResolvedProgram) => void;
  /** Called with the place in the run file of each run below the one at the top; of a trial the place of what it varies. */
  readonly onPart?: (runId: RunId, keyPath: KeyPath) => void;
  /** What the machine has that is to execute it: asked only for a run that says what it takes. Undefined: not known here. */
  readonly capacity?: () => Promise<Capacity | undefined>;
  /** The repository, when the run executes from a snapshot of it: `findCode` has it. */
  readonly code?: CodeFolder;
  /** Shared by the tasks of one file. */
  readonly once?: Once;
  /** For who wants all that is wrong: told of each failure, and the resolution goes on as well as it can without what failed. */
  readonly onFailure?: (failure: KeyFailure) => void;
}

/** With the repository that `"packaging": "git"` needs. Throws `InvalidInput` at that key. */
export async function findCode<T extends RunToResolve>(run: T): Promise<T> {
  const isWanted = 'packaging' in run.file && run.file.packaging === 'git';
  if (!isWanted) return run;
  const folder = path.dirname(run.path);
  return atKey(run, ['packaging'], async () => {
    // Said while typing, without git.
    if ((await repositoryAbove(folder)) === undefined) {
      const { message, hint } = noRepository(folder);
      throw new ProblemFailure('no-repository', message, hint === undefined ? {} : { hint });
    }
    return run.onlyLook ? run : { ...run, code: await CodeFolder.find(folder, cleanEnvironment(run.environment)) };
  });
}

/** Gives a failure of `work` the key and the place that it is about. */
export async function atKey<T>(
  run: Pick<RunToResolve, 'text' | 'path' | 'at' | 'varied' | 'onFailure'>,
  key: KeyPath,
  work: () => T | Promise<T>,
): Promise<T> {
  const keyPath = [...(run.at ?? []), ...key];
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw failureAtKey(run, keyPath, error);
  }
}

/** `keyPath` is from the top of the file. Who wants all failures finds their places, which of thousands takes a while. */
export function failureAtKey(
  { text, path: file, varied, onFailure }: Pick<RunToResolve, 'text' | 'path' | 'varied' | 'onFailure'>,
  keyPath: KeyPath,
  failure: Failure,
): KeyFailure {
  const at = (varied && variedKey(varied, keyPath)) ?? keyPath;
  return new KeyFailure(failure, at, onFailure ? undefined : placeOfKey(text, file, at));
}

/** Where the sweep gives a trial what is at the key. */
export function variedKey({ at, keys }: Varied, keyPath: KeyPath): KeyPath | undefined {
  if (keyPath.length <= at.length || at.some((step, index) => keyPath[index] !== step)) return undefined;
  const path = keyPath.slice(at.length).join('.');
  return Array.from(keys).find(([key]) => isWithin(path, key))?.[1];
}

/** What `work` makes; where all failures are wanted, they are told of it, and it is `otherwise`. */
export async function orElse<T, O>(
  run: Pick<RunToResolve, 'at' | 'onFailure'>,
  work: () => Promise<T>,
  otherwise: O,
): Promise<T | O> {
  try {
    return await work();
  } catch (error) {
    if (!run.onFailure || !(error instanceof Failure)) throw error;
    run.onFailure(error instanceof KeyFailure ? error : new KeyFailure(error, run.at ?? [], undefined));
    return otherwise;
  }
}
