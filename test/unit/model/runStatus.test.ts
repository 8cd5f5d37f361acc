import assert from 'node:assert/strict';
import { Failure } from '../../../src/base/failure';
import { advance, isActive, isSettled, mayCancel, mayFollow, reopen, runStatuses } from '../../../src/model/runStatus';

describe('run status', () => {
  it('follows the life of a run, and nothing else', () => {
    const table = Object.fromEntries(
      runStatuses.map((from) => [from, runStatuses.filter((to) => mayFollow(from, to)).join(' ')]),
    );
    assert.deepEqual(table, {
      created: 'queued running cancelled',
      queued: 'pending cancel-pending completed skipped',
      pending: 'queued running cancel-pending failed lost',
      running: 'queued cancel-pending completed failed lost',
      'cancel-pending': 'completed failed cancelled',
      completed: '',
      failed: '',
      cancelled: '',
      skipped: '',
      lost: 'running',
    });
  });

  it('tells what is active, settled, and may be cancelled', () => {
    assert.deepEqual(
      {
        active: runStatuses.filter(isActive),
        settled: runStatuses.filter(isSettled),
        cancellable: runStatuses.filter(mayCancel),
      },
      {
        active: ['queued', 'pending', 'running', 'cancel-pending'],
        settled: ['completed', 'failed', 'cancelled', 'skipped', 'lost'],
        cancellable: ['created', 'queued', 'pending', 'running'],
      },
    );
  });

  it('is opened again only by hand, and only after its end', () => {
    assert.deepEqual(runStatuses.filter((status) => isSettled(status)).map(reopen), [
      'queued',
      'queued',
      'queued',
      'queued',
      'queued',
    ]);
    assert.throws(() => reopen('running'), /cannot be tried again before it has ended/);
  });

  it('refuses a success reported after cancellation, naming both', () => {
    assert.throws(
      () => advance('cancelled', 'completed'),
      (error) => error instanceof Failure && error.message === 'A cancelled run cannot become completed.',
    );
  });
});
