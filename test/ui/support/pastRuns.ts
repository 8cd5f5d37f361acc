/** A home with past runs of the tour example in it, written by the engine's own store before any engine lives there. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { Store } from '../../../src/engine/store/store';
import { newRunId } from '../../../src/model/ids';
import { pointBatch } from '../../support/pointBatch';

export interface PastRun {
  readonly name: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly tourKm: number;
  readonly exitCode?: number;
}

/** Oldest first, an hour apart, the newest a minute ago. */
export function fillWithPastRuns(home: string, runs: readonly PastRun[]): void {
  mkdirSync(home, { mode: 0o700, recursive: true });
  const store = Store.open(path.join(home, 'sidelab.db'));
  for (const [index, { name, parameters, tourKm, exitCode = 0 }] of runs.entries()) {
    const atMs = Date.now() - 60_000 - (runs.length - 1 - index) * 3_600_000;
    const { run } = store.submit(
      {
        runId: newRunId(),
        experiment: 'tour',
        name,
        tags: [],
        metadataJson: '{}',
        parametersJson: JSON.stringify(parameters),
        metricsJson: JSON.stringify({ 'tour/km': { goal: 'minimize' } }),
        command: ['/usr/bin/node', 'tour.mjs'],
        cwd: home,
        environment: [],
        retries: 0,
        runFile: { path: path.join(home, 'tour.run.json'), text: '{}' },
      },
      atMs,
    );
    store.beginAttempt(run.id, { executor: 'local', host: 'here', folder: '/' }, atMs);
    store.attemptStarted(run.id, { pid: 1, atMs, awakeMs: atMs });
    store.ingest({
      runId: run.id,
      attempt: 1,
      points: pointBatch(
        [2 * tourKm, tourKm].map((value, step) => ({
          metric: 'tour/km',
          step,
          timeSeconds: step,
          wallMs: atMs + step,
          value,
        })),
      ),
      events: [],
      metadataJson: [],
      tags: [],
      progress: undefined,
      artifacts: [],
      position: { offsetBytes: 1, lines: 1, nextStep: 2, warnings: 0 },
      heardAtMs: atMs,
    });
    store.endAttempt(run.id, { kind: 'exited', exitCode, atMs: atMs + 1 }, undefined);
  }
  store.close();
}
