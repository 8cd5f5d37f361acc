/**
 * Hashes of the working trees of repositories as they are now. Many runs may start at once: who asks while git is at work
 * on a repository shares the next answer, which is of a look that began after the question.
 */
import type { Variables } from '../../code/askProgram';
import { noCode } from '../../code/codeEndings';
import { gitTreeOf } from '../../code/gitTree';

/** What git's answer depends on: where it is found, and whose settings hold. */
const ofGit = /^(PATH|HOME|XDG_CONFIG_HOME|GIT_.*)$/i;

interface Looks {
  current: Promise<string>;
  next: Promise<string> | undefined;
}

export class WorkingTrees {
  readonly #looks = new Map<string, Looks>();

  /** Throws `InvalidInput` that says why git does not tell. */
  async hashOf(root: string, environment: Variables): Promise<string> {
    const key = JSON.stringify([root, ...[...environment].filter(([name]) => ofGit.test(name)).sort()]);
    const look = async (): Promise<string> => gitTreeOf(root, environment, { except: noCode });
    const looks = this.#looks.get(key);
    if (!looks) return this.#begin(key, look);
    looks.next ??= looks.current.then(noMatter, noMatter).then(async () => this.#begin(key, look));
    return looks.next;
  }

  async #begin(key: string, look: () => Promise<string>): Promise<string> {
    const looks: Looks = { current: look(), next: undefined };
    this.#looks.set(key, looks);
    try {
      return await looks.current;
    } finally {
      if (this.#looks.get(key) === looks && !looks.next) this.#looks.delete(key);
    }
  }
}

const noMatter = (): void => undefined;
