import assert from 'node:assert/strict';
import { systemClock } from '../../../src/base/clock';
import { Failure } from '../../../src/base/failure';
import type { NoticeListeners } from '../../../src/protocol/peer';
import type { RunPanelContract } from '../../../src/protocol/runPanel';
import { type RunPanelHost, RunPanelSession } from '../../../webview/run/runPanelSession';
import type { SeriesWish } from '../../../webview/run/charts/seriesBoard';
import type { Snapshot } from '../../../webview/run/runView';
import { fakeDetail, fakeEvents, fakeRun, FakeSeries } from '../../bench/webview/fakeRun';
import { settled } from '../../support/settling';
import { until } from '../../support/temporaryFolder';

/** A host that holds some series and counts what it is asked. */
class FakeHost implements RunPanelHost {
  readonly series = ['loss', 'accuracy', '__proto__'].map((name) => new FakeSeries(name, (step) => step, 0, 100));
  readonly asked: string[] = [];
  readonly acts: object[] = [];
  readonly tabs: string[] = [];
  readonly wholes: (boolean | undefined)[] = [];
  hasMetrics = true;
  given: string | undefined;
  listeners: NoticeListeners<RunPanelContract> = {};
  failure: Failure | undefined;

  constructor() {
    for (const one of this.series) one.grow(50);
  }

  call: RunPanelHost['call'] = async (name, params) => {
    const metrics = 'metrics' in params ? params.metrics : [];
    this.asked.push([name, ...metrics].join(' '));
    if ('tab' in params) this.tabs.push(params.tab);
    if ('whole' in params || name === 'panel.ready') this.wholes.push('whole' in params ? params.whole : undefined);
    if ('action' in params) this.acts.push(params);
    if (this.failure) throw this.failure;
    const answers: Record<string, () => unknown> = {
      'panel.ready': () => this.snapshot(),
      'panel.series': () => ({
        windows: this.series.filter(({ metric }) => metrics.includes(metric)).map((one) => one.window('step', 1000)),
      }),
      'panel.act': () => ({}),
    };
    // A double stands in for the decoding that the peer does.
    return answers[name]?.() as never;
  };

  snapshot(): Snapshot {
    const run = fakeRun('running');
    const metrics = this.series.map((one) => one.summary());
    return {
      detail: fakeDetail(run),
      ...(this.hasMetrics && { metrics }),
      events: fakeEvents(),
      nowMs: Date.now() + 60_000,
      ...(this.given === undefined ? {} : { given: this.given }),
    };
  }

  dispose(): void {
    // Nothing is held.
  }
}

const soon = async (): Promise<void> => settled(60);

const wish = (metric: string): SeriesWish => ({ key: metric, metric, axis: 'step', buckets: 1000 });

describe('the run panel', () => {
  let host: FakeHost;
  let session: RunPanelSession;
  beforeEach(() => {
    host = new FakeHost();
    session = new RunPanelSession((listeners) => {
      host.listeners = listeners;
      return host;
    }, systemClock);
  });
  afterEach(() => session.dispose());

  it('asks only for the charts that are looked at', async () => {
    await session.refresh();
    session.board.show(wish('accuracy'));
    await soon();
    assert.deepEqual(host.asked, ['panel.ready', 'panel.series accuracy']);
    assert.equal(session.board.find('accuracy')?.picture()?.pointCount, 50);
  });

  it('asks for what another tab shows when it is chosen, and keeps the charts meanwhile', async () => {
    await session.refresh();
    await Promise.all([session.show('attempts'), session.show('events')]);
    assert.deepEqual(host.tabs, ['charts', 'attempts', 'events']);
    host.hasMetrics = false;
    await session.show('output');
    assert.deepEqual(session.view?.metrics, ['loss', 'accuracy', '__proto__']);
  });

  it('shows what the host gives unasked before it has answered, and goes on from there', async () => {
    const windows = host.series.map((one) => one.window('step', 1000));
    const given = { ...host.snapshot(), firstSeries: { axis: 'step' as const, buckets: 1000, windows } };
    host.listeners['panel.given']?.({ id: 'early', tab: 'charts', snapshot: given });
    host.given = 'early';
    session.board.show(wish('loss'));
    assert.equal(session.board.find('loss')?.picture()?.pointCount, 50);
    assert.equal(session.view?.metrics.length, 3);
    // The host tells what has happened since before it answers, and leaves out what the page has.
    host.hasMetrics = false;
    const refreshing = session.show('charts');
    host.listeners['panel.appended']?.({ series: host.series.map((one) => one.grow(5)), events: [] });
    await refreshing;
    session.board.show(wish('accuracy'));
    await soon();
    assert.deepEqual(host.asked, ['panel.ready']);
    for (const metric of ['loss', 'accuracy']) {
      assert.equal(session.board.find(metric)?.picture()?.pointCount, 55, metric);
    }
    assert.equal(session.view?.findSummary('__proto__')?.count, 55);
  });

  it('asks for all of it when what the host has given did not arrive', async () => {
    host.given = 'lost';
    await session.show('charts');
    assert.deepEqual(host.asked, ['panel.ready', 'panel.ready']);
    assert.deepEqual(host.wholes, [undefined, true]);
  });

  it('asks for series of which it was given too little, and shows that little meanwhile', async () => {
    host.series[0]?.grow(5000);
    const windows = host.series.map((one) => one.window('step', 100));
    host.listeners['panel.given']?.({
      id: 'early',
      tab: 'charts',
      snapshot: { ...host.snapshot(), firstSeries: { axis: 'step', buckets: 100, windows } },
    });
    session.board.show(wish('loss'));
    assert.equal(session.board.find('loss')?.picture()?.pointCount, 5050);
    session.board.show({ ...wish('accuracy'), axis: 'wall' });
    await soon();
    assert.deepEqual(host.asked, ['panel.series loss', 'panel.series accuracy']);
  });

  it('folds appended points without asking again', async () => {
    await session.refresh();
    session.board.show(wish('loss'));
    await soon();
    host.listeners['panel.appended']?.({ series: host.series.map((one) => one.grow(5)), events: [] });
    assert.equal(session.board.find('loss')?.picture()?.pointCount, 55);
    assert.equal(session.view?.findSummary('__proto__')?.count, 55);
    assert.equal(host.asked.length, 2);
  });

  it('asks again when points are missing', async () => {
    await session.refresh();
    session.board.show(wish('loss'));
    await soon();
    host.series[0]?.grow(5);
    host.listeners['panel.appended']?.({ series: host.series.slice(0, 1).map((one) => one.grow(5)), events: [] });
    await until(() => session.board.find('loss')?.picture()?.pointCount === 60, 'the points that were missing');
  });

  it('shows a metric that appears while it is open', async () => {
    await session.refresh();
    const late = new FakeSeries('late', (step) => step, 0, 100);
    host.listeners['panel.appended']?.({ series: [late.grow(3)], events: [] });
    assert.deepEqual(session.view?.metrics, ['loss', 'accuracy', '__proto__', 'late']);
  });

  it('keeps what it knows while the source does not answer, and asks everything anew after', async () => {
    await session.refresh();
    session.board.show(wish('loss'));
    await soon();
    host.listeners['panel.connection']?.({ reason: 'no answer for 12 s.' });
    assert.equal(session.connection, 'no answer for 12 s.');
    assert.equal(session.view?.run.status, 'running');
    host.listeners['panel.connection']?.({});
    await soon();
    assert.equal(session.connection, undefined);
    assert.deepEqual(host.asked.slice(2), ['panel.ready', 'panel.series loss']);
  });

  it('counts ages by the clock of the host', async () => {
    await session.refresh();
    assert.ok(Math.abs(session.nowMs() - Date.now() - 60_000) < 1000);
  });

  it('says why a run could not be read, with the hint', async () => {
    host.failure = new Failure('NotFound', 'There is no such run.', { hint: 'Refresh the Experiments view.' });
    await session.refresh();
    assert.equal(session.failure, 'The run could not be read: There is no such run. Refresh the Experiments view.');
  });

  it('says when an action was not done', async () => {
    await session.refresh();
    host.failure = new Failure('Unavailable', 'The engine does not answer.');
    await session.act('cancel');
    assert.equal(session.failure, 'The engine does not answer.');
    assert.equal(session.acting, undefined);
  });

  it('shows a new attempt beside those before it, live', async () => {
    await session.refresh();
    const known = session.view?.run.attempt;
    assert.ok(known);
    host.listeners['panel.run']?.({ run: fakeRun('running', { attempt: { ...known, number: 3 } }) });
    assert.deepEqual(
      session.view?.detail.attempts.map(({ number }) => number),
      [1, 2, 3],
    );
  });

  it('says whose log is wanted', async () => {
    await session.refresh();
    await session.act('showLog', 1);
    await session.act('retry');
    assert.deepEqual(host.acts, [{ action: 'showLog', attempt: 1 }, { action: 'retry' }]);
  });

  it('does not let a notice from before the snapshot set the run back', async () => {
    const refreshing = session.refresh();
    host.listeners['panel.run']?.({ run: fakeRun('queued', { statusAtMs: 0 }) });
    await refreshing;
    assert.equal(session.view?.run.status, 'running');
  });

  it('lists each event once, newest first', async () => {
    await session.refresh();
    const event = { sequence: 101, attempt: 2, timeMs: Date.now(), level: 'info', message: 'new' } as const;
    host.listeners['panel.appended']?.({ series: [], events: [event] });
    host.listeners['panel.appended']?.({ series: [], events: [event] });
    assert.deepEqual(
      session.view?.events.map(({ sequence }) => sequence),
      [101, 100, 99, 98, 97, 96],
    );
  });

  it('asks anew for the other axis and keeps the old picture meanwhile', async () => {
    await session.refresh();
    session.board.show(wish('loss'));
    await soon();
    session.board.show({ ...wish('loss'), axis: 'wall' });
    assert.equal(session.board.find('loss')?.picture()?.axis, 'step');
    await soon();
    assert.equal(host.asked.filter((question) => question.startsWith('panel.series')).length, 2);
  });
});
