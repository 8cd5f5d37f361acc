/**
 * npm test [-- unit|vscode|ui …] [--grep PATTERN]: brings what is missing, builds, runs the suites (without an
 * argument unit, vscode and ui) and says at the end what really ran. A suite that executed no test has failed.
 */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { continueInNode24, fail } from './bootstrap.mjs';
import { ensureChromium } from './chromium.mjs';
import { ensureHost } from './host.mjs';
import { runMochaSuite } from './mochaSuite.mjs';
import { inRoot, outputFolder, root } from './paths.mjs';
import { run } from './processes.mjs';
import { countsLine, failuresText } from './report.mjs';
import { runVscodeSuite, usesDesktop } from './vscodeSuite.mjs';

await continueInNode24(import.meta.url);

const minute = 60_000;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { grep: { type: 'string', short: 'g' } },
});
const { grep } = values;

/** @type {Record<string, () => Promise<import('./report.mjs').Outcome>>} */
const suites = {
  unit: () => runMochaSuite('unit', { timeoutMs: minute, limitMs: 30 * minute, processes: 2, grep }),
  vscode: async () => {
    if (!usesDesktop()) await ensureBrowserWorkbench();
    return runVscodeSuite({ limitMs: 20 * minute, grep });
  },
  ui: async () => {
    await ensureBrowserWorkbench();
    const hooks = inRoot('test', 'ui', 'support', 'keepEvidence.mjs');
    return runMochaSuite('ui', { timeoutMs: 5 * minute, limitMs: 40 * minute, require: hooks, grep });
  },
};

async function ensureBrowserWorkbench() {
  await ensureChromium(); // first: it may fail, and the workbench is large
  await ensureHost();
}

/** @param {string} line */
function writeSummary(line) {
  fs.writeFileSync(path.join(outputFolder, 'summary.txt'), `${line}\n`);
}

const chosen = positionals.length > 0 ? positionals : ['unit', 'vscode', 'ui'];
const unknown = chosen.find((name) => !(name in suites));
if (unknown) fail(`There is no suite "${unknown}". Suites: ${Object.keys(suites).join(', ')}.`);

fs.mkdirSync(outputFolder, { recursive: true });
for (const name of ['screenshots', 'failures', 'logs']) {
  fs.rmSync(path.join(outputFolder, name), { recursive: true, force: true });
}
writeSummary('0 passed, 1 failed, 0 skipped'); // until it is known better

console.log('Building …');
if ((await run(process.execPath, ['esbuild.mjs', '--tests'], { cwd: root })) !== 0) fail('The build failed.');

const total = { passed: 0, failed: 0, skipped: 0 };
/** @type {import('./report.mjs').Outcome[]} */
const outcomes = [];
for (const name of chosen) {
  console.log(`\n── ${name} ${'─'.repeat(60 - name.length)}`);
  const outcome = await suites[name]?.().catch((/** @type {unknown} */ error) => {
    console.error(`${name}: FAILED:`, error);
    return { suite: name, passed: 0, failed: 1, skipped: 0, failures: [] };
  });
  if (!outcome) continue;
  outcomes.push(outcome);
  console.log(`${name}: ${countsLine(outcome)}`);
  total.passed += outcome.passed;
  total.failed += outcome.failed;
  total.skipped += outcome.skipped;
}

const nothingRan = total.passed + total.failed === 0;
if (nothingRan) {
  console.error(`FAILED: no test matches ${grep ?? 'anything'}.`);
  total.failed = 1;
}
writeSummary(countsLine(total));
console.log(`\n${failuresText(outcomes)}\n${countsLine(total)}`);
process.exit(total.failed > 0 ? 1 : 0);
