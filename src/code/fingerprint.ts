/** Fingerprints of files and folders: by what is in them, wherever they lie and whenever they were written. */
import { createHash } from 'node:crypto';
import { type BigIntStats, createReadStream } from 'node:fs';
import { lstat, readdir, readlink, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { hasErrorCode } from '../base/failure';

/** Of files that did not change since, by what the file system says of them. */
interface Known {
  readonly state: string;
  readonly digest: string;
}

const maxKnown = 100_000;

/** Some at once; of more the operating system would only run out of descriptors. */
const atOnce = 16;

/**
 * A file system that counts time in ticks gives a file that changes twice in one of them the same times: what is known of a
 * file is kept only when it has been left alone for longer.
 */
const settledMs = 2000;

export class Fingerprints {
  readonly #known = new Map<string, Known>();

  /**
   * SHA-256 in hex. Of a folder all that is below it, by relative path; a link counts by what is there, and one that leads
   * nowhere, or around in a circle, by its text. Throws what the file system throws.
   */
  async of(file: string): Promise<string> {
    return this.#of(file, []);
  }

  /** `above`: real paths of the folders on the way. */
  async #of(file: string, above: readonly string[]): Promise<string> {
    const found = await stat(file, { bigint: true });
    if (found.isFile()) return this.#ofFile(file, found);
    if (!found.isDirectory()) return digestOf(`special ${String(found.mode)}`);
    const entries = await readdir(file, { withFileTypes: true, recursive: true });
    const files = entries.filter((entry) => !entry.isDirectory());
    const within = [...above, await realpath(file)];
    return this.#ofAll(files, async (entry) => this.#lineOf(file, path.join(entry.parentPath, entry.name), within));
  }

  /** Of these files and links of a folder, by relative path, with who may execute them. Throws what the file system throws. */
  async ofFiles(folder: string, names: readonly string[]): Promise<string> {
    return this.#ofAll(names, async (name) => {
      const file = path.join(folder, name);
      const isProgram = ((await lstat(file)).mode & 0o100) !== 0;
      return `${await this.#lineOf(folder, file)}${isProgram ? ' program' : ''}`;
    });
  }

  async #ofAll<T>(items: readonly T[], lineOf: (item: T) => Promise<string>): Promise<string> {
    const lines: string[] = [];
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let item = items[next]; item !== undefined; item = items[next]) {
        next += 1;
        lines.push(await lineOf(item));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    return digestOf(lines.sort().join('\n'));
  }

  /** Links are followed when it is said what is above. */
  async #lineOf(folder: string, file: string, above?: readonly string[]): Promise<string> {
    const name = JSON.stringify(path.relative(folder, file));
    const isLink = (await lstat(file)).isSymbolicLink();
    if (isLink && !(above && (await leadsOn(file, above)))) return `${name} link ${await readlink(file)}`;
    return `${name} ${await this.#of(file, above ?? [])}`;
  }

  async #ofFile(file: string, found: BigIntStats): Promise<string> {
    const state = stateOf(found);
    const known = this.#known.get(file);
    if (known && known.state === state) return known.digest;
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
    const digest = hash.digest('hex');
    const isSettled = Number(found.ctimeMs) < Date.now() - settledMs;
    if (!isSettled || stateOf(await stat(file, { bigint: true })) !== state) return digest;
    if (this.#known.size >= maxKnown) this.#known.clear();
    this.#known.set(file, { state, digest });
    return digest;
  }
}

async function leadsOn(link: string, above: readonly string[]): Promise<boolean> {
  try {
    const target = await realpath(link);
    return !above.some((folder) => folder === target || folder.startsWith(target + path.sep));
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) return false;
    throw error;
  }
}

const stateOf = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  [dev, ino, size, mtimeNs, ctimeNs].join(' ');

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');
