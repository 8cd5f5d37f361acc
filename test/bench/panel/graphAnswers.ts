/** What a graph weighs on its way: the engine's answer to `runs.graph`, and the host's to `graph.ready`, which holds it. */
import type { Frame } from 'playwright-core';
import { silentLog } from '../../../src/base/log';
import { EngineClient } from '../../../src/core/sources/engine/engineClient';
import { readEngineAddress } from '../../../src/protocol/engineAddress';
import { measured, printRatios } from '../measure';
import type { GraphBench } from './graph';
import { closeEditors } from './live';

const rounds = 7;

interface Answer {
  readonly tookMs: number;
  /** As JSON. */
  readonly size: number;
}

export async function benchGraphAnswers({ workbench, filled, names, open }: GraphBench): Promise<void> {
  const address = await readEngineAddress(workbench.home);
  if (!address) throw new Error('No engine lives in this home.');
  const engine = await EngineClient.open(address, {
    identity: { client: 'bench', version: '0.0.0' },
    listeners: {},
    log: silentLog,
  });
  try {
    for (const name of names) {
      const frame = await open(name);
      const own: Answer[] = [];
      const host: Answer[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const beganMs = performance.now();
        const graph = await engine.call('runs.graph', { runId: filled[name].top });
        own.push({ tookMs: performance.now() - beganMs, size: JSON.stringify(graph).length });
        host.push(await askAgain(frame));
        await workbench.page.waitForTimeout(300);
      }
      await closeEditors(workbench);
      const times = (all: readonly Answer[]): number[] => all.map(({ tookMs }) => tookMs);
      const kB = ([answer]: readonly Answer[]): string => `${Math.round((answer?.size ?? NaN) / 1000)} kB`;
      printRatios(`${name}: what is asked for, ${rounds} times; sizes are those of JSON`, [
        measured(`runs.graph of the engine, ${kB(own)}`, times(own)),
        measured(`graph.ready of the host, ${kB(host)}`, times(host)),
      ]);
    }
  } finally {
    engine.dispose();
  }
}

/** As the view does when it is looked at again. */
const askAgain = async (frame: Frame): Promise<Answer> =>
  frame.evaluate(
    async () =>
      new Promise<Answer>((resolve) => {
        const beganMs = performance.now();
        const hear = ({ data }: MessageEvent<{ result?: { nodes?: unknown } } | undefined>): void => {
          if (!data?.result?.nodes) return;
          const tookMs = performance.now() - beganMs;
          window.removeEventListener('message', hear, true);
          resolve({ tookMs, size: JSON.stringify(data).length });
        };
        // Before the panel hears it: what it does with the answer is measured elsewhere.
        window.addEventListener('message', hear, true);
        document.dispatchEvent(new Event('visibilitychange'));
      }),
  );
