import assert from 'node:assert/strict';
import { type AttemptOutcome, decideEnd, describeExitCode } from '../../../src/model/attemptEnd';
import { newExperimentId, newRunId } from '../../../src/model/ids';
import type { Run } from '../../../src/model/run';
import type { RunStatus } from '../../../src/model/runStatus';

const run = (status: RunStatus, attempt = 1, attemptsMax = 1): Run => ({
  id: newRunId(),
  experimentId: newExperimentId(),
  experiment: 'e',
  name: 'n',
  tags: [],
  status,
  statusAtMs: 0,
  createdAtMs: 0,
  sequence: 1,
  attemptsMax,
  timeoutMs: 60_000,
  attempt: { number: attempt, executor: 'local', host: 'h', folder: '/f', createdAtMs: 0 },
});
const exited = (exitCode: number): AttemptOutcome => ({ kind: 'exited', exitCode, atMs: 5 });
const gone: AttemptOutcome = { kind: 'gone', atMs: 5 };

describe('the end of an attempt', () => {
  it('gives each run the status its users expect', () => {
    const table: [string, Run, AttemptOutcome, 'cancelled' | 'timed out' | undefined, string][] = [
      ['success', run('running'), exited(0), undefined, 'completed: exit code 0'],
      ['failure', run('running'), exited(3), undefined, 'failed: exit code 3'],
      [
        'failure with retries left',
        run('running', 1, 3),
        exited(3),
        undefined,
        'queued: exit code 3; will be tried again',
      ],
      ['failure of the last attempt', run('running', 3, 3), exited(3), undefined, 'failed: exit code 3'],
      ['time limit', run('running'), exited(143), 'timed out', 'failed: timed out after 1 min'],
      [
        'time limit with retries left',
        run('running', 1, 2),
        gone,
        'timed out',
        'queued: timed out after 1 min; will be tried again',
      ],
      ['cancelled', run('cancel-pending'), exited(143), 'cancelled', 'cancelled: exit code 143 (SIGTERM)'],
      ['cancelled and exited 0 on SIGTERM', run('cancel-pending'), exited(0), 'cancelled', 'cancelled: exit code 0'],
      ['cancelled by force', run('cancel-pending'), gone, 'cancelled', 'cancelled: killed'],
      ['cancelled, retries left', run('cancel-pending', 1, 5), exited(1), 'cancelled', 'cancelled: exit code 1'],
      ['result before the cancel', run('cancel-pending'), exited(0), undefined, 'completed: exit code 0'],
      ['failure before the cancel', run('cancel-pending', 1, 5), exited(2), undefined, 'failed: exit code 2'],
      [
        'cancelled during a time-out',
        run('cancel-pending', 1, 5),
        exited(143),
        'timed out',
        'cancelled: exit code 143 (SIGTERM)',
      ],
      ['vanished', run('running'), gone, undefined, 'lost: its processes vanished without an exit record'],
      [
        'vanished with retries left',
        run('running', 1, 2),
        gone,
        undefined,
        'queued: its processes vanished without an exit record; will be tried again',
      ],
      ['never started', run('pending', 1, 3), { kind: 'refused', detail: 'no', atMs: 5 }, undefined, 'failed: no'],
      ['taken back', run('pending'), { kind: 'withdrawn', detail: 'later', atMs: 5 }, undefined, 'queued: later'],
      [
        'taken back when it is not wanted any more',
        run('cancel-pending'),
        { kind: 'withdrawn', detail: 'later', atMs: 5 },
        undefined,
        'cancelled: before it started',
      ],
    ];
    assert.deepEqual(
      table.map(([name, given, outcome, stop]) => {
        const { status, evidence } = decideEnd(given, outcome, stop);
        return [name, `${status}: ${evidence}`];
      }),
      table.map(([name, , , , expected]) => [name, expected]),
    );
  });

  it('names the signal that an exit code stands for', () => {
    assert.deepEqual([0, 1, 127, 137, 139, 255].map(describeExitCode), [
      'exit code 0',
      'exit code 1',
      'exit code 127 (program not found)',
      'exit code 137 (SIGKILL)',
      'exit code 139 (SIGSEGV)',
      'exit code 255',
    ]);
  });
});
