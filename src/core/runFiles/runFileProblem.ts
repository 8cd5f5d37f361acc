/** What is wrong with a run file, and where: for the editor, for `Failure`s and for lists in a terminal. */
import { Failure, type FilePlace } from '../../base/failure';
import type { Fix } from './check/mend';

export type KeyPath = readonly (string | number)[];

export interface RunFileProblem {
  /** What kind of problem it is, for who does something about it: `unknown-task`. It stays when the words change. */
  readonly code: string;
  /** Without the key: that is `keyPath`. */
  readonly message: string;
  readonly hint?: string;
  /** Path of the key or element it is about; empty for the file as a whole. */
  readonly keyPath: KeyPath;
  readonly severity: 'error' | 'warning';
  /** Found by the run file's schema: an editor that has it says so by itself. */
  readonly bySchema?: true;
  /** From 1, as editors show them. */
  readonly line: number;
  readonly column: number;
  /** UTF-16 units from the start of the text without its byte order mark. */
  readonly offset: number;
  readonly length: number;
  /** What would mend it; found when somebody asks. Absent where nothing is clear. */
  readonly findFixes?: () => readonly Fix[];
}

/** A key as people say it: `parameters.model.width`, `command[0]`. */
export function describeKeyPath(keyPath: KeyPath): string {
  return keyPath.reduce<string>((path, key) => {
    if (typeof key === 'number') return `${path}[${key}]`;
    const word = /^[\w$-]+$/.test(key) ? key : JSON.stringify(key);
    return path === '' ? word : `${path}.${word}`;
  }, '');
}

/** The failure that a submission throws: place, key, message; `further` errors are counted in its hint. */
export function problemFailure(path: string, problem: RunFileProblem, further = 0): Failure {
  const key = describeKeyPath(problem.keyPath);
  const more = further > 0 ? `(and ${further} more ${further === 1 ? 'error' : 'errors'} in this file)` : '';
  const hint = [problem.hint, more].filter(Boolean).join(' ');
  const place: FilePlace = { file: path, line: problem.line, column: problem.column };
  return new Failure('InvalidInput', key === '' ? problem.message : `${key}: ${problem.message}`, {
    place,
    ...(hint === '' ? {} : { hint }),
  });
}
