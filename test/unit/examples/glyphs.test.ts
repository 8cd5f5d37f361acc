import assert from 'node:assert/strict';
import { SeedRuns } from '../seeds/seedRuns';

/** The same story in two seconds instead of a minute. */
const shortened = {
  '"steps": 5000': '"steps": 1500',
  '"stepsPerSecond": 100': '"stepsPerSecond": 0',
  '"train": 6000, "validation": 400': '"train": 1500, "validation": 100',
  '"warmup": 300': '"warmup": 100',
  '"stepsPerCheckpoint": 1000': '"stepsPerCheckpoint": 300',
};

describe('the example of a long training', function () {
  this.timeout(60_000);
  let examples: SeedRuns;
  beforeEach(() => {
    examples = new SeedRuns();
  });
  afterEach(async () => examples.stop());

  it('fails once, goes on from its checkpoint, and logs all that charts can show', async () => {
    const run = await examples.client.create(await examples.submission('../glyphs', shortened));
    const ended = await examples.client.poll(run.id);
    assert.deepEqual([ended.status, ended.tags], ['completed', ['example', 'training', 'resumed']]);

    const { attempts } = await examples.source.run(run.id);
    const inOrder = attempts.toSorted((a, b) => a.number - b.number);
    assert.deepEqual(
      inOrder.map(({ exitCode }) => exitCode),
      [1, 0],
    );

    const metrics = await examples.source.metrics(run.id);
    assert.deepEqual(
      metrics.map(({ metric }) => metric),
      [
        ...['loss', 'accuracy', 'star_recall'].map((name) => `train/${name}`),
        ...['learning_rate', 'gradient_norm', 'loss_scale'].map((name) => `optimizer/${name}`),
        'validation/loss',
        'validation/accuracy',
        ...['ring', 'disc', 'square', 'cross', 'star'].map((figure) => `validation/precision_${figure}`),
        ...['processor_percent', 'memory_mb', 'pictures_per_second'].map((name) => `system/${name}`),
      ],
    );

    // The second attempt's points are stitched to those of the first before the checkpoint.
    const loss = await examples.points(run.id, 'train/loss');
    assert.deepEqual(new Set(loss.map(([step]) => step)), new Set(Array.from({ length: 1500 }, (_, step) => step)));
    const norms = (await examples.points(run.id, 'optimizer/gradient_norm')).map(([, norm]) => norm);
    assert.ok(norms.includes(Infinity), 'no gradient overflowed');
    const recalls = (await examples.points(run.id, 'train/star_recall')).map(([, recall]) => recall);
    assert.ok(recalls.some(Number.isNaN), 'every batch has a star');

    const { events } = await examples.source.events(run.id, 200);
    const own = events.filter(({ message }) => /^(checkpoint|a gradient|the training|attempt 2 goes on)/.test(message));
    assert.deepEqual(new Set(own.map(({ level }) => level)), new Set(['info', 'warning', 'error']));
    assert.ok(own.some(({ message }) => message.startsWith('attempt 2 goes on after 900 steps')));
  });
});
