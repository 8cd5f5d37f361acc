/** Starting an attempt's wrapper: a process group of its own, with the attempt's environment and nothing of ours. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { hasErrorCode, messageOf } from '../../../base/failure';
import type { AttemptSpec } from '../executor';
import { machineIdentity } from './processes';
import { inTerminal } from './terminal';

export interface Wrapper {
  /** Path of wrapper.sh, in the home. */
  readonly script: string;
  readonly home: string;
}

/** Exit code of a wrapper that could not write its claim; it has taken it back. */
export const wrapperHasNoRoom = 74;

const logFile = (folder: string): string => path.join(folder, 'wrapper.log');

/** Throws when the working folder is none, and what `spawn` throws. */
export function spawnWrapper({ command, cwd, env, folder, tty }: AttemptSpec, wrapper: Wrapper): ChildProcess {
  checkFolder(cwd);
  const { boot, space } = machineIdentity();
  const log = openSync(logFile(folder), 'a', 0o600);
  try {
    return spawn(
      shellFor(env),
      [wrapper.script, folder, boot, space, wrapper.home, ...(tty ? inTerminal(command) : command)],
      {
        cwd,
        env,
        detached: true,
        stdio: ['ignore', 'ignore', log],
      },
    );
  } finally {
    closeSync(log);
  }
}

/** What the wrapper complained of, for an attempt that never started. */
export function wrapperSaid(folder: string): string {
  try {
    const said = readFileSync(logFile(folder), 'utf8').trim();
    return said === '' ? 'the wrapper ended before it could begin' : said.slice(0, 500);
  } catch (error) {
    return messageOf(error);
  }
}

/**
 * Some shells (dash) drop variables whose names they could not use themselves, exported functions of bash among them
 * (`BASH_FUNC_module%%` on clusters); bash keeps them.
 */
function shellFor(env: Readonly<Record<string, string>>): string {
  const isOdd = Object.keys(env).some((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  return isOdd && existsSync('/bin/bash') ? '/bin/bash' : '/bin/sh';
}

function checkFolder(cwd: string): void {
  try {
    if (statSync(cwd).isDirectory()) return;
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) throw new Error(`the folder ${cwd} does not exist`, { cause: error });
    throw error;
  }
  throw new Error(`${cwd} is not a folder`);
}
