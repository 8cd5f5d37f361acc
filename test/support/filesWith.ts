/** Where a text has been written down: every file below the folders, whatever it is, and the words of every process. */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export function filesWith(text: string, ...folders: readonly string[]): string[] {
  const bytes = Buffer.from(text);
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => isFile(file) && (file.includes(text) || readFileSync(file).includes(bytes))),
  );
}

/** Processes whose command line, which every user can see, holds the text. */
export function processesShowing(text: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });
}

function isFile(file: string): boolean {
  try {
    return lstatSync(file).isFile();
  } catch {
    // Taken away meanwhile.
    return false;
  }
}
