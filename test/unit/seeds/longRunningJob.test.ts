import assert from 'node:assert/strict';
import { SeedRuns } from './seedRuns';

describe('Qognitive’s example: a job that takes longer than an attempt may', function () {
  this.timeout(60_000);
  let seeds: SeedRuns;
  beforeEach(() => {
    seeds = new SeedRuns();
  });
  afterEach(async () => seeds.stop());

  it('completes over several attempts, each going on from the checkpoint of the one before', async () => {
    const submission = await seeds.submission('long-running-job');
    assert.deepEqual(
      [submission.timeoutMs, submission.retries, submission.signal],
      [4000, 3, { name: 'USR1', beforeMs: 1000 }],
    );
    const run = await seeds.client.create(submission);
    const ended = await seeds.client.poll(run.id);
    assert.deepEqual([ended.status, ended.evidence], ['completed', 'exit code 0']);

    const { attempts } = await seeds.source.run(run.id);
    const reasons = attempts.toSorted((a, b) => a.number - b.number).map(({ reason }) => reason);
    // On a slow machine it may take the fourth.
    assert.ok(reasons.length === 3 || reasons.length === 4, `${reasons.length} attempts`);
    assert.deepEqual(
      reasons.slice(0, -1),
      Array.from({ length: reasons.length - 1 }, () => 'timed out'),
    );

    const points = await seeds.points(run.id, 'val_loss');
    assert.deepEqual(
      points.map(([step]) => step),
      Array.from({ length: 80 }, (_, step) => step),
    );
    // Trained without a break it has the same loss: nothing was learned twice, and nothing forgotten.
    const loss = points.at(-1)?.[1] ?? NaN;
    assert.ok(Math.abs(loss - 0.040414021548824036) < 1e-9, `a validation loss of ${loss}`);

    const { events } = await seeds.source.events(run.id, 200);
    const said = events.map(({ message }) => message);
    assert.equal(said.filter((message) => message.startsWith('warned of the time limit')).length, reasons.length - 1);
    assert.equal(
      said.filter((message) => /^attempt \d goes on after \d+ epochs/.test(message)).length,
      reasons.length - 1,
    );
  });
});
