/**
 * Runs dist/test/vscode inside a real extension host, with a fresh copy of `examples` as the workspace: the desktop's
 * when there is one to be used (VSCODE_EXECUTABLE_PATH, or VSCODE_TEST_HOST=desktop to download one), otherwise the
 * browser workbench's.
 */
import fs from 'node:fs';
import path from 'node:path';
import { launchBrowser, workbenchUrl } from './browser.mjs';
import { inRoot, outputFolder, root } from './paths.mjs';
import { readIfThere } from './processes.mjs';
import { judge } from './report.mjs';
import { createSandbox } from './sandbox.mjs';
import { startTestServer } from './server.mjs';

const tests = inRoot('dist', 'test', 'vscode', 'index.cjs');
const report = path.join(outputFolder, 'vscode.json');
/** Of the console's lines. Where nobody watches, only what fails is told. */
const shown = process.env['CI'] ? /^ {2}✘ / : /^ {2}(✔|✘|-) /;

export const usesDesktop = () =>
  Boolean(process.env['VSCODE_EXECUTABLE_PATH']) || process.env['VSCODE_TEST_HOST'] === 'desktop';

/**
 * @param {{ limitMs: number; grep?: string | undefined }} options
 * @returns {Promise<import('./report.mjs').Outcome>}
 */
export async function runVscodeSuite({ limitMs, grep }) {
  fs.rmSync(report, { force: true });
  const sandbox = createSandbox();
  const workspace = sandbox.at('examples');
  fs.cpSync(inRoot('examples'), workspace, { recursive: true });
  const env = { SIDELAB_TEST_REPORT: report, SIDELAB_TEST_GREP: grep ?? '' };
  try {
    const inHost = usesDesktop() ? runOnDesktop : runInBrowser;
    const { exitCode, problem } = await inHost(sandbox, { workspace, env, limitMs });
    const outcome = judge('vscode', report, { exitCode, mayBeEmpty: grep !== undefined, problem });
    if (outcome.failed > 0) keepLogs(sandbox);
    return outcome;
  } finally {
    await sandbox.dispose();
  }
}

/**
 * @typedef {object} HostRun
 * @property {string} workspace
 * @property {Record<string, string>} env
 * @property {number} limitMs
 */

/**
 * @param {import('./sandbox.mjs').Sandbox} sandbox
 * @param {HostRun} options
 * @returns {Promise<{ exitCode: number; problem?: string | undefined }>}
 */
async function runInBrowser(sandbox, { workspace, env, limitMs }) {
  const server = await startTestServer(sandbox, { smokeTestDriver: true, env });
  const context = await launchBrowser(sandbox);
  const page = context.pages()[0] ?? (await context.newPage());
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  /** @type {Promise<{ exitCode: number; problem?: string }>} */
  const ended = new Promise((resolve) => {
    // VS Code calls these two from the workbench: when `run` has settled, and for each line of the console.
    void page.exposeFunction('codeAutomationExit', (/** @type {number} */ exitCode) => resolve({ exitCode }));
    void page.exposeFunction('codeAutomationLog', (/** @type {string} */ _type, /** @type {unknown[]} */ [line]) => {
      const text = String(line);
      if (process.env['SIDELAB_TEST_VERBOSE'] || shown.test(text)) console.log(text);
    });
    page.once('crash', () => resolve({ exitCode: 1, problem: 'the browser page crashed' }));
    void server.exited.then(() => resolve({ exitCode: 1, problem: 'the workbench server ended' }));
    const tooLong = `it did not end within ${limitMs / 60_000} minutes`;
    timer = setTimeout(() => resolve({ exitCode: 1, problem: tooLong }), limitMs);
  });
  try {
    await page.goto(workbenchUrl(server, { folder: workspace, extension: root, tests }));
    const end = await ended;
    if (end.exitCode !== 0 || end.problem)
      await page.screenshot({ path: path.join(outputFolder, 'vscode-failed.png') });
    // The exit code after a crash of the extension host is 0.
    const [died] = /Extension Host Process exited with code: (?!0\b)\S+, signal: [^.\s]+/.exec(server.readLog()) ?? [];
    return died ? { exitCode: 1, problem: died } : end;
  } finally {
    clearTimeout(timer);
    await context.close();
    await server.stop();
  }
}

/**
 * @param {import('./sandbox.mjs').Sandbox} sandbox
 * @param {HostRun} options
 * @returns {Promise<{ exitCode: number; problem?: string | undefined }>}
 */
async function runOnDesktop({ at, env: sandboxed, home }, { workspace, env }) {
  const { downloadAndUnzipVSCode, runTests, TestRunFailedError } = await import('@vscode/test-electron');
  const executable =
    process.env['VSCODE_EXECUTABLE_PATH'] ||
    (await downloadAndUnzipVSCode({
      version: process.env['VSCODE_TEST_VERSION'] || 'stable',
      cachePath: inRoot('.vscode-test'),
    }));
  try {
    const exitCode = await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: root,
      extensionTestsPath: tests,
      extensionTestsEnv: { ...env, SIDELAB_HOME: home, TMPDIR: sandboxed['TMPDIR'] },
      launchArgs: [
        workspace,
        `--user-data-dir=${at('ud')}`,
        `--extensions-dir=${at('ext')}`,
        '--disable-extensions',
        '--disable-workspace-trust',
        '--disable-telemetry',
        '--disable-gpu',
      ],
    });
    return { exitCode };
  } catch (error) {
    if (error instanceof TestRunFailedError) return { exitCode: error.code ?? 1, problem: error.message };
    throw error;
  }
}

/** @param {import('./sandbox.mjs').Sandbox} sandbox */
export function keepLogs({ at }) {
  const place = path.join(outputFolder, 'logs');
  fs.mkdirSync(place, { recursive: true });
  const log = readIfThere(at('server.log'));
  if (log !== undefined) fs.writeFileSync(path.join(place, 'vscode-server.log'), log);
  if (fs.existsSync(at('ud', 'logs'))) fs.cpSync(at('ud', 'logs'), path.join(place, 'vscode'), { recursive: true });
  console.error(`vscode: logs are kept in ${place}`);
}
