/** A CPU profile of what happens in the workbench's page, for Chromium's developer tools, and its largest items in words. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples?: readonly number[];
  readonly timeDeltas?: readonly number[];
}

async function profiled(page: Page, work: () => Promise<void>): Promise<CpuProfile> {
  const session = await page.context().newCDPSession(page);
  await session.send('Profiler.enable');
  await session.send('Profiler.setSamplingInterval', { interval: 200 });
  await session.send('Profiler.start');
  await work();
  const { profile } = await session.send('Profiler.stop');
  await session.detach();
  printHeaviest(profile);
  return profile;
}

/** Self times by function. */
function printHeaviest({ nodes, samples = [], timeDeltas = [] }: CpuProfile): void {
  const names = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => [
      id,
      `${functionName || '(anonymous)'} ${url.split('/').at(-1) ?? ''}:${lineNumber + 1}`,
    ]),
  );
  const self = new Map<string, number>();
  for (const [at, id] of samples.entries()) {
    const name = names.get(id) ?? '';
    self.set(name, (self.get(name) ?? 0) + (timeDeltas[at] ?? 0) / 1000);
  }
  const heaviest = [...self].sort(([, a], [, b]) => b - a).slice(0, 25);
  for (const [name, ms] of heaviest) console.log(`    ${ms.toFixed(1).padStart(8)} ms  ${name}`);
}

/** What all processes of the browser did meanwhile, for its developer tools. */
async function traced(page: Page, file: string, work: () => Promise<void>): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const events: unknown[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  const ended = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()));
  await session.send('Tracing.start', {
    traceConfig: { includedCategories: ['devtools.timeline', 'cc', 'viz', 'blink', 'toplevel', 'benchmark'] },
  });
  await work();
  await session.send('Tracing.end');
  await ended;
  await session.detach();
  writeFileSync(file, JSON.stringify({ traceEvents: events }));
}

/** Of the next while, into the folder that SIDELAB_BENCH_PROFILES names; nothing without it. */
export async function saveProfile(page: Page, name: string, ms: number, work?: () => Promise<void>): Promise<void> {
  const folder = process.env['SIDELAB_BENCH_PROFILES'];
  if (!folder) return;
  console.log(`  ${name}:`);
  const wait = work ?? (async () => page.waitForTimeout(ms));
  await traced(page, path.join(folder, `${name}.trace.json`), wait);
  const profile = await profiled(page, wait);
  writeFileSync(path.join(folder, `${name}.cpuprofile`), JSON.stringify(profile));
}
