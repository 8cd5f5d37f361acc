import { statSync, rmSync } from 'node:fs';
import { Database } from '../../../src/engine/store/database';
import { StreamSeriesStore } from '../../../src/engine/store/series/streamSeriesStore';
import { insertRun } from '../../unit/engine/series/seriesFixture';
import { SeededRandom } from '../../support/seededRandom';
const random = new SeededRandom(5);
const file = '/tmp/h/prof/p.db';
for (const f of [file, file + '-wal']) rmSync(f, { force: true });
const db = Database.open(file);
const store = new StreamSeriesStore(db);
const run = insertRun(db);
const [series, per, commits, kind] = [Number(process.argv[2]), Number(process.argv[3]), Number(process.argv[4]), process.argv[5]];
const metrics = Array.from({ length: series }, (_, i) => 'metric/' + i);
const n = series * per;
const c = () => new Float64Array(n);
let max = 0; const times: number[] = [];
const began = performance.now(); let made = 0;
for (let k = 0; k < commits; k++) {
  const m0 = performance.now();
  const [step, time, wall, value] = [c(), c(), c(), c()];
  for (let i = 0; i < n; i++) { const at = k * per + (i % per); step[i] = at; const ms = at * 31 + ((at * 7919) % 23); time[i] = ms / 1000; wall[i] = 1.7e12 + ms; const v = Math.sin(at / 5e4) + 0.2 * random.next(); value[i] = kind === 'd' ? v : Math.fround(v); }
  const counts = metrics.map(() => per);
  made += performance.now() - m0;
  const b = performance.now();
  db.transaction(() => store.append(run, 1, { metrics, counts, step, time, wall, value }));
  const t = performance.now() - b; times.push(t); if (t > max) max = t;
}
const took = performance.now() - began - made;
times.sort((a, b) => a - b);
console.log('rate', (n * commits / took / 1000).toFixed(2), 'M/s  p50', times[times.length >> 1]?.toFixed(2), 'p99', times[Math.floor(times.length * 0.99)]?.toFixed(2), 'max', max.toFixed(1));
console.log(db.all("SELECT level, count(*) AS rows, sum(length(data)) AS bytes FROM chunk GROUP BY level").map((r) => ({ ...r, perPoint: Number(r['bytes']) / n / commits })));
console.log(db.all("SELECT count(*) AS rows, sum(length(data)) AS bytes FROM journal"), db.all("SELECT count(*) AS rows, sum(length(data)) AS bytes FROM tail"));
store.close();
console.log(db.all("SELECT name, sum(pgsize) AS bytes, sum(unused) AS unused FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 6"));
console.log(db.all('PRAGMA freelist_count'), db.all('PRAGMA page_count'));
db.close();
console.log(statSync(file).size / n / commits);
