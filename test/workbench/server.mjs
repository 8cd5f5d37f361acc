/**
 * Starts the browser workbench's server (code-server). In a sandbox it is a fresh one for tests; stopped and started
 * again on the same sandbox and port it is the same workbench, as after a restart of the editor.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { node24Path } from './bootstrap.mjs';
import { hostEntry } from './host.mjs';
import { atExit, run, signalGroup, sleep } from './processes.mjs';
import { descendantsOf } from './tree.mjs';

/** @typedef {Record<string, unknown>} Settings */

/**
 * @typedef {object} Server
 * @property {string} url without a slash at its end
 * @property {number} port
 * @property {string} authority host and port
 * @property {string} logFile
 * @property {() => string} readLog
 * @property {() => number[]} findExtensionHosts pids of the extension hosts that live
 * @property {Promise<void>} exited
 * @property {() => Promise<void>} stop ends the server and its extension hosts, nothing that was detached from them
 */

/** What would get in a test's way: welcome pages, chat, experiments, motion. */
export const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'remote.autoForwardPorts': false,
  'telemetry.telemetryLevel': 'off',
};

const testSettings = {
  ...quietSettings,
  'workbench.colorTheme': 'Default Light Modern',
  'workbench.editor.enablePreview': false,
  'workbench.reduceMotion': 'on',
  'git.enabled': false,
};

/**
 * @typedef {object} TestServerOptions
 * @property {Record<string, string>} [link] extension folders, by the name of an installed one (publisher.name-version)
 * @property {readonly string[]} [vsix] packages to install
 * @property {Settings} [settings]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {boolean} [withTrust] workspaces are restricted until they are trusted; otherwise all of them are trusted
 * @property {boolean} [smokeTestDriver] obey `?payload=` (extension tests); notifications do not show then
 * @property {number} [port]
 */

/**
 * @param {import('./sandbox.mjs').Sandbox} sandbox
 * @param {TestServerOptions} [options]
 * @returns {Promise<Server>}
 */
export async function startTestServer({ at, env }, options = {}) {
  const places = { config: at('config.yaml'), userData: at('ud'), extensions: at('ext') };
  if (!fs.existsSync(places.config)) {
    fs.mkdirSync(path.join(places.userData, 'User'), { recursive: true });
    fs.mkdirSync(places.extensions);
    fs.writeFileSync(places.config, 'auth: none\n');
    writeSettings(places.userData, { ...testSettings, ...options.settings });
    for (const [name, folder] of Object.entries(options.link ?? {})) {
      fs.symlinkSync(path.resolve(folder), path.join(places.extensions, name), 'dir'); // seen at the first start only
    }
    for (const file of options.vsix ?? []) await installPackage(places, file, env);
  }
  const args = ['--disable-proxy', '--idle-timeout-seconds', '900']; // the limit: for when the tests are killed
  if (!options.withTrust) args.push('--disable-workspace-trust');
  if (options.smokeTestDriver) args.push('--vscode-option', 'enable-smoke-test-driver');
  return launchServer({
    ...places,
    env: { ...env, EXTENSIONS_GALLERY: '{"serviceUrl":""}', ...options.env },
    args,
    port: options.port ?? 0,
    logFile: at('server.log'),
  });
}

/**
 * @param {string} userData
 * @param {Settings} settings
 */
export function writeSettings(userData, settings) {
  fs.writeFileSync(path.join(userData, 'User', 'settings.json'), `${JSON.stringify(settings, null, 2)}\n`);
}

/**
 * @typedef {object} Places
 * @property {string} config
 * @property {string} userData
 * @property {string} extensions
 */

/** @param {Places} places */
const placeArgs = ({ config, userData, extensions }) => [
  '--config',
  config,
  '--user-data-dir',
  userData,
  '--extensions-dir',
  extensions,
];

/**
 * @param {Places} places
 * @param {string} file
 * @param {NodeJS.ProcessEnv} env
 */
async function installPackage(places, file, env) {
  const args = [hostEntry, ...placeArgs(places), '--install-extension', file];
  const code = await run(node24Path(), args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  if (code !== 0) throw new Error(`The package ${file} could not be installed in the workbench (exit code ${code}).`);
}

/**
 * @param {Places & { env: NodeJS.ProcessEnv; args: string[]; port: number; logFile: string }} options
 * @returns {Promise<Server>} when it listens
 */
export async function launchServer({ env, args, port, logFile, ...places }) {
  const quiet = ['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'];
  const log = fs.openSync(logFile, 'w');
  const child = spawn(
    node24Path(),
    [hostEntry, ...placeArgs(places), '--bind-addr', `127.0.0.1:${port}`, ...quiet, ...args],
    { env, stdio: ['ignore', log, log], detached: true }, // a group of its own, to be ended as one
  );
  fs.closeSync(log);
  let ended = false;
  const exited = new Promise((/** @type {(value: void) => void} */ resolve) => {
    const end = () => {
      ended = true;
      resolve();
    };
    child.once('exit', end);
    child.once('error', end);
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error('The workbench server could not be started.');
  const withdraw = atExit(() => signalGroup(pid, 'SIGKILL'));
  const readLog = () => fs.readFileSync(logFile, 'utf8');
  const stop = async () => {
    signalGroup(pid, 'SIGTERM');
    await Promise.race([exited, new Promise((resolve) => setTimeout(resolve, 5000).unref())]);
    signalGroup(pid, 'SIGKILL');
    await exited;
    withdraw();
  };

  for (const end = Date.now() + 60_000; ; await sleep(50)) {
    const [, url, found] = /HTTP server listening on (http:\/\/127\.0\.0\.1:(\d+))\//.exec(readLog()) ?? [];
    if (url) {
      const findExtensionHosts = () =>
        descendantsOf(pid)
          .filter(({ command }) => command.includes('--type=extensionHost'))
          .map((entry) => entry.pid);
      return {
        url,
        port: Number(found),
        authority: new URL(url).host,
        logFile,
        readLog,
        findExtensionHosts,
        exited,
        stop,
      };
    }
    if (ended || Date.now() > end) {
      await stop();
      throw new Error(`The workbench server did not start:\n${readLog().slice(-3000)}`);
    }
  }
}
