/**
 * Starting, watching and ending processes, with Node alone.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';

/** @param {number} ms */
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const terminations = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/** @type {Set<() => void>} */
const lastActs = new Set();
let guarded = false;

/** What `run` has running, and the signal that came meanwhile. */
const running = new Set();
/** @type {NodeJS.Signals | undefined} */
let interruptedBy;

/**
 * Has `act` done when this process ends, also by a signal; then after the child of `run`, which gets the signal first.
 * @param {() => void} act must be synchronous
 * @returns {() => void} withdraws it
 */
export function atExit(act) {
  lastActs.add(act);
  if (!guarded) {
    guarded = true;
    process.on('exit', () => lastActs.forEach((act) => act()));
    // Not "once": a second signal must not cut the first one's clean-up short.
    terminations.forEach((signal) => process.on(signal, interrupt));
  }
  return () => lastActs.delete(act);
}

/** @param {NodeJS.Signals} signal */
function interrupt(signal) {
  interruptedBy = signal;
  if (running.size > 0) return;
  if (endGracefully) endGracefully();
  else process.exit(exitCodeOf(signal));
}

/** @type {(() => void) | undefined} */
let endGracefully;

/**
 * From now on a signal does not end this process at once.
 * @returns {Promise<void>} resolves when the first one comes
 */
export function untilInterrupted() {
  return new Promise((resolve) => {
    endGracefully = resolve;
  });
}

/**
 * @param {number} pid leader of the group
 * @param {NodeJS.Signals} signal
 */
export function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}

/** @param {NodeJS.Signals} signal */
const exitCodeOf = (signal) => 128 + os.constants.signals[signal];

/** @param {unknown} error */
export const codeOf = (error) => (error instanceof Error && 'code' in error ? String(error.code) : undefined);

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {import('node:child_process').StdioOptions} [stdio]
 * @property {boolean} [ignoreInterrupt] never pass a SIGINT on: the terminal already gave it to the child
 * @property {number} [timeoutMs]
 * @property {boolean} [shell]
 */

/**
 * Runs a program to its end and passes termination signals on to it. In a terminal Ctrl+C reaches the child by itself.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<number>} its exit code; 128 + n when a signal ended it; 124 when it ran out of time
 */
export function run(file, args, { ignoreInterrupt = process.stdin.isTTY === true, timeoutMs, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: 'inherit', ...options });
    const endWithUs = () => child.kill('SIGTERM');
    process.once('exit', endWithUs);
    let late = false;
    const timer = timeoutMs === undefined ? undefined : setTimeout(stopLateChild, timeoutMs);
    const pass = (/** @type {NodeJS.Signals} */ signal) => {
      if (signal !== 'SIGINT' || !ignoreInterrupt) child.kill(signal);
    };
    terminations.forEach((signal) => process.on(signal, pass));
    running.add(child);
    const forget = () => {
      clearTimeout(timer);
      process.off('exit', endWithUs);
      terminations.forEach((signal) => process.off(signal, pass));
      running.delete(child);
      if (interruptedBy) interrupt(interruptedBy);
    };
    child.once('error', (error) => {
      forget();
      reject(error);
    });
    child.once('exit', (code, signal) => {
      forget();
      resolve(late ? 124 : (code ?? (signal ? exitCodeOf(signal) : 1)));
    });

    function stopLateChild() {
      late = true;
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), 10_000).unref();
    }
  });
}

/**
 * A process that has ended but was not reaped (orphans in a container without an init) counts as dead.
 * @param {number} pid
 */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/s.test(readIfThere(`/proc/${pid}/stat`) ?? '');
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/**
 * Sends SIGTERM, later SIGKILL, and waits until the process is gone.
 * @param {number} pid
 * @param {number} graceMs
 */
export async function endProcess(pid, graceMs) {
  signalOne(pid, 'SIGTERM');
  for (const end = Date.now() + graceMs; isAlive(pid) && Date.now() < end;) await sleep(50);
  if (isAlive(pid)) signalOne(pid, 'SIGKILL');
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
export function signalOne(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}

/**
 * Waits until `probe` gives something truthy.
 * @template T
 * @param {string} what for the error message
 * @param {() => T | Promise<T>} probe
 * @param {number} [timeoutMs] an upper bound, never a pace
 * @returns {Promise<Exclude<T, false | 0 | '' | null | undefined>>}
 */
export async function until(what, probe, timeoutMs = 60_000) {
  for (const end = Date.now() + timeoutMs; ;) {
    const value = await probe();
    if (value) return /** @type {Exclude<T, false | 0 | '' | null | undefined>} */ (value);
    if (Date.now() > end) throw new Error(`Waited ${timeoutMs / 1000} s in vain: ${what}.`);
    await sleep(50);
  }
}

/** @param {string} file */
export function readIfThere(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
