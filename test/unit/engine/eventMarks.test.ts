import assert from 'node:assert/strict';
import { Store } from '../../../src/engine/store/store';
import type { NewEvent } from '../../../src/engine/store/ingestBatch';
import type { EventMark, EventMarksQuery } from '../../../src/model/eventMark';
import { newRunId, type RunId } from '../../../src/model/ids';
import { isFailure } from '../../support/isFailure';
import { pointBatch } from '../../support/pointBatch';
import { SeededRandom } from '../../support/seededRandom';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporaryFolder';

const levels = ['debug', 'info', 'warning', 'error'] as const;

describe('the marks of a run’s events', () => {
  let folder: TemporaryFolder;
  let store: Store;
  let runId: RunId;
  beforeEach(() => {
    folder = temporaryFolder();
    store = Store.open(folder.join('db'));
    runId = newRunId();
    const texts = { metadataJson: '{}', parametersJson: '{}', command: ['true'], cwd: '/' };
    store.submit({ runId, experiment: 'e', name: 'n', tags: [], environment: [], retries: 2, ...texts }, 1);
  });
  afterEach(() => {
    store.close();
    folder.remove();
  });

  const attempt = (number: number, startedMs: number, events: readonly NewEvent[]): void => {
    store.beginAttempt(runId, { executor: 'local', host: 'here', folder: '/f' }, startedMs);
    store.attemptStarted(runId, { pid: 7, atMs: startedMs, awakeMs: 0 });
    store.ingest({
      runId,
      attempt: number,
      points: pointBatch([]),
      events,
      metadataJson: [],
      tags: [],
      progress: undefined,
      artifacts: [],
      position: { offsetBytes: 0, lines: 0, nextStep: 0, warnings: 0 },
      heardAtMs: startedMs,
    });
    store.endAttempt(runId, { kind: 'exited', exitCode: 1, atMs: startedMs + 50_000 }, undefined);
  };
  const ask = (query: Partial<EventMarksQuery>): readonly EventMark[] =>
    store.eventMarks(runId, { axis: 'step', isLogarithmic: false, from: 0, to: 100, width: 10, ...query }).marks;

  it('are one for each stretch of the axis, with the gravest event, of those the newest, and how many there are', () => {
    const said = (step: number, level: NewEvent['level'], message: string): NewEvent => ({
      timeMs: 1000,
      level,
      message,
      step,
    });
    attempt(1, 1000, [
      said(1, 'info', 'a'),
      said(2, 'error', 'b'),
      said(3, 'error', 'c'),
      said(4, 'info', 'd'),
      said(5, 'debug', 'not told'),
      said(77, 'warning', 'x'.repeat(1000)),
      said(200, 'error', 'out of the range'),
      { timeMs: 1000, level: 'error', message: 'without a step' },
    ]);
    assert.deepEqual(store.eventMarks(runId, { axis: 'step', isLogarithmic: false, from: 0, to: 100, width: 10 }), {
      marks: [
        { x: 3, count: 4, level: 'error', message: 'c' },
        { x: 77, count: 1, level: 'warning', message: 'x'.repeat(200) },
      ],
      newest: 8,
    });
  });

  it('are those of all events of the range, however many, on every axis', () => {
    const random = new SeededRandom(5);
    const events = Array.from({ length: 5000 }, () => ({
      timeMs: 10_000 + random.below(40_000),
      level: random.pick(levels) ?? 'info',
      message: 'said',
      step: 1 + random.below(1000),
    }));
    attempt(1, 10_000, events);
    const counts = (marks: readonly EventMark[]): number => marks.reduce((sum, { count }) => sum + count, 0);
    const shown = events.filter(({ level }) => level !== 'debug');
    const within = (of: (event: (typeof events)[number]) => number, from: number, to: number): number =>
      shown.filter((event) => of(event) >= from && of(event) <= to).length;
    assert.equal(
      counts(ask({ from: 100, to: 300 })),
      within(({ step }) => step, 100, 300),
    );
    const wall = ask({ axis: 'wall', from: 20_000, to: 30_000, width: 512 });
    assert.equal(
      counts(wall),
      within(({ timeMs }) => timeMs, 20_000, 30_000),
    );
    assert.ok(wall.length <= 21);
    const seconds = ask({ axis: 'time', from: 5, to: 15, width: 0.5 });
    assert.equal(
      counts(seconds),
      within(({ timeMs }) => (timeMs - 10_000) / 1000, 5, 15),
    );
    const logarithmic = ask({ isLogarithmic: true, from: 0, to: 3, width: 0.25 });
    assert.equal(counts(logarithmic), shown.length);
    assert.ok(logarithmic.length <= 13);
    assert.deepEqual(
      logarithmic.map(({ x }) => x),
      logarithmic.map(({ x }) => x).sort((a, b) => a - b),
    );
  });

  it('count seconds from the start of the attempt that said it', () => {
    const event = { timeMs: 12_000, level: 'info', message: 'first' } as const;
    attempt(1, 10_000, [event]);
    attempt(2, 100_000, [{ ...event, timeMs: 105_000, message: 'second' }]);
    const marks = ask({ axis: 'time', from: 0, to: 10, width: 1 });
    assert.deepEqual(
      marks.map(({ x, message }) => [x, message]),
      [
        [2, 'first'],
        [5, 'second'],
      ],
    );
  });

  it('are refused when more are asked for than pixels can show', () => {
    assert.throws(() => ask({ from: 0, to: 1e6, width: 1 }), isFailure('InvalidInput'));
  });
});
