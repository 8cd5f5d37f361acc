/**
 * Typing in run files in the real workbench: from a pressed key until what is wrong is known in the window, and how long the
 * extension host could not answer others meanwhile. A file of a megabyte (a graph of eight thousand tasks) beside one of
 * three tasks.
 *
 *     npm run build -- --production --tests && npm run bench -- typing
 */
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import path from 'node:path';
import { openWorkbench, type Workbench } from '../../ui/support/workbench';
import { measured, type Measured, printRatios, quantileOf } from '../measure';

const rounds = Number(process.env['SIDELAB_BENCH_ROUNDS'] ?? 20);
const goalMs = 200;
const blockedGoalMs = 50;

interface Typed {
  /** Each from a key until the diagnostics that it causes. */
  readonly timesMs: readonly number[];
  /** The longest that the extension host's event loop was late. */
  readonly blockedMs: number;
}

export async function benchTyping(): Promise<void> {
  const load = loadavg()[0]?.toFixed(1) ?? '';
  const workbench = await openWorkbench();
  try {
    const sizes = { small: 3, large: 8_500 } as const;
    const typed: Partial<Record<keyof typeof sizes, Typed>> = {};
    let largeBytes = 0;
    for (const [name, tasks] of Object.entries(sizes) as [keyof typeof sizes, number][]) {
      const text = graphOf(tasks);
      if (name === 'large') largeBytes = Buffer.byteLength(text);
      writeFileSync(path.join(workbench.workspace, `${name}.run.json`), text);
      typed[name] = await typeIn(workbench, `${name}.run.json`);
    }
    const row = (name: string, one: Typed | undefined): Measured => measured(name, one?.timesMs ?? []);
    const kilobytes = Math.round(largeBytes / 1000);
    printRatios(`From a key until the diagnostics, ${rounds} times, load of the machine ${load}`, [
      row('three tasks (baseline)', typed.small),
      row(`${sizes.large} tasks, ${kilobytes} kB`, typed.large),
    ]);
    const p95 = quantileOf(typed.large?.timesMs ?? [], 0.95);
    console.log(`  goal ${goalMs} ms: ${p95 <= goalMs ? 'met' : 'NOT MET'} by the 95th percentile`);
    const { small, large } = typed;
    console.log(
      `  the extension host was blocked for at most ${small?.blockedMs.toFixed(0)} ms (three tasks), ${large?.blockedMs.toFixed(0)} ms (${kilobytes} kB); goal ${blockedGoalMs} ms`,
    );
  } finally {
    await workbench.stop();
  }
}

/** The last line is where is typed: what it waits for is there, and with another letter it is not. */
function graphOf(tasks: number): string {
  const lines = Array.from({ length: tasks }, (_, index) => {
    const before = index === 0 ? '' : `, "dependsOn": ["task-${index - 1}"]`;
    return `    "task-${index}": { "command": ["node", "--version"], "parameters": { "seed": ${index} }${before} },`;
  });
  const last = `    "last": { "command": ["node"], "dependsOn": ["task-${tasks - 1}"] }`;
  return `{\n  "tasks": {\n${lines.join('\n')}\n${last}\n  }\n}\n`;
}

async function typeIn(workbench: Workbench, file: string): Promise<Typed> {
  const uri = path.join(workbench.workspace, file);
  // The cursor stands behind the name that the last task waits for.
  await workbench.host(async (vscode, name) => {
    const document = await vscode.workspace.openTextDocument(name);
    const place = document.positionAt(document.getText().lastIndexOf('"]'));
    await vscode.window.showTextDocument(document, { selection: new vscode.Range(place, place), preview: false });
  }, uri);
  await workbench.page.waitForTimeout(3000);
  await startWatching(workbench);
  const timesMs: number[] = [];
  for (let round = 0; round < rounds + 1; round += 1) {
    for (const [key, isWrong] of [
      ['x', true],
      ['Backspace', false],
    ] as const) {
      const pressedAtMs = Date.now();
      await workbench.page.keyboard.press(key);
      const toldAtMs = await toldAt(workbench, isWrong, pressedAtMs);
      // The first round warms up.
      if (round > 0) timesMs.push(toldAtMs - pressedAtMs);
      await workbench.page.waitForTimeout(300);
    }
  }
  return { timesMs, blockedMs: await stopWatching(workbench) };
}

/** What is found in the extension host, kept on its global object. */
interface Watch {
  told: { readonly atMs: number; readonly isWrong: boolean }[];
  stop: () => number;
}

const startWatching = async (workbench: Workbench): Promise<void> =>
  workbench.host((vscode) => {
    const { monitorEventLoopDelay } = process.getBuiltinModule('node:perf_hooks');
    const resolutionMs = 5;
    const delay = monitorEventLoopDelay({ resolution: resolutionMs });
    const told: Watch['told'] = [];
    const listening = vscode.languages.onDidChangeDiagnostics(() => {
      const uri = vscode.window.activeTextEditor?.document.uri;
      const found = uri ? vscode.languages.getDiagnostics(uri) : [];
      told.push({ atMs: Date.now(), isWrong: found.some(({ source }) => source === 'Sidelab') });
    });
    delay.enable();
    const stop = (): number => {
      listening.dispose();
      delay.disable();
      return delay.max / 1e6 - resolutionMs;
    };
    Object.assign(globalThis, { sidelabTypingWatch: { told, stop } satisfies Watch });
  });

const toldAt = async (workbench: Workbench, isWrong: boolean, sinceMs: number): Promise<number> =>
  workbench.host(
    async (_, wanted, since) => {
      const { told } = (globalThis as unknown as { sidelabTypingWatch: Watch }).sidelabTypingWatch;
      for (let waited = 0; waited < 20_000; waited += 20) {
        const found = told.find((each) => each.atMs >= since && each.isWrong === wanted);
        if (found) return found.atMs;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error('What is wrong was not told within 20 s.');
    },
    isWrong,
    sinceMs,
  );

const stopWatching = async (workbench: Workbench): Promise<number> =>
  workbench.host(() => (globalThis as unknown as { sidelabTypingWatch: Watch }).sidelabTypingWatch.stop());
