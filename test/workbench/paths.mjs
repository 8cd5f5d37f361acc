/**
 * The places the test workbench reads and writes. The root is found by walking up, because these modules also run from
 * inside a test bundle (dist/test/…), where `import.meta.url` names the bundle.
 */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

function findRoot() {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!fs.existsSync(path.join(folder, 'test', 'workbench', 'paths.mjs'))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error('The root folder of the project was not found.');
    folder = parent;
  }
  return folder;
}

export const root = findRoot();

/** @param {string[]} parts a path below the project's root */
export const inRoot = (...parts) => path.join(root, ...parts);

/** Screenshots, reports and logs of test runs. */
export const outputFolder = inRoot('test-output');

/** The browser workbench that `host.mjs` installs. */
export const hostFolder = path.resolve(process.env['VSCODE_TEST_HOST_DIR'] || inRoot('.vscode-test', 'host'));

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {string} publisher
 */

/** @returns {Manifest} the extension's package.json */
export function readManifest() {
  return JSON.parse(fs.readFileSync(inRoot('package.json'), 'utf8'));
}

/** What VS Code expects an installed extension's folder to be called. */
export function extensionFolderName() {
  const { publisher, name, version } = readManifest();
  return `${publisher}.${name}-${version}`;
}

/** The bundle that VS Code loads as the extension, and the CLI's. */
export const cliBundle = inRoot('dist', 'cli.cjs');
