/**
 * Installs the browser workbench: a real VS Code (code-server) from the npm registry alone. It is installed without
 * install scripts: code-server's own wants Node 24 for npm and compiles modules that nothing here uses; what it needs
 * (ripgrep, pty, watcher) comes prebuilt inside the packages.
 */
import fs from 'node:fs';
import path from 'node:path';
import { childEnv, fail, node24Path } from './bootstrap.mjs';
import { hostFolder } from './paths.mjs';
import { isAlive, readIfThere, run } from './processes.mjs';

const version = '4.139.1';
const stamp = `code-server ${version} layout 1\n`;

/** The file that Node runs to start the workbench server. */
export const hostEntry = path.join(hostFolder, 'node_modules', 'code-server', 'out', 'node', 'entry.js');

export const isHostInstalled = () => readIfThere(path.join(hostFolder, 'stamp')) === stamp;

/** Installs the workbench unless it is there. An interrupted installation leaves nothing that looks complete. */
export async function ensureHost() {
  if (isHostInstalled()) return;
  if (process.platform === 'win32') {
    fail('There is no browser workbench for Windows. Install VS Code and set VSCODE_EXECUTABLE_PATH to its Code.exe.');
  }
  console.log(
    `Installing the browser workbench into ${hostFolder}: code-server ${version} from the npm registry,\n` +
      'about 200 MB to download, 320 MB on disk, one to two minutes, only this once …',
  );
  removeLeftovers();
  const building = `${hostFolder}.installing-${process.pid}`;
  fs.mkdirSync(building, { recursive: true });
  await install(building);
  fs.writeFileSync(path.join(building, 'stamp'), stamp);
  fs.rmSync(hostFolder, { recursive: true, force: true });
  fs.renameSync(building, hostFolder);
  console.log('The browser workbench is installed.');
}

function removeLeftovers() {
  const parent = path.dirname(hostFolder);
  const prefix = `${path.basename(hostFolder)}.installing-`;
  if (!fs.existsSync(parent)) return;
  for (const name of fs.readdirSync(parent).filter((name) => name.startsWith(prefix))) {
    if (!isAlive(Number(name.slice(prefix.length)))) {
      fs.rmSync(path.join(parent, name), { recursive: true, force: true });
    }
  }
}

/** @param {string} folder */
async function install(folder) {
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true, "name": "vscode-test-host" }\n');
  await npm(folder, ['install', '--ignore-scripts', '--save-exact', `code-server@${version}`]);
  const server = path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
  // Not "npm ci": the shrinkwrap lacks an entry. "npm install" keeps what it pins.
  await npm(server, ['install', '--ignore-scripts', '--omit=dev']);
  await npm(path.join(server, 'extensions'), ['ci', '--ignore-scripts', '--omit=dev']);
  await buildOptionalModules(server);
  trim(folder, server);
}

/**
 * The logger and the watchdog make the server's log readable. Without a compiler the workbench works all the same.
 * @param {string} server
 */
async function buildOptionalModules(server) {
  const nodeRoot = path.dirname(path.dirname(node24Path()));
  const tools = ['make', 'c++', 'python3'];
  if (!fs.existsSync(path.join(nodeRoot, 'include', 'node')) || !tools.every(isOnPath)) return;
  // "nodedir": the headers that lie beside Node 24, so that none are downloaded and none of another Node are taken.
  const code = await run('npm', ['rebuild', '--loglevel=error', '@vscode/spdlog', '@vscode/native-watchdog'], {
    cwd: server,
    env: { ...childEnv(), npm_config_nodedir: nodeRoot },
    stdio: 'ignore',
  });
  if (code !== 0) console.log('Two optional native modules could not be built; the workbench only logs less.');
}

/** @param {string} program */
function isOnPath(program) {
  return (process.env['PATH'] ?? '').split(path.delimiter).some((folder) => fs.existsSync(path.join(folder, program)));
}

/**
 * Drops what a test host never loads, about 400 MB.
 * @param {string} folder
 * @param {string} server
 */
function trim(folder, server) {
  const modules = path.join(server, 'node_modules');
  const unused = ['@github', '@microsoft/mxc-sdk', '@vscode/windows-process-tree'].map((name) =>
    path.join(modules, name),
  );
  const here = `${process.platform}-${process.arch}`;
  const ripgrep = path.join(modules, '@vscode', 'ripgrep-universal', 'bin');
  const otherRipgreps = fs.readdirSync(ripgrep).filter((name) => name !== here);
  if (!fs.existsSync(path.join(ripgrep, here))) throw new Error(`code-server ${version} has no ripgrep for ${here}.`);
  unused.push(path.join(server, 'extensions', 'copilot'), ...otherRipgreps.map((name) => path.join(ripgrep, name)));
  for (const place of unused) fs.rmSync(place, { recursive: true, force: true });
  for (const out of [path.join(server, 'out'), path.join(folder, 'node_modules', 'code-server', 'out')]) {
    for (const name of fs.readdirSync(out, { recursive: true, encoding: 'utf8' })) {
      if (name.endsWith('.map')) fs.rmSync(path.join(out, name));
    }
  }
}

/**
 * @param {string} cwd
 * @param {string[]} args
 */
async function npm(cwd, args) {
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  const code = await run('npm', [...args, ...quiet], { cwd, env: childEnv(), stdio: ['ignore', 'ignore', 'inherit'] });
  if (code !== 0) fail(`"npm ${args.join(' ')}" failed in ${cwd} (exit code ${code}).`);
}
