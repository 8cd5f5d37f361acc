/**
 * Benchmarks of the engine, each beside a baseline in the same run. Not part of CI: `npm run build -- --tests && npm run bench`.
 */
import { spawn } from 'node:child_process';
import { Store } from '../../src/engine/store/store';
import { newRunId } from '../../src/model/ids';
import { parseRunLogLine } from '../../src/model/runLogLine';
import { isSettled } from '../../src/model/runStatus';
import { EngineHarness } from '../support/engineHarness';
import { temporaryFolder } from '../support/temporaryFolder';
import { alternate, printRatios } from './measure';

async function benchLaunch(): Promise<void> {
  const harness = new EngineHarness();
  try {
    const client = await harness.start();
    const program = ['/bin/echo', 'first line'];
    const bare = async (): Promise<void> =>
      new Promise((resolve) => {
        spawn(program[0] ?? '', program.slice(1), { stdio: ['ignore', 'pipe', 'ignore'] }).once('close', () =>
          resolve(),
        );
      });
    const submitted = async (): Promise<void> => {
      const { id } = await client.peer.call('runs.submit', harness.submission(program));
      while (!client.changes.some(({ runs }) => runs.some((run) => run.id === id && isSettled(run.status)))) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    };
    const acknowledged = async (): Promise<void> => {
      await client.peer.call('runs.submit', harness.submission(program));
    };
    printRatios(
      'One run of /bin/echo, engine warm',
      await alternate(30, {
        'bare spawn (baseline)': bare,
        'submitted, until the settled status is pushed': submitted,
        'submitted, until it is durable': acknowledged,
      }),
    );
  } finally {
    await harness.stop();
  }
}

async function benchSeries(): Promise<void> {
  const folder = temporaryFolder();
  const store = Store.open(folder.join('db'));
  const { run } = store.submit(
    {
      runId: newRunId(),
      experiment: 'bench',
      name: 'bench',
      tags: [],
      metadataJson: '{}',
      parametersJson: '{}',
      command: ['true'],
      cwd: '/',
      environment: [],
      retries: 0,
    },
    0,
  );
  store.beginAttempt(run.id, { executor: 'local', host: 'bench', folder: '/' }, 0);
  const lines = Array.from({ length: 1000 }, (_, i) =>
    JSON.stringify({ step: i, metrics: { loss: Math.random(), accuracy: Math.random(), lr: 0.1 } }),
  );
  let step = 0;
  printRatios(
    '1,000 run log lines of 3 metrics',
    await alternate(30, {
      'JSON.parse of the lines (baseline)': () => {
        for (const line of lines) JSON.parse(line);
      },
      'decoded by the run log protocol': () => {
        for (const line of lines) parseRunLogLine(line);
      },
      'decoded and durable in the store (one row per point)': () => {
        const points = lines.flatMap((line) =>
          parseRunLogLine(line).metrics.map(([metric, value]) => ({
            metric,
            step: step++,
            timeSeconds: 0,
            wallMs: 0,
            value,
          })),
        );
        store.ingest({
          runId: run.id,
          attempt: 1,
          points,
          events: [],
          metadataJson: [],
          tags: [],
          progress: undefined,
          artifacts: [],
          position: { offsetBytes: step, lines: step, nextStep: step, warnings: 0 },
          heardAtMs: 0,
        });
      },
    }),
  );
  const values = Float64Array.from({ length: 31_000 }, () => Math.random());
  printRatios(
    'A window of 1,000 buckets over 31,000 points',
    await alternate(20, {
      'scan of a raw column in memory (baseline)': () => {
        let max = -Infinity;
        for (const value of values) if (value > max) max = value;
      },
      'from the store (one row per point)': () => {
        store.windows(run.id, ['loss'], { axis: 'step', buckets: 1000 });
      },
    }),
  );
  store.close();
  folder.remove();
}

await benchLaunch();
await benchSeries();
