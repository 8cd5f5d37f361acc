/** Runs as the harness shows them: made-up, but of the size and the shape of real ones. */
import { BucketColumns, bucketWidth } from '../../../src/model/buckets';
import type { ExperimentId, RunId } from '../../../src/model/ids';
import type { Attempt, Run, RunDetail, RunEvent } from '../../../src/model/run';
import type { RunStatus } from '../../../src/model/runStatus';
import type { MetricSummary, SeriesAppend, SeriesAxis, SeriesWindow } from '../../../src/model/series';

/** Points of one metric, all of them in memory, with a wobble that never repeats. */
export class FakeSeries {
  readonly metric: string;
  readonly #shape: (step: number, noise: number) => number;
  readonly #startedAtMs: number;
  readonly #stepMs: number;
  readonly #values: number[] = [];
  #seed = 7;

  constructor(metric: string, shape: (step: number, noise: number) => number, startedAtMs: number, stepMs: number) {
    this.metric = metric;
    this.#shape = shape;
    this.#startedAtMs = startedAtMs;
    this.#stepMs = stepMs;
  }

  get count(): number {
    return this.#values.length;
  }

  grow(points: number): SeriesAppend {
    const from = this.count;
    const steps = Array.from({ length: points }, (_, i) => from + i);
    for (const step of steps) {
      this.#seed = (this.#seed * 1_664_525 + 1_013_904_223) % 2 ** 32;
      this.#values.push(this.#shape(step, this.#seed / 2 ** 31 - 1));
    }
    const column = (of: (step: number) => number): Float64Array => Float64Array.from(steps, of);
    return {
      metric: this.metric,
      attempt: 1,
      from,
      step: column((step) => step),
      time: column((step) => this.#x('time', step)),
      wall: column((step) => this.#x('wall', step)),
      value: column((step) => this.#values[step] ?? NaN),
    };
  }

  summary(): MetricSummary {
    const last = this.count - 1;
    const real = this.#values.filter((value) => !Number.isNaN(value));
    const min = real.reduce((a, b) => Math.min(a, b), Infinity);
    const max = real.reduce((a, b) => Math.max(a, b), -Infinity);
    const values = [last, this.#x('time', last), this.#x('wall', last), this.#values[last] ?? NaN, min, max];
    return { metric: this.metric, count: this.count, values: Float64Array.from(values) };
  }

  window(axis: SeriesAxis, buckets: number): SeriesWindow {
    const last = this.count - 1;
    const isRaw = this.count <= buckets;
    const columns = new BucketColumns(isRaw ? 0 : bucketWidth(this.#x(axis, 0), this.#x(axis, last), buckets));
    this.#values.forEach((value, step) => columns.add(this.#x(axis, step), value));
    return columns.toWindow(this.metric, axis, this.count);
  }

  #x(axis: SeriesAxis, step: number): number {
    if (axis === 'step') return step;
    return axis === 'time' ? (step * this.#stepMs) / 1000 : this.#startedAtMs + step * this.#stepMs;
  }
}

const decay = (step: number, noise: number, length: number): number => Math.exp(-step / length) * (1 + 0.15 * noise);

export const shapes: Readonly<Record<string, (step: number, noise: number) => number>> = {
  'train/loss': (step, noise) => 0.05 + 2.3 * decay(step, noise, 900),
  'validation/loss': (step, noise) => (step % 10 === 0 ? 0.12 + 2.2 * decay(step, noise, 800) : NaN),
  'train/accuracy': (step, noise) => 0.98 - 0.88 * decay(step, noise, 700),
  'learning rate': (step) => 3e-4 * Math.min(1, step / 200) * (0.5 + 0.5 * Math.cos(step / 900)),
  'gradient norm': (step, noise) =>
    step > 0 && step % 977 === 0 ? Infinity : 1.2 + noise * noise * 8 * decay(step, 0, 2000),
  __proto__x: (_step, noise) => noise,
  'samples per second': (step, noise) => 48_000 + 6000 * noise + 3000 * Math.sin(step / 60),
  'a metric whose name is so long that no card can hold it, as programs that join paths make them/layer.11.attention.output.dense.weight.grad.norm':
    (step, noise) => Math.sin(step / 40) + 0.2 * noise,
};

export const startedAtMs = Date.now() - 184_000;

export function fakeRun(status: RunStatus, over: Partial<Run> = {}): Run {
  const isOver = status === 'completed' || status === 'failed' || status === 'cancelled';
  const attempt: Attempt = {
    number: 2,
    executor: 'local',
    host: 'workstation-7',
    pid: 48_213,
    folder: '/home/ada/projects/digits/.sidelab/runs/k3v5qy7ab2cdefgh/attempts/2',
    createdAtMs: startedAtMs - 900,
    startedAtMs,
    ...(isOver ? { endedAtMs: startedAtMs + 180_000, exitCode: status === 'completed' ? 0 : 1 } : {}),
    ...(status === 'completed' ? { reason: 'completed' as const } : {}),
    ...(status === 'failed'
      ? {
          reason: 'failed' as const,
          detail: 'exit code 1: RuntimeError: loss is NaN at step 1,812 (train.py, line 143)',
        }
      : {}),
  };
  return {
    id: 'k3v5qy7ab2cdefgh' as RunId,
    experimentId: 'aaaabbbbccccdddd' as ExperimentId,
    experiment: 'Digits, small network',
    name: 'brave-otter · 64 hidden units',
    tags: ['baseline', 'digits', 'שלום'],
    status,
    statusAtMs: isOver ? startedAtMs + 180_000 : startedAtMs,
    createdAtMs: startedAtMs - 2000,
    heardAtMs: Date.now() - 1200,
    sequence: 12,
    progress: { done: status === 'completed' ? 4000 : 1812, total: 4000 },
    attempt,
    attemptsMax: 3,
    timeoutMs: 3_600_000,
    ...(isOver ? { evidence: `exit code ${status === 'completed' ? 0 : 1}` } : {}),
    ...(status === 'cancel-pending' ? { evidence: 'SIGTERM sent, 10 s until SIGKILL' } : {}),
    trialJson: '{"parameters.optimizer.lr":0.0003,"parameters.hidden":[64,32]}',
    runFilePath: '/home/ada/projects/digits/train.run.json',
    ...over,
  };
}

export function fakeDetail(run: Run): RunDetail {
  return {
    run,
    description: 'Two dense layers on the included digits; the reference that the others are compared with.',
    command: ['node', 'train.mjs', '--note', 'with a blank'],
    cwd: '/home/ada/projects/digits',
    parametersJson:
      '{"seed":12345678901234567890,"hidden":[64,32],"optimizer":{"name":"adam","lr":0.0003,"betas":[0.9,0.999],"schedule":{"kind":"cosine","warmup":200}},"__proto__":{"polluted":true},"notes":"first line\\nsecond line","augment":false,"resume":null}',
    metadataJson: '{"git":{"commit":"df8d847","dirty":true},"node":"v24.21.0"}',
    attempts: run.attempt
      ? [
          {
            ...run.attempt,
            number: 1,
            createdAtMs: startedAtMs - 60_000,
            startedAtMs: startedAtMs - 60_000,
            endedAtMs: startedAtMs - 2000,
            exitCode: 137,
            reason: 'timed out',
            detail: 'no answer for 60 s',
          },
          run.attempt,
        ]
      : [],
    outputs: '/home/ada/projects/digits/.sidelab/runs/k3v5qy7ab2cdefgh/outputs',
  };
}

export function fakeEvents(): RunEvent[] {
  const messages: readonly (readonly [RunEvent['level'], string])[] = [
    ['info', 'checkpoint saved: checkpoints/step-1800.bin'],
    ['warning', 'line 1,613 of the run log: metric "note" is not a number: "<b>warm</b>"'],
    ['error', 'gradient norm is infinite at step 977; the step was skipped'],
    ['debug', 'data loader: 4 workers'],
    ['info', 'attempt 2 started after "timed out"'],
  ];
  return messages.map(([level, message], i) => ({
    sequence: 100 - i,
    attempt: 2,
    timeMs: Date.now() - 4000 - i * 37_000,
    level,
    message,
    step: 1800 - 300 * i,
  }));
}

/** Older ones than those. */
export const manyEvents = (count: number): RunEvent[] =>
  Array.from({ length: count }, (_, i) => ({
    sequence: -i,
    attempt: 1,
    timeMs: startedAtMs - i * 100,
    level: i % 10 === 0 ? 'warning' : 'info',
    message: i % 50 === 7 ? `a long one ${i}: ${'lorem ipsum dolor sit amet '.repeat(40)}` : `event ${i}`,
    step: i,
  }));
