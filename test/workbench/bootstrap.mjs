/**
 * What every command of the project starts with: on a fresh clone, with any Node from 20 on, it brings the
 * dependencies and finds the Node 24 that the rest runs under (npm carries it as an optional package).
 * Nothing here may import a package.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { inRoot, root } from './paths.mjs';
import { readIfThere, run } from './processes.mjs';

/** Installs what package-lock.json asks for, unless it is there. */
export function ensureDependencies() {
  if (isInstalled()) return;
  console.log('Installing the dependencies of the project from the npm registry (npm ci, without install scripts) …');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = spawnSync('npm', args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32', // npm is a .cmd file there
  });
  if (error || status !== 0) fail(`"npm ${args.join(' ')}" failed${error ? `: ${error.message}` : ''}.`);
}

/**
 * Compares npm's record of what it installed with the lock file, by content: a checkout changes times, not versions.
 * Optional packages (Node for other platforms) may be absent.
 */
function isInstalled() {
  const record = readIfThere(inRoot('node_modules', '.package-lock.json'));
  if (record === undefined) return false;
  const there = packagesOf(record);
  return Object.entries(packagesOf(fs.readFileSync(inRoot('package-lock.json'), 'utf8'))).every(([name, wanted]) => {
    if (name === '') return true;
    const found = there[name];
    return found ? found.version === wanted.version && found.integrity === wanted.integrity : wanted.optional === true;
  });
}

/**
 * @param {string} lock text of a lock file
 * @returns {Record<string, { version?: string; integrity?: string; optional?: boolean }>}
 */
const packagesOf = (lock) => JSON.parse(lock).packages ?? {};

/** @returns {string} the Node 24 that npm brought, or the running one when that is new enough */
export function node24Path() {
  const brought = inRoot('node_modules', `node-${platformWord()}-${process.arch}`, 'bin', nodeFile());
  if (fs.existsSync(brought)) return brought;
  if (isNode24()) return process.execPath;
  return fail(
    `Node 24 is needed and npm has none for ${process.platform}-${process.arch} (this is Node ${process.versions.node}). ` +
      'Install Node 24 from https://nodejs.org/en/download and run the command again with it.',
  );
}

const platformWord = () => (process.platform === 'win32' ? 'win' : process.platform);
const nodeFile = () => (process.platform === 'win32' ? 'node.exe' : 'node');
const isNode24 = () => Number(process.versions.node.split('.')[0]) >= 24;

/**
 * An environment in which `node` is Node 24: for npm and for tools that start `node` themselves.
 * @param {NodeJS.ProcessEnv} [base]
 * @returns {NodeJS.ProcessEnv}
 */
export function childEnv(base = process.env) {
  return { ...base, PATH: [path.dirname(node24Path()), base['PATH']].filter(Boolean).join(path.delimiter) };
}

/**
 * The environment as it was before npm added to it: what programs started by a user should see. Node 24 comes last on
 * PATH, for a machine that has no other.
 * @param {NodeJS.ProcessEnv} [base]
 * @returns {NodeJS.ProcessEnv}
 */
export function userEnv(base = process.env) {
  const env = Object.fromEntries(Object.entries(base).filter(([name]) => !/^npm_|^NODE$|^INIT_CWD$/i.test(name)));
  const folders = (base['PATH'] ?? '').split(path.delimiter);
  const own = folders.filter((folder) => !/[\\/]node_modules[\\/]\.bin$|[\\/]node-gyp-bin$/.test(folder));
  return { ...env, PATH: [...own, path.dirname(node24Path())].join(path.delimiter) };
}

/**
 * Called first by each command: with the dependencies in place it runs the command's file again under Node 24, when
 * this is not Node 24.
 * @param {string} moduleUrl the command's `import.meta.url`
 * @param {import('./processes.mjs').RunOptions} [options]
 */
export async function continueInNode24(moduleUrl, options) {
  ensureDependencies();
  const node = node24Path();
  if (isNode24()) return;
  process.exit(await run(node, [fileURLToPath(moduleUrl), ...process.argv.slice(2)], options));
}

/**
 * Ends the command with a sentence instead of a stack: for what the user can mend.
 * @param {string} message
 * @returns {never}
 */
export function fail(message) {
  console.error(message);
  process.exit(1);
}
