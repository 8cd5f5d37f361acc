/**
 * Runs the suites that need Node alone: unit tests, and UI tests, which open their own workbench. A suite can be run by several
 * processes at a time, each with every so many-th of its files: most tests wait for other processes.
 */
import fs from 'node:fs';
import path from 'node:path';
import { inRoot, outputFolder } from './paths.mjs';
import { findPackageBin } from './packageBin.mjs';
import { run } from './processes.mjs';
import { joinOutcomes, judge } from './report.mjs';
import { createSandbox } from './sandbox.mjs';

/**
 * @typedef {object} MochaSuiteOptions
 * @property {number} timeoutMs of a test that sets none
 * @property {number} limitMs of the suite
 * @property {number} [processes] how many run it, where all of it is run. Default: 1
 * @property {string} [require] a module with root hooks
 * @property {string | undefined} [grep]
 */

/**
 * @param {string} suite its bundles are in dist/test/<suite>
 * @param {MochaSuiteOptions} options
 * @returns {Promise<import('./report.mjs').Outcome>}
 */
export async function runMochaSuite(suite, { processes = 1, ...options }) {
  const folder = inRoot('dist', 'test', suite);
  const files = fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.mjs'))
    .sort()
    .map((name) => path.join(folder, name));
  const count = options.grep ? 1 : Math.max(1, Math.min(processes, files.length));
  const parts = Array.from({ length: count }, (_, part) => files.filter((_, i) => i % count === part));
  return joinOutcomes(
    suite,
    await Promise.all(parts.map(async (part, i) => runPart(i === 0 ? suite : `${suite}-${i + 1}`, part, options))),
  );
}

/**
 * @param {string} name of the part: that of its suite, or with a number behind it; what the first one prints is seen at once
 * @param {readonly string[]} files
 * @param {Omit<MochaSuiteOptions, 'processes'>} options
 */
async function runPart(name, files, { timeoutMs, limitMs, require, grep }) {
  const report = path.join(outputFolder, `${name}.json`);
  fs.rmSync(report, { force: true });
  const mocha = findPackageBin('mocha');
  if (!mocha) throw new Error('mocha is not installed.');
  const args = [mocha, '--timeout', String(timeoutMs), '--reporter', inRoot('test', 'workbench', 'reporter.mjs')];
  if (process.env['CI']) args.push('--forbid-only');
  if (require) args.push('--require', require);
  if (grep) args.push('--grep', grep);
  args.push(...files);

  const sandbox = createSandbox(); // a test that forgets to say which home it means gets this one, never the user's
  const output = name.includes('-') ? sandbox.at('output.txt') : undefined;
  const written = output === undefined ? 'inherit' : fs.openSync(output, 'w');
  try {
    const exitCode = await run(process.execPath, args, {
      cwd: inRoot(),
      env: {
        ...process.env,
        SIDELAB_TEST_REPORT: report,
        SIDELAB_HOME: sandbox.home,
        XDG_RUNTIME_DIR: sandbox.at('r'),
      },
      stdio: ['inherit', written, written],
      timeoutMs: limitMs,
    });
    if (output !== undefined) process.stdout.write(fs.readFileSync(output));
    const problem = exitCode === 124 ? `it did not end within ${limitMs / 60_000} minutes` : undefined;
    return judge(name, report, { exitCode, mayBeEmpty: grep !== undefined, problem });
  } finally {
    if (typeof written === 'number') fs.closeSync(written);
    await sandbox.dispose();
  }
}
