import assert from 'node:assert/strict';
import type { RunId } from '../../../src/model/ids';
import type { RunEvent } from '../../../src/model/run';
import { matchingEvents } from '../../../src/shell/panels/matchingEvents';
import { attemptAt } from '../../../webview/run/attemptAt';
import { EventPages } from '../../../webview/run/eventPages';
import { fakeDetail, fakeRun } from '../../bench/webview/fakeRun';
import { settled } from '../../support/settling';

const runId = 'aaaaaaaaaaaaaaaa' as RunId;
const event = (sequence: number): RunEvent => ({
  sequence,
  attempt: 1,
  timeMs: sequence,
  level: sequence % 100 === 0 ? 'error' : 'info',
  message: sequence === 7 ? 'The Needle' : `event ${sequence}`,
});

/** A source with so many events, and the pages of a view that asks it as the host does. */
function eventsOf(count: number) {
  const all = Array.from({ length: count }, (_, at) => event(at + 1)).reverse();
  const pages: number[] = [];
  const source = {
    events: async (_runId: RunId, limit: number, before = Infinity) => {
      pages.push(limit);
      const older = all.filter(({ sequence }) => sequence < before);
      return Promise.resolve({ events: older.slice(0, limit), more: older.length > limit });
    },
  };
  const view = new EventPages(async (query, signal) => matchingEvents(source, runId, query, signal));
  return { all, pages, view, source };
}

const sequences = (view: EventPages): number[] => view.events.map(({ sequence }) => sequence);

describe('the events of a run in its panel', () => {
  it('come page by page, each once, to the first', async () => {
    const { view, pages } = eventsOf(1000);
    await view.restart();
    assert.deepEqual([view.events.length, view.hasMore, pages], [200, true, [200]]);
    while (view.hasMore) await view.loadOlder();
    assert.deepEqual(
      sequences(view),
      Array.from({ length: 1000 }, (_, at) => 1000 - at),
    );
  });

  it('are filtered where they are kept, by level and by text, however far back they are', async () => {
    const { view } = eventsOf(50_000);
    view.setFilter({ text: 'needle' });
    await settled();
    // Nothing in the first part that was looked at: the view asks on.
    assert.deepEqual([sequences(view), view.hasMore], [[], true]);
    while (view.hasMore) await view.loadOlder();
    assert.deepEqual(sequences(view), [7]);
    view.setFilter({ least: 'warning' });
    await settled();
    while (view.hasMore) await view.loadOlder();
    assert.equal(view.events.length, 500);
    assert.ok(view.events.every(({ level }) => level === 'error'));
  });

  it('that are appended come on top at once, or wait while one reads further below', async () => {
    const { view } = eventsOf(10);
    await view.restart();
    view.append([event(11), event(12)]);
    assert.deepEqual(sequences(view).slice(0, 3), [12, 11, 10]);
    view.hold(true);
    view.append([event(13)]);
    view.append([event(13), event(14)]);
    assert.deepEqual([view.waiting, view.events[0]?.sequence], [2, 12]);
    view.hold(false);
    assert.deepEqual(sequences(view).slice(0, 3), [14, 13, 12]);
  });

  it('that do not match are not appended', async () => {
    const { view } = eventsOf(10);
    view.setFilter({ least: 'error' });
    await settled();
    view.append([event(101), event(200)]);
    assert.deepEqual(sequences(view), [200]);
  });

  it('keep what was loaded after a reconnection when that joins, and begin anew when it does not', async () => {
    const { view, all } = eventsOf(1000);
    await view.restart();
    await view.loadOlder();
    all.unshift(event(1002), event(1001));
    await view.restart();
    assert.deepEqual([view.events.length, view.events[0]?.sequence], [402, 1002]);
    all.unshift(...Array.from({ length: 500 }, (_, at) => event(1502 - at)));
    await view.restart();
    assert.deepEqual([view.events.length, view.events[0]?.sequence, view.hasMore], [200, 1502, true]);
  });

  it('say why they cannot be read', async () => {
    const view = new EventPages(async () => Promise.reject(new Error('no answer')));
    await view.restart();
    assert.deepEqual([view.failure, view.isLoading], ['no answer', false]);
  });
});

describe('the attempt at a time', () => {
  it('is the last that had begun, or the newest when none is known to have', () => {
    const { attempts } = fakeDetail(fakeRun('running'));
    const [first, second] = attempts.map(({ startedAtMs = 0 }) => startedAtMs);
    assert.deepEqual(
      [0, first ?? 0, (second ?? 0) - 1, second ?? 0, Infinity].map((timeMs) => attemptAt(attempts, timeMs)),
      [0, 1, 1, 2, 2],
    );
  });
});
