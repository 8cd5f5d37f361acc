import assert from 'node:assert/strict';
import { SeededRandom } from '../../../support/seededRandom';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporaryFolder';
import { Database } from '../../../../src/engine/store/database';
import { StreamSeriesStore } from '../../../../src/engine/store/series/streamSeriesStore';
import { columnOf } from '../../../../src/model/pixelColumns';
import type { SeriesWindow } from '../../../../src/model/series';
import { lineOfWindow } from '../../../../webview/shared/charts/lineOfWindow';
import type { Polyline } from '../../../../webview/shared/charts/polyline';
import type { PointBatch, SeriesRange } from '../../../../src/engine/store/seriesStore';
import { insertRun } from './seriesFixture';

const [widthPx, heightPx] = [1000, 300];

interface View {
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
}

interface LinePoint {
  readonly x: number;
  readonly y: number;
}

function* pointsOf({ xs, ys }: Polyline): Iterable<LinePoint> {
  for (const [i, x] of xs.entries()) yield { x, y: ys[i] ?? NaN };
}

/** The pixels of a line, drawn without smoothing. */
function draw(points: Iterable<LinePoint>, { from, to, low, high }: View): Uint8Array {
  const pixels = new Uint8Array(widthPx * heightPx);
  const column = (x: number): number => columnOf(x, { from, to, columns: widthPx });
  const row = (y: number): number => Math.min(heightPx - 1, Math.floor(((y - low) / (high - low || 1)) * heightPx));
  let before: readonly [number, number] | undefined;
  for (const { x, y } of points) {
    const here = Number.isNaN(y) ? undefined : ([column(x), row(y)] as const);
    if (here) line(pixels, before ?? here, here);
    before = here;
  }
  return pixels;
}

/** Bresenham's. */
function line(pixels: Uint8Array, [x0, y0]: readonly [number, number], [x1, y1]: readonly [number, number]): void {
  const [dx, dy] = [Math.abs(x1 - x0), -Math.abs(y1 - y0)];
  const [sx, sy] = [x0 < x1 ? 1 : -1, y0 < y1 ? 1 : -1];
  let [x, y, error] = [x0, y0, dx + dy];
  for (;;) {
    pixels[y * widthPx + x] = 1;
    if (x === x1 && y === y1) return;
    const twice = 2 * error;
    if (twice >= dy) {
      error += dy;
      x += sx;
    }
    if (twice <= dx) {
      error += dx;
      y += sy;
    }
  }
}

/** Share of the drawn pixels that only one of the two has. */
function difference(a: Uint8Array, b: Uint8Array): number {
  let [different, drawn] = [0, 0];
  for (let i = 0; i < a.length; i += 1) {
    if (a[i] === 1) drawn += 1;
    if (a[i] !== b[i]) different += 1;
  }
  return different / Math.max(1, drawn);
}

/** Each value a little off the one before. */
function walk(): (i: number, random: SeededRandom) => number {
  let at = 0;
  return (_i, random) => (at += random.next() - 0.5);
}

const count = 1_024_000;
const shapes: Record<string, { value: (i: number, random: SeededRandom) => number; time?: (i: number) => number }> = {
  noise: { value: (_i, random) => random.next() + random.next() - 1 },
  'flat with spikes': { value: (_i, random) => (random.below(4000) === 0 ? random.next() * 10 : 0) },
  'a slow curve with noise': { value: (i, random) => Math.sin(i / 70_000) + 0.05 * random.next() },
  steps: { value: (i) => Math.floor(i / 5000) % 7 },
  'NaN now and then, and a gap': {
    value: (i, random) => (random.below(900) === 0 || (i > 200_000 && i < 230_000) ? NaN : random.next()),
  },
  'NaN often': { value: (_i, random) => (random.below(30) === 0 ? NaN : random.next()) },
  'a walk': { value: walk() },
  'a saw, up and down in a moment': { value: (i) => (i % 9000) + (i % 7) },
  'infinities now and then': {
    value: (_i, random) => (random.below(1000) > 0 ? random.next() : random.below(2) === 0 ? Infinity : -Infinity),
  },
  bursts: { value: (_i, random) => random.next(), time: (i) => Math.floor(i / 512) * 512 + (i % 512) / 100 },
};

/** Where a line breaks several times within a column, a pixel or two between two breaks may differ. */
const manyBreaks = new Set(['NaN often', 'infinities now and then']);

describe('the picture of a series', function () {
  // Every point of it is drawn to compare.
  this.timeout(120_000);
  let folder: TemporaryFolder;
  let db: Database;
  let store: StreamSeriesStore;
  let run: number;
  const all = new Map<string, PointBatch>();
  before(() => {
    folder = temporaryFolder();
    db = Database.open(folder.join('db'));
    run = insertRun(db);
    store = new StreamSeriesStore(db);
    for (const [seed, [name, { value, time = (i: number): number => i }]] of Object.entries(shapes).entries()) {
      const random = new SeededRandom(seed + 40);
      const column = (of: (i: number) => number): Float64Array => Float64Array.from({ length: count }, (_, i) => of(i));
      const points: PointBatch = {
        metrics: [name],
        counts: [count],
        step: column((i) => i),
        time: column(time),
        wall: column((i) => 1.7e12 + time(i) * 1000),
        value: column((i) => value(i, random)),
      };
      all.set(name, points);
      db.transaction(() => store.append(run, 1, points));
    }
  });
  after(() => {
    db.close();
    folder.remove();
  });

  const axisOf = (name: string): 'step' | 'time' => (name === 'bursts' ? 'time' : 'step');
  const lastX = (name: string): number => all.get(name)?.[axisOf(name)].at(-1) ?? NaN;

  function compare(
    name: string,
    {
      from,
      to,
      buckets,
      pixels,
    }: Pick<SeriesRange, 'buckets' | 'pixels'> & { readonly from: number; readonly to: number },
  ): { readonly share: number; readonly width: number; readonly entries: number } {
    const axis = axisOf(name);
    const window: SeriesWindow = store.window(run, name, { axis, from, to, buckets, ...(pixels && { pixels }) });
    const { [axis]: xs = [], value = [] } = all.get(name) ?? {};
    let [low, high] = [Infinity, -Infinity];
    function* every(): Iterable<LinePoint> {
      for (const [i, x] of xs.entries()) {
        const y = value[i] ?? NaN;
        if (x >= from && x <= to) yield { x, y: Number.isFinite(y) ? y : NaN };
      }
    }
    for (const { y } of every()) {
      if (y < low) low = y;
      if (y > high) high = y;
    }
    const finite = (column: Float64Array): number[] => Array.from(column).filter(Number.isFinite);
    assert.deepEqual([Math.min(...finite(window.min)), Math.max(...finite(window.max))], [low, high], 'the extremes');
    const view = { from, to, low, high };
    const share = difference(draw(every(), view), draw(pointsOf(lineOfWindow(window).points), view));
    return { share, width: window.width, entries: window.count.length };
  }

  for (const name of Object.keys(shapes)) {
    // Beside an infinite value a bucket does not tell the finite one that is drawn: for that one asks by pixels.
    if (!name.startsWith('infinities'))
      it(`is that of all its points, pixel by pixel, where buckets end with pixels: ${name}`, () => {
        for (const [from, to] of [
          [0, 1_024_000],
          [64_000, 192_000],
          [128_000, 160_000],
        ] as const) {
          const { share, width } = compare(name, { from, to, buckets: 1000 });
          assert.ok(width > 0);
          assert.ok(share <= (manyBreaks.has(name) ? 0.0001 : 0), `${share}, ${from} to ${to}`);
        }
      });

    it(`is that of all its points, pixel by pixel, for any range: ${name}`, () => {
      const random = new SeededRandom(77);
      const views = [
        [0, lastX(name)],
        [3.3, 0.91 * lastX(name)],
        ...Array.from({ length: 10 }, () => {
          const width = lastX(name) * 10 ** (-0.2 - 2.4 * random.next());
          const from = (lastX(name) - width) * random.next();
          return [from, from + width] as const;
        }),
      ] as const;
      for (const [from, to] of views) {
        const pixels = { columns: widthPx, rows: heightPx };
        const { share, entries } = compare(name, { from, to, buckets: 1000, pixels });
        assert.ok(share <= (manyBreaks.has(name) ? 0.0001 : 0), `${share}, ${from} to ${to}`);
        assert.ok(entries < 9 * widthPx);
      }
    });

    it(`is that of all its points where each is sent: ${name}`, () => {
      const { share, width } = compare(name, { from: 100_000, to: 101_500, buckets: 4000 });
      assert.deepEqual([share, width], [0, 0]);
    });
  }
});
