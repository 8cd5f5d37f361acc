/** Gathers what an explanation rests on: from the source, and, for a run of this machine, from the file system as it is now. */
import { open, stat, statfs } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'jsonc-parser';
import { hasErrorCode } from '../../base/failure';
import type { Attempt, RunDetail } from '../../model/run';
import { exists, isExecutable } from '../runFiles/findProgram';
import type { Source, SubmittedFile } from '../source';
import type { FailureEvidence, FreeRoom, ProgramFile } from './evidence';
import { readableLines } from './outputLines';

/** Of each output so much of its end: tracebacks are shorter. */
const endBytes = 64 * 1024;
const lastEvents = 100;

export type EvidenceSource = Pick<Source, 'output' | 'events'>;

export async function readEvidence(
  source: EvidenceSource,
  detail: RunDetail,
  attempt: Attempt | undefined,
  runFile: SubmittedFile | undefined,
): Promise<FailureEvidence> {
  const isHere = attempt?.host === hostname();
  const [lines, errorLines, { events }] = await Promise.all([
    attempt ? endOf(source, detail, attempt, 'both') : [],
    attempt ? endOf(source, detail, attempt, 'stderr') : [],
    source.events(detail.run.id, lastEvents),
  ]);
  const program = isHere ? await lookAtProgram(detail) : undefined;
  return {
    detail,
    attempt,
    lines,
    errorLines,
    events: events
      .filter(({ level, attempt: of }) => (level === 'error' || level === 'warning') && of === attempt?.number)
      .reverse(),
    room: isHere ? await freeRoom([detail.outputs, detail.cwd, tmpdir()]) : [],
    ...(program && { program }),
    choosesPython: choosesPython(runFile),
  };
}

async function endOf(
  source: EvidenceSource,
  { run }: RunDetail,
  { number }: Attempt,
  stream: 'both' | 'stderr',
): Promise<readonly string[]> {
  const part = await source.output({ runId: run.id, attempt: number, stream, from: -endBytes, maxBytes: endBytes });
  return part.bytes.byteLength === 0 ? [] : readableLines(part.bytes, part.from > 0);
}

/** A task says it in its own object, so any of the file's will do: it is about a hint only. */
function choosesPython(runFile: SubmittedFile | undefined): boolean {
  if (!runFile) return false;
  const says = (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    (Object.hasOwn(value, 'python') || Object.values(value).some((inner) => says(inner)));
  return says(parse(runFile.text));
}

/** One line for folders of the same file system. */
async function freeRoom(folders: readonly string[]): Promise<FreeRoom[]> {
  const found = new Map<string, FreeRoom>();
  for (const folder of folders) {
    try {
      const { bavail, bsize } = await statfs(folder);
      const { dev } = await stat(folder);
      if (!found.has(String(dev))) found.set(String(dev), { folder, freeBytes: bavail * bsize });
    } catch (error) {
      // Gone, or not for us to look at.
      if (!(error instanceof Error && 'code' in error)) throw error;
    }
  }
  return [...found.values()];
}

/** A program that PATH is searched for was found when the run was submitted: its path is in the command. */
async function lookAtProgram({ command, cwd }: RunDetail): Promise<ProgramFile | undefined> {
  const [program] = command;
  if (program === undefined || !program.includes('/')) return undefined;
  const file = path.resolve(cwd, program);
  if (!(await exists(file))) return { path: file, state: 'missing' };
  if (!(await isExecutable(file))) return { path: file, state: 'not executable' };
  const named = await interpreterIn(file);
  if (named === undefined) return { path: file, state: 'there' };
  return { path: file, state: 'there', interpreter: { path: named, isThere: await isExecutable(named) } };
}

/** What its first line names: of "#!/usr/bin/python3 -u\n" "/usr/bin/python3". */
async function interpreterIn(file: string): Promise<string | undefined> {
  try {
    const opened = await open(file);
    try {
      const { buffer, bytesRead } = await opened.read(Buffer.alloc(256), 0, 256, 0);
      return /^#!\s*([^\s]+)/.exec(buffer.toString('utf8', 0, bytesRead))?.[1];
    } finally {
      await opened.close();
    }
  } catch (error) {
    if (hasErrorCode(error, 'EACCES', 'EPERM', 'ENOENT', 'EISDIR')) return undefined;
    throw error;
  }
}
