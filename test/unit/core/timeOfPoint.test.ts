import assert from 'node:assert/strict';
import type { PointsSource } from '../../../src/core/series/exportSeries';
import { timeOfPoint } from '../../../src/core/series/timeOfPoint';
import type { RunId } from '../../../src/model/ids';

const pageLength = 512;

/** Two attempts; the second one goes on at step 6,000. A point a second. */
function source(): PointsSource & { asked: number } {
  const points = [
    ...Array.from({ length: 10_000 }, (_, step) => ({ attempt: 1, step, wall: step * 1000 })),
    ...Array.from({ length: 5000 }, (_, i) => ({ attempt: 2, step: 6000 + i, wall: 20_000_000 + i * 1000 })),
  ];
  return {
    asked: 0,
    metrics: async () => [{ metric: 'loss', count: points.length, values: new Float64Array(12) }],
    async points(_run, metric, from) {
      this.asked += 1;
      const { attempt = 0 } = points[from] ?? {};
      const page = points.slice(from, from + pageLength).filter((point) => point.attempt === attempt);
      const step = Float64Array.from(page, (point) => point.step);
      const wall = Float64Array.from(page, (point) => point.wall);
      return { metric, attempt, from, revision: points.length, step, time: step, wall, value: step };
    },
  };
}

describe('the time of a point', () => {
  const run = 'r' as RunId;

  it('is found by few questions among any number of points, in the attempt that is meant', async () => {
    const all = source();
    assert.equal(await timeOfPoint(all, run, { metric: 'loss', attempt: 1, axis: 'step', x: 7000 }), 7_000_000);
    assert.equal(await timeOfPoint(all, run, { metric: 'loss', attempt: 2, axis: 'step', x: 7000 }), 21_000_000);
    assert.ok(all.asked < 40, `${all.asked} questions`);
  });

  it('is that of the nearest point for a place between two, and none for an attempt without points', async () => {
    assert.equal(await timeOfPoint(source(), run, { metric: 'loss', attempt: 1, axis: 'step', x: 41.4 }), 41_000);
    assert.equal(await timeOfPoint(source(), run, { metric: 'loss', attempt: 3, axis: 'step', x: 1 }), undefined);
    assert.equal(await timeOfPoint(source(), run, { metric: 'other', attempt: 1, axis: 'step', x: 1 }), undefined);
  });
});
