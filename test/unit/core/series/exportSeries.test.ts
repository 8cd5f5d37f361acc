import assert from 'node:assert/strict';
import { exportSeries, type ExportFormat, type PointsSource } from '../../../../src/core/series/exportSeries';
import type { RunId } from '../../../../src/model/ids';
import { isFailure } from '../../../support/isFailure';

const odd = [NaN, Infinity, -Infinity, -0, 5e-324, 0.1 + 0.2, 2 ** 53 + 2, -1e300, 1 / 3];
const run = 'aaaaaaaaaaaaaaaa' as RunId;

/** Pages of two points, so that several are needed; the run goes on logging meanwhile. */
const source: PointsSource = {
  metrics: async () =>
    Promise.resolve(
      ['loss', 'a, "quoted"\nname'].map((metric) => ({ metric, count: odd.length, values: new Float64Array(12) })),
    ),
  points: async (_run, metric, from) => {
    const part = [...odd, 77, 78].slice(from, from + 2);
    const wall = Float64Array.from(part, (_, i) => 1.7e12 + from + i + 1 / 3);
    return Promise.resolve({
      metric,
      attempt: 2,
      from,
      revision: odd.length + 2,
      step: Float64Array.from(part, (_, i) => from + i),
      time: Float64Array.from(part, (_, i) => (from + i) / 7),
      wall,
      value: Float64Array.from(part),
    });
  },
};

async function text(format: ExportFormat, metrics?: readonly string[]): Promise<string> {
  let whole = '';
  for await (const part of exportSeries(source, run, { format, ...(metrics ? { metrics } : {}) })) whole += part;
  return whole;
}

describe('an export of series', () => {
  it('gives every point as CSV, as the very same numbers', async () => {
    const lines = (await text('csv', ['loss'])).trimEnd().split('\n');
    assert.equal(lines.shift(), 'metric,attempt,step,time,wall_ms,value');
    assert.deepEqual(
      lines.map((line) => line.split(',')).map(([metric, attempt, ...rest]) => [metric, attempt, ...rest.map(Number)]),
      odd.map((value, i) => ['loss', '2', i, i / 7, 1.7e12 + i + 1 / 3, value]),
    );
  });

  it('gives every point as JSON lines, with NaN and infinities as texts', async () => {
    const lines = (await text('jsonl')).trimEnd().split('\n');
    assert.equal(lines.length, 2 * odd.length);
    const read = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      read.map(({ metric, value }) => [metric, Number(value)]),
      ['loss', 'a, "quoted"\nname'].flatMap((metric) => odd.map((value) => [metric, value])),
    );
    assert.deepEqual(read[0], { metric: 'loss', attempt: 2, step: 0, time: 0, wallMs: 1.7e12 + 1 / 3, value: 'NaN' });
  });

  it('quotes names that would be several fields', async () => {
    assert.match(await text('csv', ['a, "quoted"\nname']), /^"a, ""quoted""\nname",2,0,0,/m);
  });

  it('says which metrics there are when one is not', async () => {
    await assert.rejects(text('csv', ['los']), isFailure('NotFound', /no metric los/));
  });
});
