/**
 * node24.mjs <bin or file> args…: runs a script, or the command of an installed package, under Node 24.
 */
import fs from 'node:fs';
import path from 'node:path';
import { ensureDependencies, fail, node24Path } from './bootstrap.mjs';
import { findPackageBin } from './packageBin.mjs';
import { run } from './processes.mjs';

const [target = fail('usage: node24.mjs <bin or file> [argument …]'), ...args] = process.argv.slice(2);
ensureDependencies();
const isScript = /\.[cm]?js$/.test(target);
const file = isScript ? path.resolve(target) : findPackageBin(target);
if (!file || !fs.existsSync(file)) fail(`There is no ${isScript ? 'script' : 'package command'} "${target}".`);
process.exitCode = await run(node24Path(), [file, ...args]);
