/**
 * Activation in a real extension host, beside an extension that does nothing in the same one: how long the host is busy with it, and how
 * much memory that takes.
 *
 *     npm run build -- --production --tests && npm run bench -- activation
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import path from 'node:path';
import type * as Vscode from 'vscode';
import { openWorkbench } from '../../ui/support/workbench';
import { extensionFolderName, inRoot, root } from '../../workbench/paths.mjs';
import { measured, printRatios, quantileOf } from '../measure';

const rounds = Number(process.env['SIDELAB_BENCH_ROUNDS'] ?? 10);
const goalMs = 50;

interface Cost {
  readonly ms: number;
  /** Of the processor, by the thread that all extensions share: what else runs on the machine changes it little. */
  readonly cpuMs: number;
  readonly bytes: number;
}

export async function benchActivation(): Promise<void> {
  const load = loadavg()[0]?.toFixed(1) ?? '';
  const folder = onDemand();
  const empty = 'sidelab.sidelab-bench-empty-0.0.1';
  const workbench = await openWorkbench({
    link: { [extensionFolderName()]: folder, [empty]: inRoot('test', 'bench', 'editor', 'emptyExtension') },
  });
  try {
    const costs: Record<'empty' | 'own', Cost[]> = { empty: [], own: [] };
    for (let round = 0; round <= rounds; round += 1) {
      if (round > 0) await workbench.reload();
      // Turns about, so that neither is always the first.
      const order = round % 2 === 0 ? (['empty', 'own'] as const) : (['own', 'empty'] as const);
      for (const which of order) {
        const id = which === 'own' ? 'sidelab.sidelab' : 'sidelab.sidelab-bench-empty';
        const cost = await workbench.host(activate, id);
        // The first one warms the disk's cache up, and keeps its compiled code for the next, some time later.
        if (round > 0) costs[which].push(cost);
      }
      if (round === 0) await new Promise((resolve) => setTimeout(resolve, 15_000));
    }
    const row = (name: string, all: readonly Cost[]) =>
      measured(
        name,
        all.map(({ ms }) => ms),
      );
    printRatios(`Activation, code loaded and called, ${rounds} times, load of the machine ${load}`, [
      row('an empty extension (baseline)', costs.empty),
      row('Sidelab', costs.own),
    ]);
    const median = (all: readonly number[]): number => quantileOf(all, 0.5);
    const more = median(costs.own.map(({ ms }) => ms)) - median(costs.empty.map(({ ms }) => ms));
    console.log(
      `  ${more.toFixed(1)} ms more than the empty one; goal ${goalMs} ms: ${more <= goalMs ? 'met' : 'NOT MET'}`,
    );
    const cpu = (all: readonly Cost[]): string => `${median(all.map(({ cpuMs }) => cpuMs)).toFixed(1)} ms`;
    console.log(`  processor time: empty ${cpu(costs.empty)}, Sidelab ${cpu(costs.own)}`);
    const bytes = (all: readonly Cost[]): string => `${(median(all.map((cost) => cost.bytes)) / 1e6).toFixed(1)} MB`;
    console.log(`  heap after a collection: empty ${bytes(costs.empty)}, Sidelab ${bytes(costs.own)}`);
  } finally {
    await workbench.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The extension as it is shipped, except that nothing activates it but the bench. */
function onDemand(): string {
  const folder = mkdtempSync('/tmp/sl-activation-');
  for (const name of ['dist', 'media', 'examples']) symlinkSync(path.join(root, name), path.join(folder, name));
  cpSync(path.join(root, 'README.md'), path.join(folder, 'README.md'));
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ ...manifest, activationEvents: [] }));
  return folder;
}

/** In the extension host. */
async function activate(vscode: typeof Vscode, id: string): Promise<Cost> {
  const [v8, vm] = [process.getBuiltinModule('node:v8'), process.getBuiltinModule('node:vm')];
  v8.setFlagsFromString('--expose-gc');
  const collect = vm.runInNewContext('gc') as () => void;
  const extension = vscode.extensions.getExtension(id);
  if (!extension || extension.isActive) throw new Error(`${id} is not there, or is active already.`);
  collect();
  const before = process.memoryUsage().heapUsed;
  const cpuBefore = process.threadCpuUsage();
  const startedAtMs = performance.now();
  await extension.activate();
  const ms = performance.now() - startedAtMs;
  const { user, system } = process.threadCpuUsage(cpuBefore);
  // What begins in the background is its own, too.
  await new Promise((resolve) => setTimeout(resolve, 500));
  collect();
  return { ms, cpuMs: (user + system) / 1000, bytes: process.memoryUsage().heapUsed - before };
}
