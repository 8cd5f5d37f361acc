/**
 * `sidelab check FILE…`: all that is wrong with run files, and with files of `.sidelab`, in a line each as compilers write
 * it, so that editors, hooks of commits and continuous integration read it. Nothing is started, no engine either.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { Failure, hasErrorCode } from '../base/failure';
import { checkRunFileWhole } from '../core/runFiles/check/checkRunFileWhole';
import { describeKeyPath, type RunFileProblem } from '../core/runFiles/runFileProblem';
import { checkDescription } from '../core/workspace/checkDescription';
import { exitCodes } from './exitCodes';
import { plainText } from './plainText';
import type { Terminal } from './terminal';

export interface CheckOptions {
  readonly json?: boolean;
  readonly warningsAsErrors?: boolean;
}

export interface CheckContext {
  readonly terminal: Terminal;
  readonly environment: NodeJS.ProcessEnv;
  readonly cwd: string;
}

/** It needs no source: `run` gives it what it works with, and keeps its exit code. */
export function addCheckVerb(
  program: Command,
  run: (command: (context: CheckContext) => Promise<number>) => Promise<void>,
): void {
  program
    .command('check')
    .description(
      'Say what is wrong with run files, and with files of .sidelab: a line each, with line, column and key. Nothing is started. Exits with 2 when there are errors.',
    )
    .argument(
      '<files...>',
      'run files (*.run.json), .sidelab/algorithms/*.json, .sidelab/plugins/*.json, .sidelab/compute.json',
    )
    .option('--warnings-as-errors', 'warnings count as errors')
    .option('--json', 'as JSON, for scripts: a list, with edits that would mend it where one is clear')
    .action(async (files: string[], options: CheckOptions) =>
      run(async (context) => checkCommand(context, files, options)),
    );
}

/** Returns the exit code: 2 when something is wrong that a run would be refused for. */
export async function checkCommand(
  { terminal, environment, cwd }: CheckContext,
  files: readonly string[],
  { json = false, warningsAsErrors = false }: CheckOptions,
): Promise<number> {
  const found: (readonly [file: string, problem: RunFileProblem])[] = [];
  for (const file of files) {
    for (const problem of await checkFile(path.resolve(cwd, file), environment)) found.push([file, problem]);
  }
  const severityOf = ({ severity }: RunFileProblem): 'error' | 'warning' => (warningsAsErrors ? 'error' : severity);
  const errors = found.filter(([, problem]) => severityOf(problem) === 'error').length;
  if (json) {
    const list = found.map(([file, problem]) => toData(file, problem, severityOf(problem)));
    terminal.print(JSON.stringify(list, undefined, 2));
  } else {
    for (const [file, problem] of found) terminal.print(describeProblem(file, problem, severityOf(problem)));
    terminal.say(describeCheck(files.length, errors, found.length - errors));
  }
  return errors > 0 ? exitCodes.input : exitCodes.done;
}

async function checkFile(file: string, environment: NodeJS.ProcessEnv): Promise<readonly RunFileProblem[]> {
  try {
    const text = await readFile(file, 'utf8');
    return (await checkDescription(text, file)) ?? (await checkRunFileWhole({ text, path: file, environment }));
  } catch (error) {
    const failure = error instanceof Failure ? error : unreadable(error);
    const { message, hint } = failure;
    const start = { keyPath: [], severity: 'error', line: 1, column: 1, offset: 0, length: 1 } as const;
    return [{ code: 'unreadable', message, ...(hint === undefined ? {} : { hint }), ...start }];
  }
}

function unreadable(error: unknown): Failure {
  if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) return new Failure('InvalidInput', 'There is no such file.');
  if (hasErrorCode(error, 'EISDIR'))
    return new Failure('InvalidInput', 'This is a folder.', { hint: 'Name its files.' });
  if (hasErrorCode(error, 'EACCES', 'EPERM')) return new Failure('InvalidInput', 'This may not be read.');
  throw error;
}

/** "train.run.json:3:14: error: retries: Incorrect type. (Write a number.)" */
function describeProblem(file: string, { line, column, keyPath, message, hint }: RunFileProblem, word: string): string {
  const key = describeKeyPath(keyPath);
  const what = key === '' ? message : `${key}: ${message}`;
  return plainText(`${file}:${line}:${column}: ${word}: ${what}${hint === undefined ? '' : ` (${hint})`}`);
}

/** For programs: a fix is what an editor would do. */
function toData(file: string, problem: RunFileProblem, severity: string): Record<string, unknown> {
  const { code, message, hint, keyPath, line, column, offset, length, findFixes } = problem;
  const fixes = findFixes?.() ?? [];
  return {
    ...{ file, line, column, offset, length, severity, code, key: describeKeyPath(keyPath), message },
    ...(hint === undefined ? {} : { hint }),
    ...(fixes.length === 0 ? {} : { fixes }),
  };
}

function describeCheck(files: number, errors: number, warnings: number): string {
  const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
  const found = [
    ...(errors > 0 ? [counted(errors, 'error')] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
  ];
  return `${counted(files, 'file')} checked: ${found.length === 0 ? 'nothing is wrong' : found.join(', ')}.`;
}
