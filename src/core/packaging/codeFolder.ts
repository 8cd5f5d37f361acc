/**
 * Paths of a run that executes from a snapshot: what lies in the repository is written as `${run.code}/…`, and becomes a
 * path in the snapshot when an attempt starts. So a run is resolved, checked and tried again without one.
 */
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '../../base/failure';
import { codeReference, escapeLate } from '../../model/references';
import type { Environment } from '../runFiles/environment';
import { findRepository } from '../../code/git';

const inside = `\${${codeReference}}`;

export class CodeFolder {
  /** Top folder of the repository. */
  readonly root: string;
  /** The root by its real name and by the one that the submitter came by, as texts for the engine. */
  readonly #names: readonly string[];

  private constructor(root: string, names: readonly string[]) {
    this.root = root;
    this.#names = names.map(escapeLate);
  }

  /** Of the repository that a run file's folder is in. Throws `InvalidInput`. */
  static async find(folder: string, environment: Environment): Promise<CodeFolder> {
    const { root } = await findRepository(folder, environment);
    const below = path.relative(root, await realpath(folder));
    const asSeen = path.resolve(folder, ...below.split(path.sep).map((part) => (part === '' ? '.' : '..')));
    const names = [...new Set([root, asSeen])];
    if (!names.some((name) => isWithin(folder, name))) {
      throw new Failure('InvalidInput', `A link leads from ${folder} into the repository ${root}.`, {
        hint: 'Use the run file where it really lies.',
      });
    }
    return new CodeFolder(root, names);
  }

  /** An absolute path as a text for the engine; one that is not in the repository stays as it is. */
  intoSnapshot(text: string): string {
    for (const name of this.#names) {
      if (isWithin(text, name)) return inside + text.slice(name.length);
    }
    return text;
  }

  /** Back, for what is looked up at submission, when there is no snapshot. */
  inPlace(text: string): string {
    return text.replaceAll(inside, escapeLate(this.root));
  }
}

const isWithin = (file: string, folder: string): boolean => file === folder || file.startsWith(folder + path.sep);
