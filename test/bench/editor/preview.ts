/**
 * Looking at large run files before they are submitted, in the real workbench: how long the extension host could not answer others
 * while a preview is opened and follows edits, while a dry run is made, and while the run is submitted; and how long each takes.
 * The baseline is the same edit with nothing but the editor open. With the first dry run VS Code starts its own Markdown extension in
 * the same host, which takes a second there.
 *
 *     npm run build -- --production --tests && npm run bench -- preview
 */
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import path from 'node:path';
import { openWorkbench, type Workbench } from '../../ui/support/workbench';
import { quantileOf } from '../measure';
import { type Blocked, takeBlocked, watchBlocked } from './blockedHost';
import { graphOf } from './typing';

const rounds = Number(process.env['SIDELAB_BENCH_ROUNDS'] ?? 8);
const blockedGoalMs = 50;

interface LargeFile {
  readonly label: string;
  readonly name: string;
  readonly text: string;
}

/** What was measured of one action, done several times. */
interface Row {
  readonly label: string;
  readonly timesMs: number[];
  readonly blocked: Blocked[];
}

export async function benchPreview(): Promise<void> {
  const graph = graphOf(8_500).replace('{', '{\n  "name": "round 0",');
  const files: readonly LargeFile[] = [
    { label: '8500 tasks, 974 kB', name: 'tasks.run.json', text: graph },
    { label: 'a sweep of 10,000 trials', name: 'trials.run.json', text: sweepOf(100, 100) },
  ];
  const load = loadavg()[0]?.toFixed(1) ?? '';
  const workbench = await openWorkbench({ settings: { 'sidelab.openPanelOnSubmit': false } });
  const rows: Row[] = [];
  try {
    await watchBlocked(workbench);
    // What is submitted is not to be executed.
    await workbench.host(async (vscode) => vscode.commands.executeCommand('sidelab.pauseQueue'));
    for (const file of files) rows.push(...(await look(workbench, file)));
  } finally {
    await workbench.stop();
  }
  console.log(
    `\nThe extension host could not answer for at most (goal ${blockedGoalMs} ms), load of the machine ${load}`,
  );
  for (const { label, blocked, timesMs } of rows) {
    const most = (of: (each: Blocked) => number): string =>
      Math.max(...blocked.map(of))
        .toFixed(0)
        .padStart(5);
    const verdict = blocked.every(({ cpuMs }) => cpuMs <= blockedGoalMs) ? '' : '  MORE';
    const doneMs = quantileOf(timesMs, 0.5).toFixed(0).padStart(6);
    console.log(
      `  ${label.padEnd(58)} ${most(({ ms }) => ms)} ms, of a processor ${most(({ cpuMs }) => cpuMs)} ms; done after ${doneMs} ms${verdict}`,
    );
  }
}

/** As many trials as the product of both. */
function sweepOf(rates: number, seeds: number): string {
  const numbers = (count: number): string => Array.from({ length: count }, (_, index) => index).join(', ');
  return `{\n  "name": "round 0",\n  "command": ["node", "--version"],\n  "parameters": { "rate": 0, "seed": 0 },\n  "sweep": {\n    "over": {\n      "parameters.rate": [${numbers(rates)}],\n      "parameters.seed": [${numbers(seeds)}]\n    }\n  }\n}\n`;
}

async function look(workbench: Workbench, { label, name, text }: LargeFile): Promise<Row[]> {
  const address = path.join(workbench.workspace, name);
  writeFileSync(address, text);
  await workbench.host(async (vscode, file) => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: false });
  }, address);
  let named = 0;
  const edit = async (): Promise<void> => {
    named += 1;
    await rename(workbench, address, `round ${named}`);
  };
  const title = workbench.frame().locator('.graphHead h1');
  const shown = async (): Promise<void> => title.filter({ hasText: new RegExp(`^round ${named}$`) }).waitFor();
  const rest = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 3000));
  await rest();
  // The first one warms up.
  await edit();
  await rest();
  const alone = await repeat(workbench, `${label}: an edit, no preview (baseline)`, rounds, async () => {
    await edit();
    await rest();
  });
  const opened = await repeat(workbench, `${label}: a preview is opened`, 1, async () => {
    await workbench.host(async (vscode, file) => {
      await vscode.commands.executeCommand('sidelab.previewGraph', vscode.Uri.file(file));
    }, address);
    await shown();
  });
  await rest();
  const followed = await repeat(workbench, `${label}: the preview follows an edit`, rounds, async () => {
    await edit();
    await shown();
  });
  await rest();
  const dry = await repeat(workbench, `${label}: a dry run`, 3, async () => {
    await workbench.host(async (vscode, file) => {
      await vscode.commands.executeCommand('sidelab.dryRun', vscode.Uri.file(file));
    }, address);
  });
  await workbench.host(async (vscode) => vscode.commands.executeCommand('workbench.action.closeEditorsInOtherGroups'));
  await rest();
  const submitted = await repeat(workbench, `${label}: it is submitted`, 1, async () => {
    await workbench.host(async (vscode, file) => {
      await vscode.workspace.saveAll();
      await vscode.commands.executeCommand('sidelab.submitRun', vscode.Uri.file(file));
    }, address);
  });
  await workbench.host(async (vscode) => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
  return [alone, opened, followed, dry, submitted];
}

async function repeat(workbench: Workbench, label: string, times: number, act: () => Promise<void>): Promise<Row> {
  const row: Row = { label, timesMs: [], blocked: [] };
  for (let round = 0; round < times; round += 1) {
    await takeBlocked(workbench);
    const startedAtMs = performance.now();
    await act();
    row.timesMs.push(performance.now() - startedAtMs);
    row.blocked.push(await takeBlocked(workbench));
  }
  return row;
}

const rename = async (workbench: Workbench, address: string, name: string): Promise<void> =>
  workbench.host(
    async (vscode, file, wanted) => {
      const document = await vscode.workspace.openTextDocument(file);
      const change = new vscode.WorkspaceEdit();
      change.replace(document.uri, document.lineAt(1).range, `  "name": "${wanted}",`);
      await vscode.workspace.applyEdit(change);
    },
    address,
    name,
  );
