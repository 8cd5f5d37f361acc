/**
 * What VS Code loads first: gets the window's bundle (`extension.ts`) into the process without compiling a megabyte of it again. Its
 * compiled code is kept in the extension's storage, for this very bundle and this very engine of JavaScript; anything else is refused and
 * made anew. Knows nothing of what it loads.
 */
import { readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';
import type { ExtensionContext } from 'vscode';

interface Bundle {
  activate(context: ExtensionContext): unknown;
}

type Wrapper = (
  exports: unknown,
  required: (name: string) => unknown,
  module: { exports: unknown },
  filename: string,
  dirname: string,
) => void;

const suffix = '.code';
/** When a window has opened and nobody waits: making the code takes some milliseconds, once after an update. */
const keepAfterMs = 10_000;
const sumBytes = 4;

export function activate(context: ExtensionContext): unknown {
  const file = path.join(__dirname, 'window.cjs');
  const source = readFileSync(file);
  const folder = path.join(context.globalStorageUri.fsPath, 'code');
  const name = `${crc32(source).toString(16)}-${process.versions.v8}-${process.arch}${suffix}`;
  const kept = path.join(folder, name);
  const cachedData = readKept(kept);
  // A bundle is ASCII (esbuild.mjs): a text of one byte a letter, which is read and compiled in half the time.
  const text = `(function (exports, require, module, __filename, __dirname) {${source.toString()}\n})`;
  const script = new Script(text, { filename: file, ...(cachedData ? { cachedData } : {}) });
  const module: { exports: unknown } = { exports: {} };
  (script.runInThisContext() as Wrapper)(module.exports, askedOnce(require), module, file, __dirname);
  const api = (module.exports as Bundle).activate(context);
  if (!cachedData || script.cachedDataRejected) {
    // What was compiled on the way is in it, too.
    const timer = setTimeout(() => void keep(folder, name, script.createCachedData()), keepAfterMs);
    context.subscriptions.push({ dispose: () => clearTimeout(timer) });
  }
  return api;
}

/** Each of some hundred modules asks for `vscode` and the same few of Node, and the editor looks at every question anew. */
function askedOnce(ask: NodeJS.Require): (name: string) => unknown {
  const known = new Map<string, unknown>();
  return (name) => {
    if (!known.has(name)) known.set(name, ask(name));
    return known.get(name);
  };
}

/** Undefined where there is none, or where it is not whole: the engine itself does not look. */
function readKept(file: string): Buffer | undefined {
  try {
    const bytes = readFileSync(file);
    const code = bytes.subarray(sumBytes);
    return bytes.length > sumBytes && crc32(code) === bytes.readUInt32LE(0) ? code : undefined;
  } catch {
    return undefined;
  }
}

/** Whole or not at all; those of other versions go. Without it, the next window compiles anew. */
async function keep(folder: string, name: string, code: Buffer): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    const sum = Buffer.alloc(sumBytes);
    sum.writeUInt32LE(crc32(code));
    const fresh = path.join(folder, `${name}.${process.pid}`);
    await writeFile(fresh, Buffer.concat([sum, code]));
    await rename(fresh, path.join(folder, name));
    for (const other of await readdir(folder)) if (other !== name) await rm(path.join(folder, other), { force: true });
  } catch {
    // A full disk, or one that cannot be written: nothing is lost but some milliseconds.
  }
}
