/**
 * Finds a Chromium for the browser tests, or installs one where that is possible without asking (Debian, as root).
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fail } from './bootstrap.mjs';
import { readIfThere } from './processes.mjs';

const update = ['apt-get', 'update', '-qq'];
const install = 'apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core'.split(' ');

/** @returns {Promise<string>} path of a Chromium, Chrome or Edge */
export async function ensureChromium() {
  const found = await findChromium();
  if (found) return found;
  const isDebian = /^ID=debian$/m.test(readIfThere('/etc/os-release') ?? '');
  if (isDebian && process.getuid?.() === 0) {
    console.log('Installing Chromium for the tests with apt-get (chromium, fonts-dejavu-core; about 120 MB) …');
    runApt(update);
    runApt(install);
    const installed = await findChromium();
    if (installed) return installed;
  }
  const command = isDebian
    ? `sudo sh -c '${update.join(' ')} && ${install.join(' ')}'`
    : 'npx playwright-core install chromium';
  return fail(
    `The tests need a Chromium, Chrome or Edge. Install one, for example with\n\n  ${command}\n\nor set CHROMIUM_PATH.`,
  );
}

/** @param {string[]} command */
function runApt([file = '', ...args]) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status } = spawnSync(file, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  if (status !== 0) fail(`"${[file, ...args].join(' ')}" failed. Install Chromium by hand, or set CHROMIUM_PATH.`);
}

async function findChromium() {
  const wanted = process.env['CHROMIUM_PATH'];
  if (wanted) return fs.existsSync(wanted) ? wanted : fail(`CHROMIUM_PATH names a file that does not exist: ${wanted}`);
  const { chromium } = await import('playwright-core');
  return [...candidates(), chromium.executablePath()].find((file) => fs.existsSync(file));
}

/** @returns {string[]} */
function candidates() {
  switch (process.platform) {
    case 'darwin': {
      const apps = ['Google Chrome', 'Chromium', 'Microsoft Edge'];
      const folders = ['/Applications', path.join(os.homedir(), 'Applications')];
      return folders.flatMap((folder) => apps.map((app) => path.join(folder, `${app}.app`, 'Contents', 'MacOS', app)));
    }
    case 'win32': {
      const programs = ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].map((name) => process.env[name] ?? '');
      const files = [
        'Google/Chrome/Application/chrome.exe',
        'Chromium/Application/chrome.exe',
        'Microsoft/Edge/Application/msedge.exe',
      ];
      return programs.filter(Boolean).flatMap((folder) => files.map((file) => path.join(folder, file)));
    }
    default: {
      const names = ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser', 'microsoft-edge'];
      const folders = (process.env['PATH'] ?? '').split(path.delimiter);
      // Ubuntu's is a snap, which sees neither our temporary folders nor a home of its own.
      return names
        .flatMap((name) => folders.map((folder) => path.join(folder, name)))
        .filter((file) => fs.existsSync(file) && !isSnap(file));
    }
  }
}

/** @param {string} file */
function isSnap(file) {
  const real = fs.realpathSync(file);
  const head = Buffer.alloc(4096);
  const handle = fs.openSync(real, 'r');
  const length = fs.readSync(handle, head);
  fs.closeSync(handle);
  const text = head.toString('latin1', 0, length);
  return real.includes('/snap') || (text.startsWith('#!') && text.includes('/snap/bin'));
}
