/**
 * All points of a run, or of some of its metrics, as text: every one, in the order of their arrival, a page at a time.
 *
 *     csv     metric,attempt,step,time,wall_ms,value             NaN, Infinity and -Infinity as these words
 *     jsonl   {"metric":"loss","attempt":1,"step":0,"time":0.1,"wallMs":1700000000000,"value":0.5}   the same as texts
 *
 * Numbers are written so that they are read as the very same doubles.
 */
import { Failure } from '../../base/failure';
import type { RunId } from '../../model/ids';
import type { MetricSummary, SeriesPage } from '../../model/series';

export const exportFormats = ['csv', 'jsonl'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** As much of a source as an export needs. */
export interface PointsSource {
  metrics(runId: RunId): Promise<readonly MetricSummary[]>;
  points(runId: RunId, metric: string, from: number): Promise<SeriesPage>;
}

/**
 * Parts of the text, in their order. What a run logs meanwhile is left out. Without `metrics` those that it has. Throws
 * `NotFound` for a metric that it does not have.
 */
export async function* exportSeries(
  source: PointsSource,
  runId: RunId,
  { format, metrics }: { readonly format: ExportFormat; readonly metrics?: readonly string[] },
): AsyncIterable<string> {
  const known = new Map((await source.metrics(runId)).map(({ metric, count }) => [metric, count]));
  const wanted = metrics && metrics.length > 0 ? metrics : [...known.keys()];
  const missing = wanted.find((metric) => !known.has(metric));
  if (missing !== undefined) {
    throw new Failure('NotFound', `The run has no metric ${missing}.`, {
      hint: known.size === 0 ? 'It has logged none.' : `It has ${[...known.keys()].slice(0, 20).join(', ')}.`,
    });
  }
  if (format === 'csv') yield 'metric,attempt,step,time,wall_ms,value\n';
  const write = format === 'csv' ? asCsv : asJsonLines;
  for (const metric of wanted) {
    const end = known.get(metric) ?? 0;
    for (let at = 0; at < end;) {
      const page = await source.points(runId, metric, at);
      const length = Math.min(page.value.length, end - at);
      if (length === 0) break;
      yield write(page, length);
      at += length;
    }
  }
}

function asCsv({ metric, attempt, step, time, wall, value }: SeriesPage, length: number): string {
  const head = `${/[",\r\n]/.test(metric) ? `"${metric.replaceAll('"', '""')}"` : metric},${attempt}`;
  let text = '';
  for (let i = 0; i < length; i += 1) {
    text += `${head},${written(step[i])},${written(time[i])},${written(wall[i])},${written(value[i])}\n`;
  }
  return text;
}

function asJsonLines({ metric, attempt, step, time, wall, value }: SeriesPage, length: number): string {
  const head = `{"metric":${JSON.stringify(metric)},"attempt":${attempt}`;
  let text = '';
  for (let i = 0; i < length; i += 1) {
    text += `${head},"step":${json(step[i])},"time":${json(time[i])},"wallMs":${json(wall[i])},"value":${json(value[i])}}\n`;
  }
  return text;
}

/** The shortest text that is the same double; a minus zero keeps its sign. */
const written = (value = NaN): string => (Object.is(value, -0) ? '-0' : String(value));

const json = (value = NaN): string => (Number.isFinite(value) ? written(value) : `"${value}"`);
