/**
 * Starting a candidate: a detached engine process that takes the home's lock, or ends with code 75 because another one
 * holds it. Whether it became *the* engine is not known here: `engine.json` tells.
 */
import { spawn } from 'node:child_process';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '../../../base/failure';
import { asStorageFailure, installEngine } from './installEngine';

/** Exit code of an engine that found the home's lock held: the winner is there, or about to be. */
export const lockHeldExitCode = 75;

/** What a candidate wrote before it ended is shown to a person; more than this is noise. */
const shownLines = 12;
const startLogMaxBytes = 1024 * 1024;

export interface CandidateExit {
  /** Null when a signal ended it, or when it could not be started. */
  readonly code: number | null;
  /** True when somebody ended it: the next one may live. */
  readonly wasKilled?: boolean;
  /** "exit code 1", "SIGKILL", "spawn ENOENT". */
  readonly words: string;
}

export interface EngineCandidate {
  /** Undefined while it lives. */
  readonly exit: CandidateExit | undefined;
  /** The last lines that it wrote to stderr. */
  lastWords(): Promise<string>;
}

export interface StartEngineOptions {
  readonly home: string;
  /** The extension's `dist` folder. */
  readonly bundleFolder: string;
  /** Of the window or the terminal; what belongs to the editor is taken out. */
  readonly environment: NodeJS.ProcessEnv;
  readonly engineArguments?: readonly string[];
}

/** Copies the engine to the home where needed, and starts it. Throws `Storage` when the home cannot be written. */
export async function startEngine(options: StartEngineOptions): Promise<EngineCandidate> {
  const { home } = options;
  const engine = await installEngine(options.bundleFolder, home);
  const logFile = path.join(home, 'logs', 'engine-start.log');
  let log: FileHandle;
  try {
    await mkdir(path.dirname(logFile), { recursive: true, mode: 0o700 });
    log = await openStartLog(logFile);
  } catch (error) {
    throw asStorageFailure(home, error);
  }
  try {
    const logStart = (await log.stat()).size;
    // node:sqlite is experimental in name; its warning would be the first line of every log.
    const nodeArguments = ['--disable-warning=ExperimentalWarning', engine, '--home', home];
    const child = spawn(process.execPath, [...nodeArguments, ...(options.engineArguments ?? [])], {
      detached: true,
      stdio: ['ignore', 'ignore', log.fd],
      cwd: home,
      env: engineEnvironment(options.environment),
      windowsHide: true,
    });
    let exit: CandidateExit | undefined;
    child.on(
      'exit',
      (code, signal) => (exit ??= { code, wasKilled: signal !== null, words: signal ?? `exit code ${code}` }),
    );
    child.on('error', (error) => (exit ??= { code: null, words: error.message }));
    child.unref();
    return {
      get exit() {
        return exit;
      },
      lastWords: async () => readTail(logFile, logStart),
    };
  } finally {
    await log.close();
  }
}

/** The failure of a candidate that ended with an error of its own. */
export async function candidateFailure(candidate: EngineCandidate, home: string): Promise<Failure> {
  const words = await candidate.lastWords();
  const logFile = path.join(home, 'logs', 'engine-start.log');
  const how = candidate.exit?.words ?? 'it does not answer';
  return new Failure(
    'Unavailable',
    `The engine could not start (${how}); its messages are in ${logFile}${words ? `:\n${words}` : '.'}`,
  );
}

/**
 * The engine's own environment. It outlives the window, so nothing of the window's may stay in it, nor of a run whose
 * program started it, or it would end with that run; `NODE_OPTIONS` would
 * load the debugger of the terminal that it was started from. Attempts do not inherit it: each has its submitter's.
 */
export function engineEnvironment(
  environment: NodeJS.ProcessEnv,
  electron: string | undefined = process.versions['electron'],
): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(
    ([name]) => !/^(VSCODE_|ELECTRON_|SIDELAB_|NODE_OPTIONS$)/i.test(name),
  );
  return { ...Object.fromEntries(kept), ...(electron === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' }) };
}

/** Appends, so that two candidates at once can both be read; a log that has grown long starts anew. */
async function openStartLog(file: string): Promise<FileHandle> {
  const log = await open(file, 'a', 0o600);
  if ((await log.stat()).size > startLogMaxBytes) await log.truncate(0);
  return log;
}

async function readTail(file: string, from: number): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const start = Math.max(size < from ? 0 : from, size - 16 * 1024);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.max(1, size - start)), 0, size - start, start);
    const text = buffer.subarray(0, bytesRead).toString('utf8').trimEnd();
    return text.split('\n').slice(-shownLines).join('\n');
  } finally {
    await handle.close();
  }
}
