/** The files of an attempt's folder that wrapper and engine share: claim and exit record. */
import { closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { hasErrorCode } from '../../../base/failure';
import { abandonedRecord, claimFile, exitFile, parseAbandoned } from '../../../protocol/runFolders';

/** Names a process for good: a pid alone comes round again. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot on Linux; elsewhere what `ps -o lstart=` says, blanks as `_`. */
  readonly start: string;
  readonly boot: string;
  readonly space: string;
}

/** `torn`: the file is there but not whole; its writer is about to finish it, or was killed in between. */
export type Claim =
  | { readonly kind: 'claimed'; readonly process: ProcessIdentity; readonly atMs: number }
  | { readonly kind: 'abandoned'; readonly why: string }
  | { readonly kind: 'torn'; readonly atMs: number };

export const outputFile = (folder: string, stream: 'stdout' | 'stderr'): string => path.join(folder, stream);

export function readClaim(folder: string): Claim | undefined {
  const record = readRecord(claimFile(folder));
  if (!record) return undefined;
  const why = parseAbandoned(record.text);
  if (why !== undefined) return { kind: 'abandoned', why };
  const match = /^claimed pid=(\d+) start=(\S+) boot=(\S+) space=(\S+)\n$/.exec(record.text);
  if (!match) return { kind: 'torn', atMs: record.atMs };
  const [, pid, start, boot, space] = match;
  if (pid === undefined || start === undefined || boot === undefined || space === undefined) {
    return { kind: 'torn', atMs: record.atMs };
  }
  return { kind: 'claimed', process: { pid: Number(pid), start, boot, space }, atMs: record.atMs };
}

/** Whether somebody has taken the claim, to execute the attempt or to keep it from being executed. */
export const isClaimed = (folder: string): boolean =>
  statSync(claimFile(folder), { throwIfNoEntry: false }) !== undefined;

/** Takes the claim, so that no wrapper ever starts the attempt. False when another was first. */
export function abandon(folder: string): boolean {
  let file: number;
  try {
    file = openSync(claimFile(folder), 'wx', 0o600);
  } catch (error) {
    if (hasErrorCode(error, 'EEXIST')) return false;
    // Without its folder no wrapper can claim the attempt either.
    if (hasErrorCode(error, 'ENOENT')) return true;
    throw error;
  }
  try {
    writeSync(file, abandonedRecord());
  } catch (error) {
    // The file itself is the claim; without its text it reads as torn, which nobody starts either.
    if (!hasErrorCode(error, 'ENOSPC', 'EDQUOT')) throw error;
  } finally {
    closeSync(file);
  }
  return true;
}

/** The exit code as the shell saw it, and when; undefined when there is no whole record. */
export function readExit(folder: string): { readonly exitCode: number; readonly atMs: number } | undefined {
  const record = readRecord(exitFile(folder));
  const match = record && /^code=(\d+)\n$/.exec(record.text);
  return match && record ? { exitCode: Number(match[1]), atMs: record.atMs } : undefined;
}

function readRecord(file: string): { readonly text: string; readonly atMs: number } | undefined {
  // Asked first: mostly it is not there, and an error costs more than the look.
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) return undefined;
  try {
    return { text: readFileSync(file, 'utf8'), atMs: stat.mtimeMs };
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
