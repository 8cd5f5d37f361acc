/**
 * Which processes descend from which, and which belong to a test's folder: to kill an extension host on purpose, and to
 * leave nothing behind (an engine and its runs are detached by design).
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

/**
 * @typedef {object} ProcessEntry
 * @property {number} pid
 * @property {number} parent
 * @property {string} command
 */

/** @returns {ProcessEntry[]} */
export function listProcesses() {
  return process.platform === 'linux' ? fromProc() : fromPs();
}

/**
 * @param {number} ancestor
 * @returns {ProcessEntry[]} everything below it
 */
export function descendantsOf(ancestor) {
  const all = listProcesses();
  const found = all.filter((entry) => entry.parent === ancestor);
  for (const entry of found) found.push(...all.filter((other) => other.parent === entry.pid));
  return found;
}

/**
 * Linux only (elsewhere an empty list): the processes, other than this one, whose environment mentions `folder`.
 * @param {string} folder a path that is unique to a test
 * @returns {number[]}
 */
export function findByEnvironment(folder) {
  if (process.platform !== 'linux') return [];
  return procIds().filter((pid) => pid !== process.pid && readProc(pid, 'environ').includes(`${folder}/`));
}

const procIds = () =>
  fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

/** @returns {ProcessEntry[]} */
function fromProc() {
  return procIds().flatMap((pid) => {
    // "pid (name) state ppid …": a name may contain anything, so count from its closing bracket.
    const stat = readProc(pid, 'stat');
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return parent ? [{ pid, parent: Number(parent), command: readProc(pid, 'cmdline').replaceAll('\0', ' ') }] : [];
  });
}

/**
 * @param {number} pid
 * @param {string} file
 */
function readProc(pid, file) {
  try {
    return fs.readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // gone meanwhile, or another user's
  }
}

/** @returns {ProcessEntry[]} */
function fromPs() {
  const lines = execFileSync('ps', ['-axo', 'pid=,ppid=,command='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [, pid, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid ? [{ pid: Number(pid), parent: Number(parent), command }] : [];
  });
}
