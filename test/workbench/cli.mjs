/**
 * npm run sidelab -- …: the CLI from source, in the folder the user is in.
 */
import fs from 'node:fs';
import path from 'node:path';
import { ensureDependencies, fail, node24Path } from './bootstrap.mjs';
import { cliBundle, inRoot, root } from './paths.mjs';
import { run } from './processes.mjs';

ensureDependencies();
const sources = Math.max(newestIn(inRoot('src')), fs.statSync(inRoot('esbuild.mjs')).mtimeMs);
if (!fs.existsSync(cliBundle) || fs.statSync(cliBundle).mtimeMs < sources) {
  // To stderr: what the CLI prints may be piped.
  const stdio = /** @type {const} */ (['ignore', process.stderr, 'inherit']);
  if ((await run(node24Path(), ['esbuild.mjs'], { cwd: root, stdio: [...stdio] })) !== 0) fail('The build failed.');
}
process.exitCode = await run(node24Path(), ['--enable-source-maps', cliBundle, ...process.argv.slice(2)], {
  cwd: process.env['INIT_CWD'] ?? process.cwd(),
  ignoreInterrupt: true, // the CLI asks what to do with the run
});

/** @param {string} folder */
function newestIn(folder) {
  const files = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return Math.max(...files.map((name) => fs.statSync(path.join(folder, name)).mtimeMs));
}
