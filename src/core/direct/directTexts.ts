/** Fills, for a program that is executed without the engine, what the engine would fill when an attempt starts. */
import { stat } from 'node:fs/promises';
import { Failure, hasErrorCode } from '../../base/failure';
import type { RunId } from '../../model/ids';
import { isUrl, missingInput } from '../../model/input';
import {
  fillReferences,
  isRunReference,
  parseSecretReference,
  parseTaskReference,
  type RunReference,
  textParts,
} from '../../model/references';
import type { Submission, TaskSubmission } from '../../protocol/engine';
import { gatherOutputs, type OutputsOf } from '../../protocol/gatheredOutputs';
import { attemptVariables, checkpointsFolder, outputsFolder } from '../../protocol/runFolders';
import type { Secrets } from '../source';
import type { DirectProgram } from './directTasks';

export interface Filled {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly parametersJson: string;
}

export class DirectTexts {
  readonly #home: string;
  readonly #submission: Submission;
  readonly #secrets: Secrets;
  readonly #started = new Set<RunId>();

  constructor(home: string, submission: Submission, secrets: Secrets) {
    this.#home = home;
    this.#submission = submission;
    this.#secrets = secrets;
  }

  /** From now on others can refer to its outputs. */
  started({ runId }: DirectProgram): void {
    this.#started.add(runId);
  }

  /** Throws `InvalidInput` when it refers to what is not there. */
  fill(program: DirectProgram): Filled {
    const { runId, path, command, cwd, parametersJson, environment } = program;
    const valueOf = this.#valuesFor(runId);
    const fill = (text: string): string => fillReferences(this.#required(text, runId), valueOf);
    const pairs = environment === 0 ? this.#submission.environment : this.#submission.environments?.[environment - 1];
    const fillPrivately = (text: string): string =>
      fillReferences(this.#required(text, runId), (name) => {
        const secret = parseSecretReference(name);
        return secret === undefined ? valueOf(name) : (this.#secrets.get(secret) ?? '');
      });
    const filledPairs = (pairs ?? []).map(([name, value]) => [name, fillPrivately(value)] as const);
    const isTask = path !== '';
    return {
      command: command.map(fill),
      cwd: fill(cwd),
      env: { ...Object.fromEntries(filledPairs), ...attemptVariables(this.#home, runId, 1) },
      parametersJson: isTask
        ? fillTexts(parametersJson, (text) =>
            fillReferences(this.#required(text, runId), (name) =>
              parseTaskReference(name) ? valueOf(name) : undefined,
            ),
          )
        : parametersJson,
    };
  }

  /** Throws `InvalidInput` that names the first input that is missing. */
  async checkInputs({ runId, inputs = [] }: DirectProgram): Promise<void> {
    const valueOf = this.#valuesFor(runId);
    for (const { name, paths } of inputs) {
      for (const input of paths.map((text) => fillReferences(this.#required(text, runId), valueOf))) {
        if (!isUrl(input) && !(await isThere(input))) throw missingInput(name, input);
      }
    }
  }

  #valuesFor(runId: RunId): (name: string) => string | undefined {
    const own: Readonly<Record<RunReference, string>> = {
      'run.id': runId,
      'run.outputs': outputsFolder(this.#home, runId),
      'run.checkpoints': checkpointsFolder(this.#home, runId),
    };
    return (name) => {
      if (isRunReference(name)) return own[name];
      const reference = parseTaskReference(name);
      // What is not found here is escaped text, which stands for itself.
      return reference && (this.#outputsOf(reference.task, runId) ?? '');
    };
  }

  /** The text, all tasks that it refers to having outputs. */
  #required(text: string, runId: RunId): string {
    for (const part of text.includes('${tasks.') ? textParts(text) : []) {
      const reference = part.kind === 'reference' ? parseTaskReference(part.name) : undefined;
      if (!reference || this.#outputsOf(reference.task, runId) !== undefined) continue;
      throw new Failure('InvalidInput', `The task ${reference.task} has left no outputs.`);
    }
    return text;
  }

  /** Of a task beside this one, or beside one that this is a part of. */
  #outputsOf(name: string, runId: RunId): string | undefined {
    const { tasks = [] } = this.#submission;
    for (let at = tasks.find((task) => task.runId === runId); at;) {
      const { parentId } = at;
      const found = tasks.find((task) => task.parentId === parentId && task.task === name);
      if (found) return this.#hasStarted(found) ? gatherOutputs(this.#home, this.#partsOf(found)) : undefined;
      at = tasks.find((task) => task.runId === parentId);
    }
    return undefined;
  }

  #partsOf({ runId, kind = 'single' }: TaskSubmission): OutputsOf {
    if (kind === 'single') return { runId };
    const parts = (this.#submission.tasks ?? []).filter(({ parentId }) => parentId === runId);
    return { runId, parts: parts.map((part) => ({ ...this.#partsOf(part), name: part.task })) };
  }

  #hasStarted({ runId, kind = 'single' }: TaskSubmission): boolean {
    return kind !== 'single' || this.#started.has(runId);
  }
}

const fillTexts = (json: string, fill: (text: string) => string): string =>
  JSON.stringify(JSON.parse(json, (_key, value: unknown) => (typeof value === 'string' ? fill(value) : value)));

async function isThere(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
}
