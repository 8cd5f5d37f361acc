import assert from 'node:assert/strict';
import type { Clock } from '../../../../src/base/clock';
import type { EventMark, EventMarks, EventMarksQuery } from '../../../../src/model/eventMark';
import type { RunEvent } from '../../../../src/model/run';
import { EventMarkBoard } from '../../../../webview/run/charts/eventMarkBoard';
import { eventTexts } from '../../../../webview/run/charts/eventMarks';

class HandClock implements Clock {
  #nowMs = 0;
  readonly #waiting = new Set<{ readonly atMs: number; readonly call: () => void }>();

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, call: () => void): { dispose(): void } {
    const one = { atMs: this.#nowMs + delayMs, call };
    this.#waiting.add(one);
    return { dispose: () => this.#waiting.delete(one) };
  }

  async pass(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    for (;;) {
      const [next] = [...this.#waiting].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs);
      if (!next) break;
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      this.#waiting.delete(next);
      next.call();
      // Answers arrive between the steps.
      for (let i = 0; i < 5; i++) await Promise.resolve();
    }
    this.#nowMs = endMs;
  }
}

const event = (sequence: number, step: number, level: RunEvent['level'] = 'info'): RunEvent => ({
  sequence,
  attempt: 1,
  timeMs: step,
  level,
  message: `said ${sequence}`,
  step,
});
const mark = (x: number, count = 1): EventMark => ({ x, count, level: 'info', message: 'from the host' });

describe('the marks of events in charts', () => {
  const clock = new HandClock();
  const asked: EventMarksQuery[] = [];
  let answer: EventMarks = { marks: [], newest: 0 };
  let events: readonly RunEvent[] = [];
  let board: EventMarkBoard;
  beforeEach(() => {
    asked.length = 0;
    events = [];
    board = new EventMarkBoard(
      async (query) => {
        asked.push(query);
        return Promise.resolve(answer);
      },
      clock,
      () => ({ events, attempts: [] }),
    );
  });
  afterEach(() => board.dispose());

  const look = (from: number, to: number): readonly (readonly [number, number])[] =>
    board
      .marksIn({ axis: 'step', isLogarithmic: false, visible: { from, to }, widthPx: 500 })
      .map(({ x, count }) => [x, count]);

  it('are asked for once by charts that show about the same, and as fine as pixels can show', async () => {
    answer = { marks: [mark(3), mark(500, 12)], newest: 40 };
    assert.deepEqual([look(0, 1000), look(2, 998)], [[], []]);
    await clock.pass(100);
    assert.deepEqual(look(0, 1000), [
      [3, 1],
      [500, 12],
    ]);
    const [query] = asked;
    assert.equal(asked.length, 1);
    assert.ok(query && query.from <= 0 && query.to >= 1000 && query.to < 1300);
    const pixels = (500 * query.width) / 1000;
    assert.ok(pixels >= 3 && pixels <= 9, String(pixels));
  });

  it('have what was said since the answer, and are asked for again when that is more than is held', async () => {
    answer = { marks: [mark(3)], newest: 40 };
    look(0, 1000);
    await clock.pass(100);
    events = [event(42, 700), event(41, 600, 'debug'), event(40, 3)];
    assert.deepEqual(look(0, 1000), [
      [3, 1],
      [700, 1],
    ]);
    await clock.pass(10_000);
    assert.equal(asked.length, 1);
    let heard = 0;
    board.onDidChange(() => {
      heard += 1;
      look(0, 1000);
    });
    events = [event(300, 900)];
    look(0, 1000);
    answer = { marks: [mark(3), mark(700, 250)], newest: 299 };
    await clock.pass(5000);
    assert.ok(heard > 0);
    assert.equal(asked.length, 2);
    assert.deepEqual(look(0, 1000), [
      [3, 1],
      [700, 250],
      [900, 1],
    ]);
  });

  it('stay while another range is asked for, of which only what is looked at is', async () => {
    answer = { marks: [mark(3)], newest: 1 };
    look(0, 1000);
    await clock.pass(100);
    for (let to = 100; to > 10; to -= 1) assert.deepEqual(look(0, to), [[3, 1]]);
    await clock.pass(5000);
    assert.ok(asked.length < 20, String(asked.length));
    look(0, 90);
    await clock.pass(2000);
    const before = asked.length;
    board.restart();
    await clock.pass(5000);
    assert.equal(asked.length, before, 'nobody looks');
  });

  it('are told by the gravest few, with how many there are besides', () => {
    const marks: EventMark[] = [
      { x: 1, count: 3, level: 'info', message: 'saved' },
      { x: 1, count: 10, level: 'error', message: 'exploded '.repeat(3) },
      { x: 1, count: 1, level: 'warning', message: 'slow' },
    ];
    assert.deepEqual(eventTexts(marks, 2, 12), ['error: exploded exp…', 'warning: slow', 'and 12 more events']);
    assert.deepEqual(eventTexts(marks.slice(2), 2, 12), ['warning: slow']);
  });
});
