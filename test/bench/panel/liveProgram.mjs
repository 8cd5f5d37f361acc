/** Logs many metrics: first a history at once, then some points of each, again and again. Arguments: metrics, history, points, ms, seconds. */
import { openSync, writeSync } from 'node:fs';

const [metrics, history, points, intervalMs, seconds] = process.argv.slice(2).map(Number);
const names = Array.from({ length: metrics }, (_, i) => `live/metric ${i}`);
const file = openSync(process.env.SIDELAB_RUN_LOG, 'a');
let state = 1;
const random = () => (state = (state * 16807) % 2147483647) / 2147483647;
let step = 0;

function log(count) {
  const lines = Array.from({ length: count }, () => {
    const values = names.map((name, i) => [
      name,
      Math.sin(step / (900 + 70 * i)) + Math.exp(-step / 50_000) + random() / 4,
    ]);
    return `${JSON.stringify({ step: step++, metrics: Object.fromEntries(values) })}\n`;
  });
  writeSync(file, lines.join(''));
}

while (step < history) log(Math.min(1000, history - step));
console.log('the history is written');
const endMs = Date.now() + seconds * 1000;
const timer = setInterval(() => {
  log(points);
  if (Date.now() > endMs) clearInterval(timer);
}, intervalMs);
