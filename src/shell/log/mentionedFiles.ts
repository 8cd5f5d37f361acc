/** Which of the files that a log mentions are there: looked up when links are asked for, each at most now and then. */
import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from '../../base/failure';
import type { FileMention } from '../../core/output/fileMentions';
import type { FollowedLog } from './followedLog';

/** A file that is made later is linked then. */
const keptMs = 10_000;
const mostLooks = 300;
const mostKept = 5000;

export class MentionedFiles {
  readonly #known = new Map<string, { readonly isFile: boolean; readonly atMs: number }>();
  readonly #folders = new WeakMap<FollowedLog, Promise<string | undefined>>();

  /** Absolute paths of those that are there, by the path as it is mentioned. None for a run of another machine. */
  async find(log: FollowedLog, mentions: readonly FileMention[]): Promise<ReadonlyMap<string, string>> {
    let folder = this.#folders.get(log);
    if (!folder) this.#folders.set(log, (folder = folderOf(log)));
    const cwd = await folder;
    if (cwd === undefined) {
      this.#folders.delete(log);
      return new Map();
    }
    const files = new Map<string, string>();
    for (const { path: mentioned } of mentions) {
      const file = files.has(mentioned) ? undefined : absolute(cwd, mentioned);
      if (file !== undefined) files.set(mentioned, file);
    }
    const now = Date.now();
    if (this.#known.size > mostKept) this.#known.clear();
    const unknown = [...new Set(files.values())].filter((file) => now - (this.#known.get(file)?.atMs ?? 0) > keptMs);
    await Promise.all(
      unknown.slice(-mostLooks).map(async (file) => this.#known.set(file, { isFile: await isFile(file), atMs: now })),
    );
    return new Map([...files].filter(([, file]) => this.#known.get(file)?.isFile === true));
  }
}

/** The folder that the run executes in, if that is of this machine. */
async function folderOf({ source, address: { runId, attempt: number } }: FollowedLog): Promise<string | undefined> {
  try {
    const { cwd, attempts } = await source.run(runId);
    const attempt = attempts.find((one) => one.number === number) ?? attempts.at(-1);
    return attempt === undefined || attempt.host === hostname() ? cwd : undefined;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

function absolute(cwd: string, mentioned: string): string | undefined {
  try {
    const file = mentioned.startsWith('file:') ? fileURLToPath(mentioned) : path.resolve(cwd, mentioned);
    // A share of another machine would be asked.
    return file.startsWith('\\\\') ? undefined : file;
  } catch {
    // An address that no file can have.
    return undefined;
  }
}

async function isFile(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
