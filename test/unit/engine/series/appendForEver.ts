/** What a child process of the kill storm does: it appends, and says on stdout what has become durable. */
import { writeSync } from 'node:fs';
import { SeededRandom } from '../../../support/seededRandom';
import { Database } from '../../../../src/engine/store/database';
import { StreamSeriesStore } from '../../../../src/engine/store/series/streamSeriesStore';

export const series = 20;

/** The n-th point of a series is the same in every process. */
export const valueAt = (index: number, n: number): number => Math.sin(index * 1e6 + n);

export function appendForEver(file: string, run: number, seed: number): never {
  const db = Database.open(file);
  const store = new StreamSeriesStore(db);
  const random = new SeededRandom(seed);
  const counts = new Map(store.summaries(run, () => undefined).map(({ metric, count }) => [metric, count]));
  for (;;) {
    const metrics = Array.from({ length: series }, (_, i) => i).filter(() => random.below(3) > 0);
    const per = 1 + random.below(random.below(10) === 0 ? 4000 : 150);
    const length = metrics.length * per;
    const [step, time, wall, value] = Array.from({ length: 4 }, () => new Float64Array(length));
    if (!step || !time || !wall || !value) throw new Error('no columns');
    let at = 0;
    for (const index of metrics) {
      const from = counts.get(`m${index}`) ?? 0;
      for (let n = from; n < from + per; n += 1, at += 1) {
        step[at] = n;
        time[at] = n / 100;
        wall[at] = 1.7e12 + n * 10;
        value[at] = valueAt(index, n);
      }
      counts.set(`m${index}`, from + per);
    }
    const points = {
      metrics: metrics.map((index) => `m${index}`),
      counts: metrics.map(() => per),
      step,
      time,
      wall,
      value,
    };
    db.transaction(() => store.append(run, 1, points));
    writeSync(1, `${metrics.map((index) => `m${index}=${counts.get(`m${index}`)}`).join(' ')}\n`);
  }
}
