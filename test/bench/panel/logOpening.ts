/**
 * A log of a gigabyte in the real workbench: from the command until the engine has answered and the document is there, and until
 * its last line is painted. Beside it a plain file of the window's size, opened at its end by the same editor in the same window;
 * and how long it takes to look through all of it.
 *
 *     npm run build -- --production --tests && npm run bench -- log-opening
 */
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { hostname, loadavg } from 'node:os';
import path from 'node:path';
import { Store } from '../../../src/engine/store/store';
import { newRunId, type RunId } from '../../../src/model/ids';
import { SeededRandom } from '../../support/seededRandom';
import { openWorkbench, type Workbench } from '../../ui/support/workbench';
import { measured, printRatios } from '../measure';

const rounds = Number(process.env['SIDELAB_BENCH_ROUNDS'] ?? 10);
const logBytes = Number(process.env['SIDELAB_BENCH_LOG_BYTES'] ?? 1e9);
const windowBytes = 2 * 1024 * 1024;
const goalMs = 1000;
const runId: RunId = newRunId();
const lastLine = 'the very last line';

export async function benchLogOpening(): Promise<void> {
  const load = loadavg()[0]?.toFixed(1) ?? '';
  const workbench = await openWorkbench({ prepareHome: (home) => fillLog(home) });
  try {
    const plain = path.join(workbench.workspace, 'plain.txt');
    writeFileSync(plain, endOfLog());
    await workbench.host(async (vscode, id) => vscode.commands.executeCommand('sidelab.copyRunId', id), runId);
    const opened: Record<'plain' | 'log', { there: number[]; painted: number[] }> = {
      plain: { there: [], painted: [] },
      log: { there: [], painted: [] },
    };
    for (let round = 0; round < rounds + 1; round += 1) {
      for (const kind of ['plain', 'log'] as const) {
        const { thereMs, paintedMs } = await openOnce(workbench, kind === 'plain' ? plain : undefined);
        // The first loads what every later one has.
        if (round === 0) continue;
        opened[kind].there.push(thereMs);
        opened[kind].painted.push(paintedMs);
      }
    }
    printRatios(`A log of ${Math.round(logBytes / 1e6)} MB, ${rounds} times, load of the machine ${load}`, [
      measured('plain file of 2 MB: the document is there (baseline)', opened.plain.there),
      measured('log: the engine has answered, the document is there', opened.log.there),
      measured('plain file of 2 MB: its last line is painted', opened.plain.painted),
      measured('log: its last line is painted', opened.log.painted),
    ]);
    const worst = Math.max(...opened.log.painted);
    console.log(`  goal ${goalMs} ms: ${worst <= goalMs ? 'met' : 'NOT MET'} by the slowest (${Math.round(worst)} ms)`);
    await benchFind(workbench);
  } finally {
    await workbench.stop();
  }
}

/** Lines as a training writes them, some in colours. */
function* logLines(): Generator<string> {
  const random = new SeededRandom(3);
  for (let step = 0; ; step += 1) {
    const loss = (Math.exp(-step / 1e6) + random.next() / 10).toFixed(6);
    yield step % 10 === 0
      ? `\u001b[32mINFO\u001b[0m epoch ${Math.floor(step / 1000)} step ${step} loss \u001b[1m${loss}\u001b[0m lr 0.000300\n`
      : `2026-11-22 01:02:03,004 - train - step ${step} loss ${loss} grad ${random.next().toFixed(4)} ${Math.floor(random.next() * 900)} img/s\n`;
  }
}

function endOfLog(): string {
  let text = '';
  for (const line of logLines()) if ((text += line).length > windowBytes) break;
  return `${text}${lastLine}\n`;
}

function fillLog(home: string): void {
  mkdirSync(home, { mode: 0o700, recursive: true });
  const folder = path.join(home, 'runs', runId, 'attempts', '1');
  mkdirSync(folder, { recursive: true });
  const file = openSync(path.join(folder, 'stdout'), 'w');
  let [part, written] = ['', 0];
  for (const line of logLines()) {
    part += line;
    if (part.length < 4_000_000) continue;
    written += writeSync(file, part);
    part = '';
    if (written >= logBytes) break;
  }
  writeSync(file, `${lastLine}\n`);
  closeSync(file);
  const store = Store.open(path.join(home, 'sidelab.db'));
  const nowMs = Date.now();
  const words = { tags: [], metadataJson: '{}', parametersJson: '{}', environment: [], retries: 0 };
  store.submit({ runId, experiment: 'bench', name: 'long-log', command: ['true'], cwd: home, ...words }, nowMs);
  store.beginAttempt(runId, { executor: 'local', host: hostname(), folder }, nowMs);
  store.attemptStarted(runId, { pid: 1, atMs: nowMs, awakeMs: 0 });
  store.endAttempt(runId, { kind: 'exited', exitCode: 0, atMs: nowMs }, undefined);
  store.close();
}

interface Opened {
  readonly thereMs: number;
  readonly paintedMs: number;
}

/** A plain file, or the log; times count from the command. */
async function openOnce(workbench: Workbench, plain: string | undefined): Promise<Opened> {
  await workbench.host(async (vscode) => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
  const line = workbench.page.locator('.editor-instance .view-line', { hasText: lastLine });
  await line.waitFor({ state: 'detached' });
  const beganMs = performance.now();
  const painted = line.waitFor().then(() => performance.now() - beganMs);
  const thereMs = await workbench.host(
    async (vscode, run, file) => {
      const startMs = performance.now();
      if (file === undefined) await vscode.commands.executeCommand('sidelab.showLog', run);
      else {
        const document = await vscode.workspace.openTextDocument(file);
        const end = new vscode.Position(document.lineCount - 1, 0);
        await vscode.window.showTextDocument(document, { selection: new vscode.Range(end, end) });
      }
      return performance.now() - startMs;
    },
    runId,
    plain,
  );
  return { thereMs, paintedMs: await painted };
}

/** As a user does it: the list says when it has looked through all. */
async function benchFind(workbench: Workbench): Promise<void> {
  await openOnce(workbench, undefined);
  for (const [what, text] of [
    ['a text', 'the very last'],
    ['nothing there', 'no such words'],
  ] as const) {
    const beganMs = performance.now();
    void workbench.host(
      async (vscode, text) => void vscode.commands.executeCommand('sidelab.findInOutput', undefined, text),
      text,
    );
    const list = workbench.page.locator('.quick-input-list .monaco-list-row');
    await list
      .filter({ hasText: what === 'a text' ? lastLine : 'Nothing was found' })
      .first()
      .waitFor();
    console.log(
      `  find ${what}: ${((performance.now() - beganMs) / 1000).toFixed(1)} s through ${Math.round(logBytes / 1e6)} MB`,
    );
    await workbench.page.keyboard.press('Escape');
  }
}
