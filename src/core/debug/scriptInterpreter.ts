/**
 * A program that is a script for another one: its first line says for which. What is installed with Python (`torchrun`,
 * `accelerate`, `pytest`) is such a script, and so it can be debugged like any other.
 */
import { open } from 'node:fs/promises';
import { hasErrorCode } from '../../base/failure';
import { type Environment } from '../runFiles/environment';
import { findProgram } from '../runFiles/findProgram';
import { debuggerOf } from './debugConfiguration';

/** Longer ones are cut off by the kernels themselves. */
const maxBytes = 256;

/** The words of a first line such as `#!/usr/bin/env -S python3 -u`; undefined for one that names no interpreter. */
export function interpreterWords(firstLine: string): readonly string[] | undefined {
  const written = /^#!\s*(\S.*?)\s*$/.exec(firstLine)?.[1];
  if (written === undefined) return undefined;
  const [program = '', ...rest] = written.split(/\s+/);
  if (!/(^|\/)env$/.test(program)) return [program, ...rest];
  const named = rest.filter((word) => word !== '-S' && !/^\w+=/.test(word)).map((word) => word.replace(/^-S/, ''));
  return named.length > 0 ? named : undefined;
}

/** The command with its interpreter first, where a debugger needs that; else as it is. `command[0]` is an absolute path. */
export async function withInterpreter(
  command: readonly string[],
  cwd: string,
  environment: Environment,
): Promise<readonly string[]> {
  const [program = '', ...args] = command;
  if (debuggerOf(program) !== undefined) return command;
  const [interpreter, ...options] = interpreterWords(await firstLineOf(program)) ?? [];
  if (interpreter === undefined || debuggerOf(interpreter) === undefined) return command;
  return [await findProgram({ program: interpreter, cwd, environment }), ...options, program, ...args];
}

async function firstLineOf(file: string): Promise<string> {
  try {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(maxBytes), 0, maxBytes, 0);
      return buffer.subarray(0, bytesRead).toString('latin1').split(/\r?\n/, 1)[0] ?? '';
    } finally {
      await handle.close();
    }
  } catch (error) {
    // A program may be executed and not read.
    if (hasErrorCode(error, 'ENOENT', 'EACCES', 'EPERM', 'ENOTDIR')) return '';
    throw error;
  }
}
