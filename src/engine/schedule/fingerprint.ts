/** Fingerprints of files and folders: by what is in them, wherever they lie and whenever they were written. */
import { createHash } from 'node:crypto';
import { createReadStream, type Dirent } from 'node:fs';
import { readdir, readlink, stat } from 'node:fs/promises';
import path from 'node:path';

/** Of files that did not change since, by what the file system says of them. */
interface Known {
  readonly state: string;
  readonly digest: string;
}

const maxKnown = 20_000;

export class Fingerprints {
  readonly #known = new Map<string, Known>();

  /**
   * SHA-256 in hex. Of a folder all that is below it, by relative path; a link counts by where it leads, the one that is asked
   * for by what is there. Throws what the file system throws.
   */
  async of(file: string): Promise<string> {
    const found = await stat(file, { bigint: true });
    if (found.isFile())
      return this.#ofFile(file, `${found.dev} ${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`);
    if (!found.isDirectory()) return digestOf(`special ${String(found.mode)}`);
    const entries = await readdir(file, { withFileTypes: true, recursive: true });
    const lines = await Promise.all(
      entries.filter((entry) => !entry.isDirectory()).map(async (entry) => this.#lineOf(file, entry)),
    );
    return digestOf(lines.sort().join('\n'));
  }

  async #lineOf(folder: string, entry: Dirent): Promise<string> {
    const file = path.join(entry.parentPath, entry.name);
    const name = JSON.stringify(path.relative(folder, file));
    return entry.isSymbolicLink() ? `${name} link ${await readlink(file)}` : `${name} ${await this.of(file)}`;
  }

  async #ofFile(file: string, state: string): Promise<string> {
    const known = this.#known.get(file);
    if (known && known.state === state) return known.digest;
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
    const digest = hash.digest('hex');
    if (this.#known.size >= maxKnown) this.#known.clear();
    this.#known.set(file, { state, digest });
    return digest;
  }
}

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');
