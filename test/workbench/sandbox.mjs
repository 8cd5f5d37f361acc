/**
 * A folder of a test's own, with everything in it that a workbench, an engine and their programs would otherwise write
 * to the user's home. Its path is short on purpose: unix sockets live below it (about 100 characters is their limit).
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { userEnv } from './bootstrap.mjs';
import { atExit, endProcess, readIfThere, signalOne, sleep } from './processes.mjs';
import { findByEnvironment } from './tree.mjs';

/**
 * @typedef {object} Sandbox
 * @property {string} folder
 * @property {string} home the Sidelab home (SIDELAB_HOME)
 * @property {(...parts: string[]) => string} at a path below the folder
 * @property {NodeJS.ProcessEnv} env what processes of this sandbox get
 * @property {() => Promise<void>} endEngine ends the engine of this home, if one lives
 * @property {() => Promise<void>} endAll ends the engine and every process that was started with `env`
 * @property {() => Promise<void>} dispose ends all and removes the folder
 */

/** @returns {Sandbox} */
export function createSandbox() {
  const base = process.platform !== 'win32' && os.tmpdir().length > 24 ? '/tmp' : os.tmpdir();
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(base), 'sl-'));
  const at = (/** @type {string[]} */ ...parts) => path.join(folder, ...parts);
  for (const name of ['home', 't', 'r']) fs.mkdirSync(at(name), { mode: 0o700 });

  const env = withoutEditor({
    ...userEnv(),
    HOME: at('home'),
    XDG_CONFIG_HOME: at('home', '.config'),
    XDG_DATA_HOME: at('home', '.local', 'share'),
    XDG_CACHE_HOME: at('home', '.cache'),
    XDG_STATE_HOME: at('home', '.local', 'state'),
    XDG_RUNTIME_DIR: at('r'),
    TMPDIR: at('t'),
    SIDELAB_HOME: at('sl'),
  });

  const endEngine = async () => {
    const record = readIfThere(at('sl', 'engine.json'));
    if (record === undefined) return;
    const { pid } = /** @type {{ pid?: unknown }} */ (JSON.parse(record));
    if (typeof pid === 'number' && pid > 1) await endProcess(pid, 10_000);
  };
  const endAll = async () => {
    await endEngine();
    // Again while there are any: a wrapper whose job ends may start an engine.
    for (let round = 0; round < 100 && killAllIn(folder); round++) await sleep(20);
  };
  const remove = () => {
    if (!process.env['SIDELAB_TEST_KEEP']) fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const withdraw = atExit(() => {
    killAllIn(folder);
    remove();
  });
  const dispose = async () => {
    await endAll();
    remove();
    withdraw();
  };
  return { folder, home: at('sl'), at, env, endEngine, endAll, dispose };
}

/**
 * @param {string} folder
 * @returns {boolean} whether there was anything to kill
 */
function killAllIn(folder) {
  const left = findByEnvironment(folder);
  left.forEach((pid) => signalOne(pid, 'SIGKILL'));
  return left.length > 0;
}

/**
 * Without what an editor's terminal hands down: a workbench started from there would talk to that editor.
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
export function withoutEditor(env) {
  const foreign = /^(VSCODE_|CODE_SERVER_|ELECTRON_|NODE_OPTIONS$|SIDELAB_(?!HOME$))/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name)));
}
