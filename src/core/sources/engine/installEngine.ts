/**
 * The engine's copy in the home. An update of the extension deletes its old folder, and runs outlive that: so the engine
 * and the wrapper of its attempts are copied to `<home>/engine/<version>-<hash>/` and never started from the extension.
 *
 * Two windows may install at once. Each file appears whole (written beside, then renamed), and a copy that lost a file is
 * mended; a whole folder could not be renamed over a damaged one. Old copies stay: a running wrapper reads on in its own.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure, hasErrorCode, messageOf } from '../../../base/failure';

const parts = [
  { name: 'engine.cjs', mode: 0o600 },
  { name: 'wrapper.sh', mode: 0o700 },
] as const;

/**
 * Copies `engine.cjs` and `wrapper.sh` from `bundleFolder` (the extension's `dist`) and returns the path of the copied
 * `engine.cjs`. Throws `Storage` when the home cannot be written; a bundle without these files is a bug.
 */
export async function installEngine(bundleFolder: string, home: string): Promise<string> {
  const contents = await Promise.all(parts.map(async (part) => readFile(path.join(bundleFolder, part.name))));
  const hash = createHash('sha256');
  for (const bytes of contents) hash.update(`${bytes.byteLength}\n`).update(bytes);
  const folder = path.join(
    home,
    'engine',
    `${await readBundleVersion(bundleFolder)}-${hash.digest('hex').slice(0, 12)}`,
  );
  try {
    await mkdir(home, { recursive: true, mode: 0o700 });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const [index, part] of parts.entries()) {
      const bytes = contents[index];
      if (bytes) await placeFile(path.join(folder, part.name), bytes, part.mode);
    }
  } catch (error) {
    throw asStorageFailure(home, error);
  }
  return path.join(folder, 'engine.cjs');
}

/** The extension's version, from the `package.json` above its `dist` folder. For folder names and greetings only. */
export async function readBundleVersion(bundleFolder: string): Promise<string> {
  try {
    const manifest: unknown = JSON.parse(await readFile(path.join(bundleFolder, '..', 'package.json'), 'utf8'));
    if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) {
      const { version } = manifest;
      if (typeof version === 'string' && /^[\w.+-]{1,64}$/.test(version)) return version;
    }
  } catch (error) {
    // A bundle that was moved out of its package still works: the hash tells its copies apart.
    if (!hasErrorCode(error, 'ENOENT') && !(error instanceof SyntaxError)) throw error;
  }
  return '0.0.0';
}

/** `Storage` for what an operating system says about a folder that cannot be written; anything else as it is. */
export function asStorageFailure(home: string, error: unknown): unknown {
  if (!hasErrorCode(error, 'EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR', 'EEXIST')) return error;
  return new Failure('Storage', `Sidelab's folder ${home} cannot be written: ${messageOf(error)}.`, {
    hint: 'Free some space or correct its permissions, or set SIDELAB_HOME to another folder.',
    cause: error,
  });
}

async function placeFile(target: string, bytes: Uint8Array, mode: number): Promise<void> {
  if ((await sizeOf(target)) === bytes.byteLength) return;
  const beside = `${target}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await writeFile(beside, bytes, { mode, flag: 'wx', flush: true });
    await rename(beside, target);
  } catch (error) {
    await rm(beside, { force: true });
    // On Windows a file that another window has just started cannot be replaced; it is the same file then.
    if ((await sizeOf(target)) !== bytes.byteLength) throw error;
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
