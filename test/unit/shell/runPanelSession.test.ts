import assert from 'node:assert/strict';
import { Check } from '@sinclair/typebox/value';
import 'vscode-jsonrpc/node';
import { systemClock } from '../../../src/base/clock';
import { Failure } from '../../../src/base/failure';
import { silentLog } from '../../../src/base/log';
import { defaultChartSettings } from '../../../src/model/chartSettings';
import type { SeriesWindow } from '../../../src/model/series';
import { ClientPeer } from '../../../src/protocol/peer';
import type { PlotLook } from '../../../src/protocol/plotLook';
import { GivenSnapshotSchema, type RunPanelAct, runPanelContract } from '../../../src/protocol/runPanel';
import { newRunId } from '../../../src/model/ids';
import type { Run } from '../../../src/model/run';
import { PanelStates, runPanelStates } from '../../../src/shell/panels/panelStates';
import { RunPanelSession } from '../../../src/shell/panels/runPanelSession';
import { PostedMessageReader, PostedMessageWriter } from '../../../src/protocol/postedMessages';
import { settled } from '../../support/settling';
import { FakeSource, makeRun } from './fakeSource';
import { FakeMemento, surfaces } from './viewEnds';

describe('a session of the run panel', () => {
  const run = makeRun(1, { status: 'running' });
  let source: FakeSource;
  let session: RunPanelSession;
  let view: ClientPeer<typeof runPanelContract>;
  let heard: unknown[];
  let acted: RunPanelAct[];
  let ready: string[];
  let memento: FakeMemento;
  let exported: (readonly string[])[];
  let saved: (readonly [string, Uint8Array])[];
  let looks: PlotLook[];

  beforeEach(() => {
    source = new FakeSource();
    source.runList.push(run);
    acted = [];
    ready = [];
    memento = new FakeMemento();
    exported = [];
    saved = [];
    looks = [];
    heard = [];
    const [host, page] = surfaces();
    session = new RunPanelSession({
      source,
      runId: run.id,
      surface: host,
      clock: systemClock,
      log: silentLog,
      act: async (wanted) => void acted.push(wanted),
      files: {
        exportPoints: async (_source, _run, metrics) => void exported.push(metrics),
        save: async (name, bytes) => void saved.push([name, bytes]),
      },
      states: new PanelStates(memento, runPanelStates),
      pictures: { keepLook: async (look) => void looks.push(look) },
      onReady: ({ name }) => ready.push(name),
    });
    session.start();
    view = new ClientPeer(
      runPanelContract,
      new PostedMessageReader((listener) => page.onDidReceiveMessage(listener)),
      new PostedMessageWriter((message) => page.postMessage(message)),
      {
        'panel.given': (notice) => heard.push(notice),
        'panel.run': (notice) => heard.push(notice),
        'panel.appended': (notice) => heard.push(notice),
        'panel.connection': (notice) => heard.push(notice),
      },
      silentLog,
    );
  });
  afterEach(() => {
    view.dispose();
    session.dispose();
  });

  it('follows the run from the view’s first word on', async () => {
    assert.equal(source.followers.size, 0);
    const snapshot = await view.call('panel.ready', { tab: 'charts' });
    assert.deepEqual([snapshot.detail.run, snapshot.connection, ready], [run, undefined, ['run-1']]);
    assert.equal(source.followers.size, 1);
    await view.call('panel.ready', { tab: 'charts' });
    assert.equal(source.followers.size, 1);
  });

  it('tells that the run was deleted, as it was before, and that it is back', async () => {
    await view.call('panel.ready', { tab: 'charts' });
    source.push({ ...run, note: 'n' });
    source.didChangeRuns.fire({ runs: [], experiments: [], deleted: [run.id] });
    source.push(run);
    await settled();
    const told = heard.map((notice) => (notice as { run: Run }).run);
    assert.deepEqual(
      told.map(({ note, deletedAtMs }) => [note, deletedAtMs !== undefined]),
      [
        ['n', false],
        ['n', true],
        [undefined, false],
      ],
    );
    await view.call('panel.act', { action: 'undelete' });
    assert.deepEqual(acted, [{ action: 'undelete' }]);
  });

  it('reads and sends for a tab only what it shows', async () => {
    const snapshot = await view.call('panel.ready', { tab: 'attempts' });
    assert.deepEqual([snapshot.metrics, snapshot.events], [undefined, undefined]);
    const column = Float64Array.of(1);
    const series = [{ metric: 'loss', attempt: 1, from: 0, step: column, time: column, wall: column, value: column }];
    const event = { sequence: 1, attempt: 1, timeMs: 5, level: 'info', message: 'hello' } as const;
    const append = { series, events: [event], metadataJson: '{"a":1}', output: true };
    for (const follower of source.followers) follower(append);
    await view.call('panel.ready', { tab: 'events' });
    for (const follower of source.followers) follower(append);
    await settled();
    assert.deepEqual(heard, [
      { series: [], events: [], metadataJson: '{"a":1}' },
      { series: [], events: [event], metadataJson: '{"a":1}' },
    ]);
  });

  it('passes on what the run produces, numbers as columns', async () => {
    await view.call('panel.ready', { tab: 'charts' });
    const column = Float64Array.of(1, NaN);
    const series = [
      { metric: '__proto__', attempt: 1, from: 0, step: column, time: column, wall: column, value: column },
    ];
    for (const tell of source.followers) tell({ series, events: [], output: true });
    for (const tell of source.followers) tell({ series: [], events: [], output: true });
    await settled();
    assert.deepEqual(heard, [{ series, events: [] }]);
  });

  it('tells of this run only, and of the connection', async () => {
    const changed = makeRun(1, { status: 'failed' });
    source.push(makeRun(2), changed);
    source.didChangeConnection.fire({ state: 'failed', sinceMs: 0, reason: 'gone' });
    source.didReset.fire();
    await settled();
    assert.deepEqual(heard, [{ run: changed }, { reason: 'gone' }, {}]);
  });

  const columnOfOne = Float64Array.of(1);
  const appended = {
    metric: 'loss',
    attempt: 1,
    from: 1,
    step: columnOfOne,
    time: columnOfOne,
    wall: columnOfOne,
    value: columnOfOne,
  };

  it('reads once what a view that is being loaded will ask for, gives it, and tells what has come since', async () => {
    source.metricNames.push('loss', 'accuracy');
    session.prepare('charts');
    await settled();
    const changed = makeRun(1, { status: 'failed' });
    source.push(changed);
    for (const tell of source.followers) tell({ series: [appended], events: [], output: false });
    await settled();
    const [given, ...others] = heard.splice(0);
    assert.ok(Check(GivenSnapshotSchema, given));
    assert.deepEqual(
      given.snapshot.firstSeries?.windows.map(({ metric }) => metric),
      ['loss', 'accuracy'],
    );
    assert.deepEqual([given.tab, others, ready], ['charts', [], []]);
    const answer = await view.call('panel.ready', { tab: 'charts' });
    assert.deepEqual([answer.given, answer.metrics, answer.firstSeries], [given.id, undefined, undefined]);
    assert.deepEqual(heard, [{ run: changed }, { series: [appended], events: [] }]);
    assert.deepEqual([source.readRuns, source.followers.size, ready], [['run-1'], 1, ['run-1']]);
  });

  it('answers in full a view that has not got what it was given, or that is loaded a second time', async () => {
    source.metricNames.push('loss');
    session.prepare('charts');
    await settled();
    assert.equal((await view.call('panel.ready', { tab: 'charts', whole: true })).metrics?.length, 1);
    session.prepare('charts');
    await settled();
    await view.call('panel.ready', { tab: 'charts' });
    assert.equal((await view.call('panel.ready', { tab: 'charts' })).metrics?.length, 1);
  });

  it('does not let a view wait for series that take long, and gives it nothing unasked then', async () => {
    source.metricNames.push('loss');
    let answer = (_windows: readonly SeriesWindow[]): void => undefined;
    source.series = async () => new Promise((resolve) => (answer = resolve));
    session.prepare('charts');
    assert.equal((await view.call('panel.ready', { tab: 'charts' })).metrics?.length, 1);
    answer([]);
    await settled();
    assert.deepEqual([heard, source.readRuns], [[], ['run-1']]);
  });

  it('gives nothing when the source fails, and answers when it can', async () => {
    source.failure = new Failure('Unavailable', 'not now');
    session.prepare('charts');
    await settled();
    source.failure = undefined;
    assert.equal((await view.call('panel.ready', { tab: 'charts' })).detail.run.name, 'run-1');
    assert.deepEqual(heard, []);
  });

  it('reads nothing of series for charts that begin with a part of their range, or by a metric', async () => {
    source.metricNames.push('loss');
    for (const charts of [
      { ...defaultChartSettings, x: { from: 1, to: 2 } },
      { ...defaultChartSettings, axis: { metric: 'lr' } },
    ]) {
      await view.call('panel.keep', { runId: run.id, charts, keptAtMs: 5 });
      session.prepare('charts');
      await settled();
    }
    assert.deepEqual([source.askedSeries, heard.length], [[], 2]);
  });

  it('answers from what it reads anew when the engine was lost and found again while the view was being loaded', async () => {
    session.prepare('charts');
    await settled();
    // Nobody heard of it: there was no connection.
    source.runList[0] = makeRun(1, { status: 'failed' });
    source.didReset.fire();
    await settled();
    const answer = await view.call('panel.ready', { tab: 'charts' });
    assert.equal(answer.detail.run.status, 'failed');
    const given = heard.filter((notice) => Check(GivenSnapshotSchema, notice));
    assert.deepEqual(
      given.map(({ snapshot }) => snapshot.detail.run.status),
      ['running', 'failed'],
    );
    assert.equal(answer.given, given[1]?.id);
  });

  it('answers a run that is gone with the failure', async () => {
    source.runList.length = 0;
    await assert.rejects(view.call('panel.ready', { tab: 'charts' }), { name: 'Failure', code: 'NotFound' });
  });

  it('keeps how the panel is looked at, for the next view of this run', async () => {
    await view.call('panel.keep', { runId: run.id, tab: 'events', keptAtMs: 5 });
    await view.call('panel.keep', { runId: run.id, tab: 'output', keptAtMs: 6 });
    assert.deepEqual(new PanelStates(memento, runPanelStates).find({ runId: run.id }), {
      runId: run.id,
      tab: 'output',
      keptAtMs: 6,
    });
    assert.equal(new PanelStates(new FakeMemento(), runPanelStates).find({ runId: run.id }), undefined);
  });

  it('finds the run of a panel again of which only the title is left', async () => {
    const memento = new FakeMemento();
    const states = new PanelStates(memento, runPanelStates);
    const [first, second] = [newRunId(), newRunId()];
    await states.keepOpened({ state: { runId: first }, title: 'train' });
    await states.keepOpened({ state: { runId: second }, title: 'train' });
    const found = new PanelStates(memento, runPanelStates);
    assert.equal(found.findOpened('train', () => true)?.runId, second);
    assert.equal(found.findOpened('train', ({ runId }) => runId !== second)?.runId, first);
    assert.equal(
      found.findOpened('other', () => true),
      undefined,
    );
  });

  it('hears how large plots are, and has for the page’s first picture what the view will be given', async () => {
    const look = { widthPx: 400, heightPx: 200, fontSizePx: 13, timeZoneOffsetMin: 0, letterPx: { '0': 7.25 } };
    await view.call('panel.plotLook', look);
    assert.deepEqual(looks, [look]);
    assert.equal(await session.given, undefined);
    source.metricNames.push('loss');
    session.prepare('charts');
    const given = await session.given;
    assert.deepEqual(
      given?.firstSeries?.windows.map(({ metric }) => metric),
      ['loss'],
    );
    source.failure = new Failure('Unavailable', 'not now');
    session.prepare('charts');
    assert.equal(await session.given, undefined);
  });

  it('does what a button says', async () => {
    await view.call('panel.act', { action: 'cancel' });
    await view.call('panel.act', { action: 'showLog', attempt: 1 });
    assert.deepEqual(acted, [{ action: 'cancel' }, { action: 'showLog', attempt: 1 }]);
  });

  it('follows nothing and says nothing after its end', async () => {
    await view.call('panel.ready', { tab: 'charts' });
    session.dispose();
    source.push(run);
    await settled();
    assert.deepEqual([source.followers.size, heard], [0, []]);
  });
});
