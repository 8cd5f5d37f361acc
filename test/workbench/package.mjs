/**
 * npm run package: builds for production, makes sidelab-<version>.vsix and looks into it: small, and nothing in it that
 * does not belong there.
 */
import fs from 'node:fs';
import { continueInNode24, childEnv, fail } from './bootstrap.mjs';
import { findPackageBin } from './packageBin.mjs';
import { inRoot, readManifest, root } from './paths.mjs';
import { run } from './processes.mjs';
import { listZip } from './zip.mjs';

await continueInNode24(import.meta.url);

const limitBytes = 3_000_000;
const allowed = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  /^extension\/package\.json$/,
  /^extension\/package\.nls(\.[\w-]+)?\.json$/,
  /^extension\/l10n\/bundle\.l10n(\.[\w-]+)?\.json$/,
  /^extension\/(readme|changelog)\.md$/i,
  /^extension\/LICENSE(\.txt|\.md)?$/i,
  /^extension\/(dist|media|examples)\//,
];
const forbidden = [/\.map$/, /\.tsbuildinfo$/, /\.ts$/, /(^|\/)test\//, /\/types\//];

const { name, version } = readManifest();
const file = inRoot(`${name}-${version}.vsix`);
const vsce = findPackageBin('vsce') ?? fail('vsce is not installed.');
/** @type {[string, string[]][]} */
const steps = [
  ['the build', ['esbuild.mjs', '--production']],
  // Links of the README are relative as long as the manifest names no repository; vsce would refuse them.
  ['vsce', [vsce, 'package', '--no-dependencies', '--no-rewrite-relative-links', '--out', file]],
];
for (const [step, args] of steps) {
  const code = await run(process.execPath, args, {
    cwd: root,
    env: childEnv(),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (code !== 0) fail(`Packaging failed: ${step} ended with ${code}.`);
}

const entries = listZip(fs.readFileSync(file));
const { size } = fs.statSync(file);
const strangers = entries.filter(
  ({ name }) => !allowed.some((pattern) => pattern.test(name)) || forbidden.some((pattern) => pattern.test(name)),
);
const kilobytes = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(12);
for (const { name, sizeBytes } of entries) console.log(`${kilobytes(sizeBytes)}  ${name}`);
console.log(`${kilobytes(size)}  ${file}`);
for (const { name } of strangers) console.error(`Does not belong in the package: ${name}`);
if (size > limitBytes) console.error(`The package is larger than ${limitBytes / 1e6} MB.`);
if (strangers.length > 0 || size > limitBytes) fail('The package must not be published like this.');
