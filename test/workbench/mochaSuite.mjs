/**
 * Runs the suites that need Node alone: unit tests, and UI tests, which open their own workbench.
 */
import fs from 'node:fs';
import path from 'node:path';
import { inRoot, outputFolder } from './paths.mjs';
import { findPackageBin } from './packageBin.mjs';
import { run } from './processes.mjs';
import { judge } from './report.mjs';
import { createSandbox } from './sandbox.mjs';

/**
 * @typedef {object} MochaSuiteOptions
 * @property {number} timeoutMs of a test that sets none
 * @property {number} limitMs of the suite
 * @property {string} [require] a module with root hooks
 * @property {string | undefined} [grep]
 */

/**
 * @param {string} suite its bundles are in dist/test/<suite>
 * @param {MochaSuiteOptions} options
 * @returns {Promise<import('./report.mjs').Outcome>}
 */
export async function runMochaSuite(suite, { timeoutMs, limitMs, require, grep }) {
  const report = path.join(outputFolder, `${suite}.json`);
  fs.rmSync(report, { force: true });
  const mocha = findPackageBin('mocha');
  if (!mocha) throw new Error('mocha is not installed.');
  const args = [mocha, '--timeout', String(timeoutMs), '--reporter', inRoot('test', 'workbench', 'reporter.mjs')];
  if (process.env['CI']) args.push('--forbid-only');
  if (require) args.push('--require', require);
  if (grep) args.push('--grep', grep);
  args.push(`dist/test/${suite}/**/*.test.mjs`);

  const sandbox = createSandbox(); // a test that forgets to say which home it means gets this one, never the user's
  try {
    const exitCode = await run(process.execPath, args, {
      cwd: inRoot(),
      env: {
        ...process.env,
        SIDELAB_TEST_REPORT: report,
        SIDELAB_HOME: sandbox.home,
        XDG_RUNTIME_DIR: sandbox.at('r'),
      },
      timeoutMs: limitMs,
    });
    const problem = exitCode === 124 ? `it did not end within ${limitMs / 60_000} minutes` : undefined;
    return judge(suite, report, { exitCode, mayBeEmpty: grep !== undefined, problem });
  } finally {
    await sandbox.dispose();
  }
}
