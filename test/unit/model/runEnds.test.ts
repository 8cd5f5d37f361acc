import assert from 'node:assert/strict';
import type { Run } from '../../../src/model/run';
import {
  describeCounts,
  describeDigest,
  describeEnd,
  describeEnds,
  reasonToTell,
  tookMs,
} from '../../../src/model/runEnds';

const run = (more: Partial<Run> = {}): Run =>
  ({ name: 'train', status: 'completed', createdAtMs: 0, statusAtMs: 7_380_000, ...more }) as Run;
const attempt = (number: number, startedAtMs: number): Run['attempt'] =>
  ({ number, startedAtMs, createdAtMs: startedAtMs }) as Run['attempt'];

describe('what is said of ends', () => {
  it('names how long a run took, without the time that it waited for room', () => {
    assert.equal(describeEnd(run()), 'Run "train" completed after 2 h 3 min.');
    const attempt1 = attempt(1, 7_375_000);
    assert.equal(describeEnd(run({ ...(attempt1 && { attempt: attempt1 }) })), 'Run "train" completed after 5 s.');
    const attempt2 = attempt(2, 7_375_000);
    assert.equal(tookMs(run({ ...(attempt2 && { attempt: attempt2 }) })), 7_380_000);
  });

  it('names the evidence of what failed', () => {
    assert.equal(describeEnd(run({ status: 'failed', evidence: 'exit code 1' })), 'Run "train" failed: exit code 1.');
    assert.equal(describeEnd(run({ status: 'lost' })), 'Run "train" was lost.');
  });

  it('counts what ended together', () => {
    assert.equal(describeCounts({ completed: 3 }), '3 runs completed');
    assert.equal(describeCounts({ lost: 1 }), '1 run was lost');
    assert.equal(
      describeCounts({ completed: 1200, failed: 2, lost: 1 }),
      '1,203 runs ended: 1,200 completed, 2 failed, 1 was lost',
    );
    const failed = ['a', 'b', 'c', 'd'].map((name) => run({ name, status: 'failed' }));
    assert.equal(describeEnds([run(), ...failed]), '5 runs ended: 1 completed, 4 failed ("b", "c", "d", …).');
  });

  it('says in a digest when that was', () => {
    assert.equal(
      describeDigest({ completed: 1 }, [run()]),
      'While no window was open: run "train" completed after 2 h 3 min.',
    );
    assert.equal(describeDigest({ completed: 4 }, [run(), run()]), 'While no window was open, 4 runs completed.');
  });
});

describe('an end worth a message', () => {
  const all = { failed: true, pinned: true, afterMs: 60_000 };
  it('is one that failed, took long or is pinned, as far as that is wished', () => {
    const [long, short] = [run(), run({ statusAtMs: 59_999 })];
    const [bad, pinned] = [run({ status: 'failed', statusAtMs: 1 }), run({ pinned: true, statusAtMs: 1 })];
    assert.deepEqual(
      [long, short, bad, pinned].map((each) => reasonToTell(each, all)),
      ['long', undefined, 'failed', 'pinned'],
    );
    const none = { failed: false, pinned: false, afterMs: undefined };
    assert.deepEqual(
      [long, short, bad, pinned].map((each) => reasonToTell(each, none)),
      [undefined, undefined, undefined, undefined],
    );
    // A favourite that failed is told of as a favourite.
    assert.equal(reasonToTell({ ...bad, pinned: true }, { ...all, failed: false }), 'pinned');
  });
});
