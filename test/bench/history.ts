/** Past runs of a run file among ten thousand others, as an editor asks for them while somebody types. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Store } from '../../src/engine/store/store';
import { newRunId } from '../../src/model/ids';
import type { Submission, TaskSubmission } from '../../src/protocol/engine';
import { pointBatch } from '../support/pointBatch';
import { alternate, printRatios } from './measure';

const size = 10_000;

export async function benchHistory(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sidelab-bench-'));
  const file = path.join(folder, 'db');
  try {
    let store = Store.open(file);
    const parameters = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`parameter-${i}`, i / 7]));
    const launch = (index: number): Omit<TaskSubmission, 'parentId' | 'task' | 'environment' | 'dependsOn'> => ({
      runId: newRunId(),
      name: `run ${index}`,
      tags: [],
      metadataJson: '{}',
      parametersJson: JSON.stringify({ ...parameters, lr: index / size }),
      metricsJson: '{"loss":{"goal":"minimize"}}',
      command: ['/usr/bin/python3', 'train.py', '--lr', String(index / size)],
      cwd: '/',
      retries: 0,
      algorithm: { name: 'anneal', version: '1.0.0' },
    });
    // Half by themselves, half as trials of one sweep beside another task.
    const root = newRunId();
    const sweep: TaskSubmission = {
      ...launch(0),
      kind: 'sweep',
      parentId: root,
      task: 'train',
      environment: 0,
      dependsOn: [],
    };
    const trials = Array.from({ length: size / 2 }, (_, i): TaskSubmission => {
      const trial = launch(i);
      return { ...trial, parentId: sweep.runId, task: trial.name, environment: 0, dependsOn: [], trialJson: '{}' };
    });
    const prepare: TaskSubmission = { ...launch(0), parentId: root, task: 'prepare', environment: 0, dependsOn: [] };
    const top = { experiment: 'e', environment: [], runFile: { path: '/w/a.run.json', text: 'x'.repeat(4000) } };
    const graph: Submission = { ...launch(0), ...top, runId: root, kind: 'graph', tasks: [prepare, sweep, ...trials] };
    store.submit(graph, 1);
    const singles = Array.from({ length: size / 2 }, (_, i): Submission => ({ ...launch(i), ...top }));
    for (const single of singles) store.submit(single, 1);
    for (const { runId } of [prepare, ...trials, ...singles]) {
      store.beginAttempt(runId, { executor: 'local', host: 'h', folder: '/f' }, 1);
      store.attemptStarted(runId, { pid: 1, atMs: 1, awakeMs: 1 });
      const points = Array.from({ length: 20 }, (_, step) => ({ step, timeSeconds: step, wallMs: step, value: step }));
      store.ingest({
        runId,
        attempt: 1,
        points: pointBatch(['loss', 'accuracy'].flatMap((metric) => points.map((point) => ({ metric, ...point })))),
        events: [],
        metadataJson: [],
        tags: [],
        progress: undefined,
        artifacts: [],
        position: { offsetBytes: 1, lines: 1, nextStep: 1, warnings: 0 },
        heardAtMs: 1,
      });
      store.endAttempt(runId, { kind: 'exited', exitCode: 0, atMs: 1 }, undefined);
    }
    store.close();
    store = Store.open(file);
    const command = ['python', 'other.py', '${parameters:flags}'];
    const ofFile = { experiment: 'e', runFile: '/w/a.run.json' };
    const of = (family: Parameters<Store['parameterHistory']>[0]['family']) => (): void => {
      store.parameterHistory({ family, limit: 200 });
    };
    printRatios(
      `The newest 200 of a family among ${size} runs, in the store’s thread`,
      await alternate(20, {
        'a list of the newest 200 runs (baseline)': () => {
          store.runs({ limit: 200 });
        },
        'of an algorithm': of({ algorithm: 'anneal', workspace: '/w', experiment: 'e' }),
        'of a run file': of(ofFile),
        'of a run file and a command that none has': of({ ...ofFile, runFile: '/w/b.run.json', command }),
        'of a task that only an old run has': of({ ...ofFile, task: ['prepare'] }),
      }),
    );
    store.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
