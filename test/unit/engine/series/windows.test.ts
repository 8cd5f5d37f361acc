import assert from 'node:assert/strict';
import { SeededRandom } from '../../../support/seededRandom';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporaryFolder';
import { Database } from '../../../../src/engine/store/database';
import { StreamSeriesStore } from '../../../../src/engine/store/series/streamSeriesStore';
import { entryColumns } from '../../../../src/model/buckets';
import type { SeriesAxis, SeriesWindow } from '../../../../src/model/series';
import { insertRun } from './seriesFixture';
import { batchOf, type ModelPoint, modelWindow } from './modelSeries';

/** How steps, clocks and values go. */
interface Shape {
  readonly name: string;
  readonly step: (i: number, random: SeededRandom) => number;
  readonly time?: (i: number, random: SeededRandom) => number;
  readonly value?: (i: number, random: SeededRandom) => number;
  readonly points: number;
  readonly attempts?: number;
}

const noise = (_i: number, random: SeededRandom): number => Math.fround(random.next());
const shapes: Shape[] = [
  { name: 'steps one after another', step: (i) => i, points: 120_000 },
  { name: 'every tenth step, doubles', step: (i) => 10 * i, value: (_i, random) => random.next(), points: 40_000 },
  { name: 'steps that are no whole numbers', step: (i) => i / 7, points: 40_000 },
  {
    name: 'NaN here and there, and for long',
    step: (i) => i,
    value: (i, random) => (random.below(40) === 0 || (i > 9000 && i < 13_000) ? NaN : random.next()),
    points: 70_000,
  },
  {
    name: 'NaN every other time',
    step: (i) => i,
    value: (i) => (i % 2 === 0 ? NaN : Math.sin(i / 500)),
    points: 40_000,
  },
  {
    name: 'infinities and minus zero',
    step: (i) => i,
    value: (_i, random) => random.pick([Infinity, -Infinity, -0, 0, 1, -1]) ?? 0,
    points: 40_000,
  },
  { name: 'each step three times', step: (i) => Math.floor(i / 3), points: 50_000 },
  { name: 'a thousand points a step', step: (i) => Math.floor(i / 1000), points: 50_000 },
  { name: 'always the same step', step: () => 7, points: 20_000 },
  { name: 'a hundred steps again and again', step: (i) => i % 100, points: 40_000 },
  { name: 'back to a checkpoint once', step: (i) => (i < 30_000 ? i : i - 7000), points: 60_000 },
  { name: 'back to the beginning', step: (i) => i % 20_000, points: 45_000 },
  { name: 'steps in no order', step: (_i, random) => random.below(30_000), points: 30_000 },
  { name: 'nearly in order', step: (i, random) => i + random.below(20), points: 50_000 },
  {
    name: 'clocks that go back a little',
    step: (i) => i,
    time: (i, random) => i / 100 + random.next() / 5,
    points: 60_000,
  },
  { name: 'clocks that stand still', step: (i) => i, time: (i) => Math.floor(i / 5000), points: 40_000 },
  { name: 'bursts', step: (i) => i, time: (i) => Math.floor(i / 700) * 3600 + (i % 700) / 1e5, points: 40_000 },
  { name: 'beyond 2^53', step: (i) => 2 ** 53 + 2 * i, points: 20_000 },
  { name: 'far below nothing', step: (i) => -(2 ** 40) + i * 1000, points: 20_000 },
  { name: 'one far off', step: (i) => (i === 10_000 ? 1e12 : i), points: 30_000 },
  { name: 'attempts over the same ground', step: (i) => i, points: 60_000, attempts: 3 },
  { name: 'many attempts', step: (i) => i, points: 40_000, attempts: 12 },
];

function pointsOf({ step, time, value = noise, points, attempts = 1 }: Shape, random: SeededRandom): ModelPoint[] {
  const each = Math.floor(points / attempts);
  return Array.from({ length: each * attempts }, (_, n) => {
    const attempt = Math.floor(n / each) + 1;
    const i = n % each;
    const seconds = time ? time(i, random) : Math.round(i * 31 + random.below(20)) / 1000;
    return {
      attempt,
      step: step(i, random),
      time: seconds,
      wall: 1.7e12 + 1e8 * attempt + seconds * 1000,
      value: value(i, random),
    };
  });
}

/** Exact but for the mean, which sums up in another order. */
function assertSame(window: SeriesWindow, model: ReturnType<typeof modelWindow>, what: string): void {
  const expected = model.buckets.toWindow(window.metric, window.axis, window.revision);
  assert.deepEqual(
    [window.width, window.pointCount, window.nanCount, window.count.length],
    [expected.width, expected.pointCount, expected.nanCount, expected.count.length],
    what,
  );
  for (const column of [...entryColumns, 'attempt'] as const) {
    const [actual, wanted] = [window[column], expected[column]];
    for (let i = 0; i < wanted.length; i += 1) {
      const [a = NaN, b = NaN] = [actual[i], wanted[i]];
      const isSame = Object.is(a, b) || (column === 'mean' && Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b)));
      if (!isSame) assert.fail(`${what}: ${column}[${i}] is ${a}, not ${b}`);
    }
  }
}

describe('windows of a series', () => {
  let folder: TemporaryFolder;
  let db: Database;
  let run: number;
  beforeEach(() => {
    folder = temporaryFolder();
    db = Database.open(folder.join('db'));
    run = insertRun(db);
  });
  afterEach(() => {
    db.close();
    folder.remove();
  });

  for (const [seed, shape] of shapes.entries()) {
    it(`are those of all points, whatever is asked for: ${shape.name}`, function () {
      this.timeout(60_000);
      const random = new SeededRandom(seed + 1);
      const points = pointsOf(shape, random);
      let store = new StreamSeriesStore(db);
      for (let at = 0; at < points.length;) {
        const attempt = points[at]?.attempt ?? 1;
        const part = points.slice(at, at + 1 + random.below(9000)).filter((point) => point.attempt === attempt);
        db.transaction(() => store.append(run, attempt, batchOf('m', part)));
        at += part.length;
      }
      for (let round = 0; round < 12; round += 1) {
        // Once as it is in memory, once as an engine finds it after its start.
        if (round === 6) store = new StreamSeriesStore(db);
        const axis = (['step', 'time', 'wall'] as const satisfies SeriesAxis[])[round % 3] ?? 'step';
        const buckets = random.pick([1, 7, 100, 500, 2000]) ?? 9;
        const [a, b] = [
          points[random.below(points.length)]?.[axis] ?? 0,
          points[random.below(points.length)]?.[axis] ?? 0,
        ];
        const range = {
          ...(round % 6 < 3 ? {} : { from: Math.min(a, b) }),
          ...(round % 6 < 3 || round % 4 === 0 ? {} : { to: Math.max(a, b) }),
          buckets,
        };
        const window = store.window(run, 'm', { axis, ...range });
        assertSame(window, modelWindow(points, axis, range), `${axis} ${JSON.stringify(range)}`);
        assert.equal(window.revision, points.length);
      }
    });
  }
});
