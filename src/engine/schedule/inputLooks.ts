/**
 * What the file system says of a run's inputs when an attempt begins, kept with the attempt: so that it can be told later
 * whether a run that failed had other inputs than one that did not. Contents are not read: inputs may be large.
 */
import type { Dirent } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Check } from '@sinclair/typebox/value';
import { hasErrorCode } from '../../base/failure';
import { isUrl } from '../../model/input';
import { type InputLook, InputLooksSchema } from '../../model/inputLook';

/** Files of a folder that are looked at: an attempt does not wait for more. */
const mostFiles = 1000;

const looksFile = (attemptFolder: string): string => path.join(attemptFolder, 'inputs.json');

/** `inputs` with their paths as they are, references filled. Fails for nothing: it is only nice to know. */
export async function keepInputLooks(
  attemptFolder: string,
  inputs: readonly { readonly name: string; readonly path: string }[],
): Promise<void> {
  if (inputs.length === 0) return;
  try {
    const looks: InputLook[] = [];
    for (const input of inputs) looks.push(isUrl(input.path) ? input : { ...input, ...(await lookAt(input.path)) });
    await mkdir(attemptFolder, { recursive: true, mode: 0o700 });
    await writeFile(looksFile(attemptFolder), JSON.stringify(looks), { mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
}

/** Undefined where nobody looked. */
export async function readInputLooks(attemptFolder: string): Promise<InputLook[] | undefined> {
  try {
    const looks: unknown = JSON.parse(await readFile(looksFile(attemptFolder), 'utf8'));
    return Check(InputLooksSchema, looks) ? looks : undefined;
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT') || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function lookAt(file: string): Promise<Pick<InputLook, 'sizeBytes' | 'modifiedMs' | 'files' | 'isPartial'>> {
  const found = await stat(file);
  if (!found.isDirectory()) return { sizeBytes: found.size, modifiedMs: found.mtimeMs };
  let [files, sizeBytes, modifiedMs] = [0, 0, 0];
  for await (const below of filesBelow(file)) {
    if (files === mostFiles) return { files, sizeBytes, modifiedMs, isPartial: true };
    files += 1;
    const { size, mtimeMs } = await stat(below).catch(() => ({ size: 0, mtimeMs: 0 }));
    sizeBytes += size;
    modifiedMs = Math.max(modifiedMs, mtimeMs);
  }
  return { files, sizeBytes, modifiedMs };
}

/** In the order of their names, so that of too many the same ones are looked at again. Links are not followed into folders. */
async function* filesBelow(folder: string): AsyncGenerator<string> {
  const entries: Dirent[] = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const below = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(below);
    else yield below;
  }
}
