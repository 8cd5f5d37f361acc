/**
 * A headless Chromium on a workbench server, and the addresses that make the workbench open what a test needs.
 */
import path from 'node:path';
import { ensureChromium } from './chromium.mjs';

/**
 * @param {import('./sandbox.mjs').Sandbox} sandbox
 * @returns {Promise<import('playwright-core').BrowserContext>}
 */
export async function launchBrowser({ at, env }) {
  const { chromium } = await import('playwright-core');
  return chromium.launchPersistentContext(at('chromium'), {
    executablePath: await ensureChromium(),
    headless: true,
    viewport: { width: 1440, height: 900 },
    env: definedOnly(env),
    args: ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-sync'],
  });
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Record<string, string>}
 */
export const definedOnly = (env) =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

/**
 * @typedef {object} Opening
 * @property {string} [folder] the workspace
 * @property {string} [extension] an extension under development (wants the server's smokeTestDriver)
 * @property {string} [tests] a module that exports `run`, to be run in the extension host (likewise)
 */

/**
 * @param {import('./server.mjs').Server} server
 * @param {Opening} opening
 */
export function workbenchUrl({ url, authority }, { folder, extension, tests }) {
  const remote = (/** @type {string} */ file) => `vscode-remote://${authority}${path.resolve(file)}`;
  const payload = [
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
  ];
  if (extension) payload.push(['extensionDevelopmentPath', remote(extension)]);
  if (tests) payload.push(['extensionTestsPath', remote(tests)]);
  const address = new URL(`${url}/`);
  if (folder) address.searchParams.set('folder', path.resolve(folder));
  else address.searchParams.set('ew', 'true');
  address.searchParams.set('payload', JSON.stringify(payload));
  return address.toString();
}
