/**
 * The browser workbench of `npm start`: it keeps its settings, its address and its password from one start to the next
 * in a folder of its own, and has the project linked as an installed extension.
 */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { extensionFolderName, root } from './paths.mjs';
import { atExit, isAlive, readIfThere, until } from './processes.mjs';
import { launchServer, quietSettings, writeSettings } from './server.mjs';

/** @param {string} place */
const placesIn = (place) => ({
  config: path.join(place, 'config.yaml'),
  userData: path.join(place, 'data'),
  extensions: path.join(place, 'extensions'),
});

/**
 * Makes the workbench's folder ready: its password, its first settings, the extension as an installed one.
 * @param {string} place
 * @returns {string} the password. Without one every user of the machine could run programs as this user.
 */
export function prepare(place) {
  const { config, userData, extensions } = placesIn(place);
  fs.mkdirSync(place, { recursive: true, mode: 0o700 });
  fs.mkdirSync(extensions, { recursive: true });
  if (!fs.existsSync(path.join(userData, 'User'))) {
    fs.mkdirSync(path.join(userData, 'User'), { recursive: true });
    writeSettings(userData, quietSettings);
  }
  const password = readPassword(place) ?? randomBytes(12).toString('base64url');
  fs.writeFileSync(config, `auth: password\npassword: ${password}\n`, { mode: 0o600 });
  fs.chmodSync(config, 0o600);

  for (const name of fs.readdirSync(extensions).filter((name) => name.startsWith('sidelab.sidelab-'))) {
    fs.rmSync(path.join(extensions, name));
  }
  fs.rmSync(path.join(extensions, 'extensions.json'), { force: true }); // so that the folder is read anew
  fs.symlinkSync(root, path.join(extensions, extensionFolderName()), 'dir');
  return password;
}

/**
 * @param {string} place
 * @param {NodeJS.ProcessEnv} env
 */
export async function serve(place, env) {
  const port = readState(place)?.port ?? 0; // the same again: the browser keeps what it knows by address
  // A socket of its own below the project could exceed the limit of a socket's path.
  const socketFolder = fs.mkdtempSync(path.join(os.tmpdir(), 'sl-'));
  atExit(() => fs.rmSync(socketFolder, { recursive: true, force: true }));
  const socket = path.join(socketFolder, 's');
  const args = ['--auth', 'password', '--session-socket', socket, '--disable-workspace-trust'];
  const start = (/** @type {number} */ port) =>
    launchServer({ ...placesIn(place), env, args, port, logFile: path.join(place, 'server.log') });
  const server = await start(port).catch((error) => (port === 0 ? Promise.reject(error) : start(0)));
  fs.writeFileSync(path.join(place, 'server.json'), JSON.stringify({ pid: process.pid, port: server.port }));
  await until('an answer of the workbench', () => answers(server.url));
  return server;
}

/**
 * @param {string} place
 * @returns {Promise<{ url: string; password: string } | undefined>} what an earlier `npm start` serves at this moment
 */
export async function findRunning(place) {
  const state = readState(place);
  const password = readPassword(place);
  if (!state || !password || !isAlive(state.pid)) return undefined;
  const url = `http://127.0.0.1:${state.port}`;
  return (await answers(url)) ? { url, password } : undefined;
}

/**
 * @param {string} place
 * @returns {{ pid: number; port: number } | undefined}
 */
function readState(place) {
  const text = readIfThere(path.join(place, 'server.json'));
  return text ? JSON.parse(text) : undefined;
}

/** @param {string} place */
const readPassword = (place) => /^password: (\S+)$/m.exec(readIfThere(placesIn(place).config) ?? '')?.[1];

/** @param {string} url */
async function answers(url) {
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5000) });
    return response.ok && (await response.text()).includes('"status"');
  } catch {
    return false; // nobody there, or not a workbench
  }
}
