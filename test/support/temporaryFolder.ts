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
export async function until<T>(look: () => T | Promise<T>, what: string, limitMs = 20_000): Promise<NonNullable<Awaited<T>>> {
  const begin = Date.now();
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== null && seen !== false) return seen;
    if (Date.now() - begin > limitMs) throw new Error(`Waited ${limitMs} ms for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}
