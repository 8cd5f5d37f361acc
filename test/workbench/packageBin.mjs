/**
 * Finds the JavaScript file behind the command of an installed package, as its package.json names it: the files in
 * node_modules/.bin are shell shims on some systems.
 */
import fs from 'node:fs';
import path from 'node:path';
import { inRoot } from './paths.mjs';
import { codeOf } from './processes.mjs';

/**
 * @param {string} name of a package's command
 * @returns {string | undefined} the JavaScript file behind it
 */
export function findPackageBin(name) {
  const modules = inRoot('node_modules');
  for (const folder of packageFolders(modules)) {
    const { bin, name: packageName } = readPackage(folder);
    const file = typeof bin === 'string' ? (lastPart(packageName) === name ? bin : undefined) : bin?.[name];
    if (file) return path.join(folder, file);
  }
  return undefined;
}

/** @param {string} modules */
function packageFolders(modules) {
  return fs.readdirSync(modules).flatMap((entry) => {
    if (entry.startsWith('.')) return [];
    const folder = path.join(modules, entry);
    return entry.startsWith('@') ? fs.readdirSync(folder).map((name) => path.join(folder, name)) : [folder];
  });
}

/**
 * @param {string} folder
 * @returns {{ name?: string; bin?: string | Record<string, string> }}
 */
function readPackage(folder) {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return {};
    throw error;
  }
}

const lastPart = (name = '') => name.slice(name.lastIndexOf('/') + 1);
