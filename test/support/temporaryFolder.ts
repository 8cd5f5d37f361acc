/** Folders for one test: short paths (sockets lie in them), gone afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';

export interface TemporaryFolder {
  readonly path: string;
  join(...parts: string[]): string;
  remove(): void;
}

export function temporaryFolder(): TemporaryFolder {
  const folder = mkdtempSync('/tmp/sl-');
  return {
    path: folder,
    join: (...parts) => path.join(folder, ...parts),
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** Waits for what another process does. The limit is a bound for broken code, not a measure. */
export async function until<T>(
  look: () => T | Promise<T>,
  what: string,
  limitMs = 50_000,
): Promise<Exclude<T, false | undefined>> {
  const begin = Date.now();
  for (;;) {
    const seen = await look();
    if (isThere(seen)) return seen;
    if (Date.now() - begin > limitMs) throw new Error(`Waited ${limitMs} ms for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

function isThere<T>(seen: T): seen is Exclude<T, false | undefined> {
  return seen !== undefined && seen !== false;
}
