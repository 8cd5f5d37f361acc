import assert from 'node:assert/strict';
import { attemptFacts, describeAttempt, statusOfAttempt } from '../../../src/shell/tree/attemptRow';
import { makeAttempt } from './fakeSource';

describe('the row of an attempt', () => {
  it('says how it ended and how long it took', () => {
    const ended = makeAttempt(1, { startedAtMs: 0, endedAtMs: 64_000 });
    assert.equal(
      describeAttempt({ ...ended, reason: 'failed', exitCode: 137 }, 0),
      'failed · exit code 137 (SIGKILL) · 1 min 4 s',
    );
    assert.equal(describeAttempt({ ...ended, reason: 'completed', exitCode: 0 }, 0), 'completed · 1 min 4 s');
    assert.equal(describeAttempt({ ...ended, reason: 'lost' }, 0), 'lost · 1 min 4 s');
  });

  it('says that it runs, or waits to', () => {
    const { startedAtMs: _startedAtMs, ...waiting } = makeAttempt(1);
    assert.equal(describeAttempt(makeAttempt(1, { startedAtMs: 0 }), 5000), 'running');
    assert.equal(describeAttempt(makeAttempt(1, { startedAtMs: 0 }), 185_000), 'running · 3 min');
    assert.equal(describeAttempt(waiting, 5000), 'pending');
    assert.equal(describeAttempt({ ...waiting, reason: 'not started' }, 5000), 'not started');
  });

  it('looks like a run that ended so', () => {
    assert.equal(statusOfAttempt(makeAttempt(1, { reason: 'timed out' })), 'failed');
    assert.equal(statusOfAttempt(makeAttempt(1)), 'running');
  });

  it('has its memory in the tooltip where that is known', () => {
    const facts = attemptFacts(makeAttempt(1, { peakMemoryBytes: 123_456_789 }), 5000);
    assert.deepEqual(
      facts.filter(([name]) => name !== 'Started'),
      [
        ['', 'running'],
        ['Duration', '4 s'],
        ['Peak memory', '123 MB'],
        ['Host', 'here'],
        ['Folder', '/runs/1'],
      ],
    );
  });
});
