import assert from 'node:assert/strict';
import { SeededRandom } from '../../../support/seededRandom';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporaryFolder';
import { Database } from '../../../../src/engine/store/database';
import { StreamSeriesStore } from '../../../../src/engine/store/series/streamSeriesStore';
import type { SeriesWindow } from '../../../../src/model/series';
import { type LinePoint, lineOfWindow } from '../../../../webview/run/lineOfWindow';
import { batchOf, type ModelPoint } from './modelSeries';
import { insertRun } from './seriesFixture';

const [widthPx, heightPx] = [1000, 300];

interface View {
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
}

/** The pixels of a line, drawn without smoothing. */
function draw(points: readonly LinePoint[], { from, to, low, high }: View): Uint8Array {
  const pixels = new Uint8Array(widthPx * heightPx);
  const column = (x: number): number => Math.min(widthPx - 1, Math.floor(((x - from) / (to - from)) * widthPx));
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

/** Share of the drawn pixels that only one of the two has, at the same place or within so many columns and rows of it. */
function difference(a: Uint8Array, b: Uint8Array, within: number): number {
  const isNear = (pixels: Uint8Array, i: number): boolean => {
    for (let dy = -within; dy <= within; dy += 1) {
      for (let dx = -within; dx <= within; dx += 1) if (pixels[i + dy * widthPx + dx] === 1) return true;
    }
    return false;
  };
  let [different, drawn] = [0, 0];
  for (let i = 0; i < a.length; i += 1) {
    if (a[i] === 1) drawn += 1;
    if ((a[i] === 1 && !isNear(b, i)) || (b[i] === 1 && !isNear(a, i))) different += 1;
  }
  return different / drawn;
}

const count = 512_000;
const shapes: Record<string, { value: (i: number, random: SeededRandom) => number; time?: (i: number) => number }> = {
  noise: { value: (_i, random) => random.next() + random.next() - 1 },
  'flat with spikes': { value: (_i, random) => (random.below(4000) === 0 ? random.next() * 10 : 0) },
  'a slow curve with noise': { value: (i, random) => Math.sin(i / 70_000) + 0.05 * random.next() },
  steps: { value: (i) => Math.floor(i / 5000) % 7 },
  'NaN now and then, and a gap': {
    value: (i, random) => (random.below(900) === 0 || (i > 200_000 && i < 230_000) ? NaN : random.next()),
  },
  bursts: { value: (_i, random) => random.next(), time: (i) => Math.floor(i / 512) * 512 + (i % 512) / 100 },
};

describe('the picture of a series', () => {
  let folder: TemporaryFolder;
  let db: Database;
  let store: StreamSeriesStore;
  let run: number;
  const all = new Map<string, ModelPoint[]>();
  before(function () {
    this.timeout(60_000);
    folder = temporaryFolder();
    db = Database.open(folder.join('db'));
    run = insertRun(db);
    store = new StreamSeriesStore(db);
    for (const [seed, [name, { value, time = (i: number): number => i }]] of Object.entries(shapes).entries()) {
      const random = new SeededRandom(seed + 40);
      const points = Array.from({ length: count }, (_, i): ModelPoint => ({
        attempt: 1,
        step: i,
        time: time(i),
        wall: 1.7e12 + time(i) * 1000,
        value: value(i, random),
      }));
      all.set(name, points);
      db.transaction(() => store.append(run, 1, batchOf(name, points)));
    }
  });
  after(() => {
    db.close();
    folder.remove();
  });

  function compare(
    name: string,
    {
      from,
      to,
      buckets,
      within = 0,
    }: { readonly from: number; readonly to: number; readonly buckets: number; readonly within?: number },
  ): { readonly share: number; readonly width: number } {
    const axis = name === 'bursts' ? 'time' : 'step';
    const window: SeriesWindow = store.window(run, name, { axis, from, to, buckets });
    const every: LinePoint[] = [];
    let [low, high] = [Infinity, -Infinity];
    for (const point of all.get(name) ?? []) {
      if (point[axis] < from || point[axis] > to) continue;
      every.push({ x: point[axis], y: point.value });
      if (point.value < low) low = point.value;
      if (point.value > high) high = point.value;
    }
    const finite = (column: Float64Array): number[] => Array.from(column).filter((value) => !Number.isNaN(value));
    assert.deepEqual([Math.min(...finite(window.min)), Math.max(...finite(window.max))], [low, high], 'the extremes');
    const view = { from, to, low, high };
    const share = difference(draw(every, view), draw(lineOfWindow(window).points, view), within);
    return { share, width: window.width };
  }

  for (const name of Object.keys(shapes)) {
    it(`is that of all its points, pixel by pixel, where buckets end with pixels: ${name}`, () => {
      for (const [from, to] of [
        [0, 512_000],
        [64_000, 192_000],
        [128_000, 160_000],
      ] as const) {
        const { share, width } = compare(name, { from, to, buckets: 1000 });
        assert.ok(width > 0);
        assert.equal(share, 0, `${from} to ${to}`);
      }
    });

    // A bucket that lies in two columns does not tell in which of them its line went up: a spike may stand in the one beside.
    it(`is at no place more than a pixel off where they do not: ${name}`, () => {
      const random = new SeededRandom(77);
      const shares = Array.from({ length: 6 }, () => {
        const from = random.below(250_000);
        return compare(name, { from, to: from + 30_000 + random.below(200_000), buckets: 4000, within: 1 }).share;
      });
      assert.deepEqual(shares, [0, 0, 0, 0, 0, 0]);
    });

    it(`is that of all its points where each is sent: ${name}`, () => {
      const { share, width } = compare(name, { from: 100_000, to: 101_500, buckets: 4000 });
      assert.deepEqual([share, width], [0, 0]);
    });
  }
});
