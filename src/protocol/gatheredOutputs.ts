/**
 * The outputs folder of a run made of runs. It writes nothing itself, so its folder has a link for each of its parts, under
 * the name of that: `${tasks.search.outputs}/lr=0.1/model.bin`. Made when somebody refers to it, by whoever executes that.
 */
import { existsSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { hasErrorCode } from '../base/failure';
import type { RunId } from '../model/ids';
import { outputsFolder } from './runFolders';

/** Whose outputs they are; of a run made of runs also those of its parts, in their order. */
export interface OutputsOf {
  readonly runId: RunId;
  readonly parts?: readonly (OutputsOf & { readonly name: string })[];
}

/** The folder, with what is there by now; of what never began there is nothing. */
export function gatherOutputs(home: string, { runId, parts }: OutputsOf): string {
  const folder = outputsFolder(home, runId);
  if (!parts) return folder;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const taken = new Set<string>();
  for (const part of parts) {
    const target = gatherOutputs(home, part);
    if (existsSync(target)) link(target, path.join(folder, fileNameOf(part.name, taken)));
  }
  return folder;
}

function link(target: string, at: string): void {
  // Relative, so that a home can be moved; a junction, which Windows lets everybody make, is absolute.
  const written = process.platform === 'win32' ? target : path.relative(path.dirname(at), target);
  try {
    if (readlinkSync(at) === written) return;
    rmSync(at);
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT')) throw error;
  }
  symlinkSync(written, at, 'junction');
}

/** What a file cannot be called stands as `_`; a name that another has got by that is numbered. */
function fileNameOf(name: string, taken: Set<string>): string {
  const plain = name.replaceAll(/[/\\\0]/g, '_').replace(/^\.{1,2}$/, '_');
  let fitting = plain;
  while (Buffer.byteLength(fitting) > 200) fitting = [...fitting].slice(0, -1).join('');
  let free = fitting;
  for (let count = 2; taken.has(free); count += 1) free = `${fitting} (${count})`;
  taken.add(free);
  return free;
}
