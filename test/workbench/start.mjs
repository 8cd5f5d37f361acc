/**
 * npm start [-- --browser]: builds and opens VS Code with the extension and the examples: the desktop's, or, where
 * there is none, the workbench in the browser. Unlike in the tests this is the user's own Sidelab home and environment.
 * --smoke (for a test) starts the browser workbench in a sandbox, waits until it answers, and stops it.
 */
import { parseArgs } from 'node:util';
import { continueInNode24, fail, userEnv } from './bootstrap.mjs';
import { findDesktop } from './desktop.mjs';
import { ensureHost } from './host.mjs';
import { inRoot, root } from './paths.mjs';
import { run, untilInterrupted } from './processes.mjs';
import { createSandbox, withoutEditor } from './sandbox.mjs';
import { findRunning, prepare, serve } from './userWorkbench.mjs';

await continueInNode24(import.meta.url, { ignoreInterrupt: true });

const options = /** @type {const} */ ({ browser: { type: 'boolean' }, smoke: { type: 'boolean' } });
const flags = parseArgs({ options }).values;

console.log('Building …');
if ((await run(process.execPath, ['esbuild.mjs'], { cwd: root })) !== 0) fail('The build failed.');

const desktop = flags.browser || flags.smoke ? undefined : findDesktop();
if (desktop) await openDesktop(desktop);
else if (flags.smoke) await smoke();
else await openInBrowser();

/** @param {string} command */
async function openDesktop(command) {
  console.log(
    `Opening VS Code (${command}) with the extension and the examples. Another workbench: npm start -- --browser`,
  );
  const args = ['--new-window', `--extensionDevelopmentPath=${root}`, inRoot('examples')];
  const onWindows = process.platform === 'win32';
  const quoted = onWindows ? args.map((arg) => `"${arg}"`) : args; // code.cmd goes through the shell
  process.exitCode = await run(onWindows ? `"${command}"` : command, quoted, { env: userEnv(), shell: onWindows });
}

async function openInBrowser() {
  await ensureHost();
  const place = inRoot('.vscode-test', 'start');
  const running = await findRunning(place);
  if (running) {
    console.log('It is already running:');
    describe(running);
    return;
  }
  const password = prepare(place);
  const server = await serve(place, withoutEditor(userEnv()));
  describe({ url: server.url, password });
  console.log('  To stop   Ctrl+C here. Runs that have been submitted go on in the background.\n');
  const ended = await Promise.race([untilInterrupted(), server.exited.then(() => true)]);
  await server.stop();
  if (ended) fail(`The workbench has ended by itself:\n${server.readLog().slice(-2000)}`);
  console.log('\nThe workbench is stopped.');
  process.exit(0);
}

async function smoke() {
  await ensureHost();
  const sandbox = createSandbox();
  const place = sandbox.at('start');
  prepare(place);
  const server = await serve(place, sandbox.env);
  const { status } = await fetch(`${server.url}/`, { redirect: 'manual' });
  await server.stop();
  await sandbox.dispose();
  if (status !== 200 && status !== 302) fail(`The workbench answered with status ${status}.`);
  console.log(`The workbench answered with status ${status} and was stopped.`);
}

/** @param {{ url: string; password: string }} workbench */
function describe({ url, password }) {
  console.log(`
  Sidelab is ready in VS Code in the browser, with the folder "examples".

  Open      ${url}/?folder=${encodeURI(inRoot('examples'))}
  Password  ${password}
`);
}
