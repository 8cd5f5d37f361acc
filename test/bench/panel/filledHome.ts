/** A home with a finished run of many long series in it, written by the engine's own store before any engine lives there. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { Store } from '../../../src/engine/store/store';
import { newRunId } from '../../../src/model/ids';
import type { Submission } from '../../../src/protocol/engine';
import { SeededRandom } from '../../support/seededRandom';

const stepsPerBatch = 2000;
const msPerStep = 10;

export function fillHome(home: string, { metrics: count, steps }: { metrics: number; steps: number }): void {
  const beganMs = performance.now();
  mkdirSync(home, { mode: 0o700, recursive: true });
  const store = Store.open(path.join(home, 'sidelab.db'));
  const startMs = Date.now() - steps * msPerStep - 60_000;
  const submission: Submission = {
    runId: newRunId(),
    experiment: 'bench',
    name: `long-run-${count}`,
    tags: [],
    metadataJson: '{}',
    parametersJson: '{}',
    command: ['true'],
    cwd: home,
    environment: [],
    retries: 0,
  };
  const { run } = store.submit(submission, startMs);
  store.beginAttempt(run.id, { executor: 'local', host: 'bench', folder: '/' }, startMs);
  store.attemptStarted(run.id, { pid: 1, atMs: startMs, awakeMs: startMs });
  const groups = ['train', 'validation', 'optimizer', 'system'];
  const metrics = Array.from({ length: count }, (_, i) => `${groups[i % groups.length] ?? ''}/metric ${i}`);
  const random = new SeededRandom(7);
  const length = count * stepsPerBatch;
  const column = (): Float64Array => new Float64Array(length);
  for (let from = 0; from < steps; from += stepsPerBatch) {
    const [step, time, wall, value] = [column(), column(), column(), column()];
    for (let i = 0; i < length; i += 1) {
      const at = from + (i % stepsPerBatch);
      const series = Math.floor(i / stepsPerBatch);
      step[i] = at;
      time[i] = (at * msPerStep) / 1000;
      wall[i] = startMs + at * msPerStep;
      value[i] = Math.fround(Math.exp(-at / steps) + Math.sin(at / (20_000 + 900 * series)) / 5 + random.next() / 10);
    }
    store.ingest({
      runId: run.id,
      attempt: 1,
      points: { metrics, counts: metrics.map(() => stepsPerBatch), step, time, wall, value },
      events: [],
      metadataJson: [],
      tags: [],
      progress: undefined,
      artifacts: [],
      position: { offsetBytes: from, lines: from, nextStep: from, warnings: 0 },
      heardAtMs: startMs + from * msPerStep,
    });
  }
  store.endAttempt(run.id, { kind: 'exited', exitCode: 0, atMs: Date.now() }, undefined);
  store.close();
  const seconds = (performance.now() - beganMs) / 1000;
  console.log(`  ${(count * steps) / 1e6} million points written in ${seconds.toFixed(0)} s`);
}
