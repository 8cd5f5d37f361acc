/** Fingerprints of files and folders: by what is in them, wherever they lie and whenever they were written. */
import { createHash } from 'node:crypto';
import { type BigIntStats, createReadStream } from 'node:fs';
import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import path from 'node:path';

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
   * SHA-256 in hex. Of a folder all that is below it, by relative path; a link counts by where it leads, the one that is asked
   * for by what is there. Throws what the file system throws.
   */
  async of(file: string): Promise<string> {
    const found = await stat(file, { bigint: true });
    if (found.isFile()) return this.#ofFile(file, found);
    if (!found.isDirectory()) return digestOf(`special ${String(found.mode)}`);
    const entries = await readdir(file, { withFileTypes: true, recursive: true });
    const files = entries.filter((entry) => !entry.isDirectory());
    return this.#ofAll(files, async (entry) => this.#lineOf(file, path.join(entry.parentPath, entry.name)));
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

  async #lineOf(folder: string, file: string): Promise<string> {
    const name = JSON.stringify(path.relative(folder, file));
    const isLink = (await lstat(file)).isSymbolicLink();
    return isLink ? `${name} link ${await readlink(file)}` : `${name} ${await this.of(file)}`;
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

const stateOf = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  [dev, ino, size, mtimeNs, ctimeNs].join(' ');

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');
