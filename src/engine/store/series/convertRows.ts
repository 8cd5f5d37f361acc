/** Series of versions 1 to 3, one row per point, become streams: every point, in the order of its arrival. */
import type { Database } from '../database';
import { number, optionalNumber, text } from '../rowValues';
import type { Stream } from './stream';
import { StreamWriter } from './streamWriter';

/** Inside the transaction that drops the old tables afterwards. */
export function convertRowSeries(db: Database): void {
  const writer = new StreamWriter(db);
  const one = () => new Float64Array(1);
  const point = { step: one(), time: one(), wall: one(), value: one() };
  for (const series of db.all('SELECT id, run, metric FROM series ORDER BY id')) {
    const [run, metric] = [number(series, 'run'), text(series, 'metric')];
    const streams = new Map<number, Stream>();
    const sql = 'SELECT attempt, step, time, wall, value FROM point WHERE series = ? ORDER BY number';
    for (const row of db.iterate(sql, number(series, 'id'))) {
      const attempt = number(row, 'attempt');
      let stream = streams.get(attempt);
      if (!stream) streams.set(attempt, (stream = writer.begin({ run, metric, attempt })));
      point.step[0] = number(row, 'step');
      point.time[0] = number(row, 'time');
      point.wall[0] = number(row, 'wall');
      // SQLite has no NaN: it was kept as NULL.
      point.value[0] = optionalNumber(row, 'value') ?? NaN;
      writer.append(stream, point, 0, 1);
    }
    for (const stream of streams.values()) writer.end(stream);
  }
}
