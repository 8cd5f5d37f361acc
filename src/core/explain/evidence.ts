/** What an explanation rests on: all that is known of the last attempt of a run that failed. */
import type { Attempt, RunDetail, RunEvent } from '../../model/run';
import { lastException } from './outputLines';

/** Free room of the file system that a folder is on. */
export interface FreeRoom {
  readonly folder: string;
  readonly freeBytes: number;
}

/** The file that was to be executed, as it is now. */
export interface ProgramFile {
  readonly path: string;
  readonly state: 'missing' | 'not executable' | 'there';
  /** The program that its first line (`#!`) names, and whether that is there. */
  readonly interpreter?: { readonly path: string; readonly isThere: boolean };
}

export interface FailureEvidence {
  readonly detail: RunDetail;
  /** The one to be explained; absent for a run that had none. */
  readonly attempt: Attempt | undefined;
  /** The end of what it wrote, both streams in the order of time. */
  readonly lines: readonly string[];
  /** The end of what it wrote to stderr. */
  readonly errorLines: readonly string[];
  /** Its warnings and errors, oldest first. */
  readonly events: readonly RunEvent[];
  /** Of its outputs, its working folder and the folder of temporary files; empty for a run of another machine. */
  readonly room: readonly FreeRoom[];
  readonly program?: ProgramFile;
  /** The run file says which Python is to be used. */
  readonly choosesPython: boolean;
}

/** Why a run failed, as one rule sees it. */
export interface Cause {
  /** What happened, in a sentence. */
  readonly what: string;
  /** In few words and without numbers of this very run: equal ones are told together. */
  readonly kind: string;
  /** What that rests on, a sentence each. */
  readonly because: readonly string[];
  /** What to do about it, a sentence each. */
  readonly todo: readonly string[];
}

/** Undefined: the rule has nothing to say about it. */
export type Rule = (evidence: FailureEvidence) => Cause | undefined;

/** Lines at the end of the output in which a rule looks for words: what came long before is another story. */
const wordsWithin = 60;

/** The last line that has one of the words, without blanks around it. */
export function findLine({ lines, errorLines }: FailureEvidence, words: RegExp): RegExpExecArray | undefined {
  for (const some of [errorLines, lines]) {
    for (const line of some.slice(-wordsWithin).reverse()) {
      const match = words.exec(line.trim().slice(0, 1000));
      if (match) return match;
    }
  }
  return undefined;
}

/** `It wrote: "…"`, for a line that was found. */
export const wrote = ({ input }: RegExpExecArray): string =>
  `It wrote: ${input.length > 200 ? `${input.slice(0, 200)}…` : input}`;

/** The last error that the program wrote about itself: the exception of a traceback, or an error that Node has not caught. */
export function lastErrorOf({ lines, errorLines }: Pick<FailureEvidence, 'lines' | 'errorLines'>): string | undefined {
  for (const some of [errorLines, lines]) {
    const error = lastException(some) ?? nodeError(some);
    if (error !== undefined) return error;
  }
  return undefined;
}

/** Node writes the error with its stack, then its own version. */
function nodeError(lines: readonly string[]): string | undefined {
  const told = lines.filter((line) => line.trim() !== '').slice(-wordsWithin);
  const end = told.findLastIndex((line) => /^Node\.js v\d/.test(line));
  if (end < 0) return undefined;
  return told
    .slice(0, end)
    .findLast((line) => /^(?:Uncaught )?(?:[A-Z]\w*)?(?:Error|Exception)(?: \[\w+\])?: /.test(line));
}
