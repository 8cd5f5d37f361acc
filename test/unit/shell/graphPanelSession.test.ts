import assert from 'node:assert/strict';
import 'vscode-jsonrpc/node';
import { systemClock } from '../../../src/base/clock';
import { Failure } from '../../../src/base/failure';
import { silentLog } from '../../../src/base/log';
import type { GraphChange } from '../../../src/model/graphChange';
import type { RunId } from '../../../src/model/ids';
import { graphPanelContract, type GraphSnapshot } from '../../../src/protocol/graphPanel';
import { ClientPeer } from '../../../src/protocol/peer';
import { PostedMessageReader, PostedMessageWriter } from '../../../src/protocol/postedMessages';
import { GraphOfRun } from '../../../src/shell/panels/graphOfRun';
import { GraphPanelSession } from '../../../src/shell/panels/graphPanelSession';
import { graphPanelStates, PanelStates } from '../../../src/shell/panels/panelStates';
import { settled } from '../../support/settling';
import { until } from '../../support/temporaryFolder';
import { FakeSource, makeAttempt, makeRun } from './fakeSource';
import { FakeMemento, surfaces } from './viewEnds';

describe('a session of the graph panel', () => {
  const top = makeRun(1, { kind: 'graph', status: 'running', children: { queued: 2 } });
  const train = makeRun(2, { parentId: top.id, task: 'train', status: 'queued' });
  const folds = makeRun(3, {
    parentId: top.id,
    task: 'folds',
    kind: 'sweep',
    status: 'queued',
    children: { queued: 1 },
  });
  const fold = makeRun(4, { parentId: folds.id, task: 'fold-1', status: 'queued' });
  let source: FakeSource;
  let session: GraphPanelSession;
  let view: ClientPeer<typeof graphPanelContract>;
  let memento: FakeMemento;
  let changed: GraphChange[][];
  let snapshots: GraphSnapshot[];
  let heard: unknown[];
  let acted: unknown[];
  let chosen: RunId[];
  let saved: unknown[];

  beforeEach(() => {
    source = new FakeSource();
    source.runList.push(top, train, folds, fold);
    source.edges.push({ from: train.id, to: folds.id, on: 'completed' });
    memento = new FakeMemento();
    [changed, snapshots, heard, acted, chosen, saved] = [[], [], [], [], [], []];
    const [host, page] = surfaces();
    const shown = new GraphOfRun(source, top.id);
    session = new GraphPanelSession({
      subject: { kind: 'run', runId: top.id },
      shown,
      surface: host,
      clock: systemClock,
      log: silentLog,
      act: async (action, runId) => {
        if (action === 'cancel') throw new Failure('Conflict', 'It has ended.');
        acted.push([action, runId]);
      },
      select: (runId) => chosen.push(runId),
      files: { save: async (name, bytes) => void saved.push([name, bytes]) },
      states: new PanelStates(memento, graphPanelStates),
      onSnapshot: () => undefined,
    });
    session.start();
    view = new ClientPeer(
      graphPanelContract,
      new PostedMessageReader((listener) => page.onDidReceiveMessage(listener)),
      new PostedMessageWriter((message) => page.postMessage(message)),
      {
        'graph.changed': ({ nodes }) => changed.push(nodes),
        'graph.snapshot': (snapshot) => snapshots.push(snapshot),
        'graph.detailsChanged': (notice) => heard.push({ detailsChanged: notice.runId }),
        'graph.selected': (notice) => heard.push({ selected: notice.runId }),
        'graph.connection': (notice) => heard.push(notice),
      },
      silentLog,
    );
  });
  afterEach(() => {
    view.dispose();
    session.dispose();
  });

  /** Longer than changes are gathered for. */
  const settle = async (): Promise<void> => settled(150);

  it('answers with the whole graph, and then passes on how nodes of it change, those of other runs not', async () => {
    source.push({ ...train, status: 'pending' });
    const { name, experiment, nodes, edges } = await view.call('graph.ready', {});
    assert.deepEqual([name, experiment, edges.length], ['run-1', 'tour', 1]);
    assert.deepEqual(
      nodes.map((node) => [node.name, node.status, node.level]),
      [
        ['run-1', 'running', 0],
        ['train', 'pending', 0],
        ['folds', 'queued', 1],
        ['fold-1', 'queued', 0],
      ],
    );
    const attempt = makeAttempt(1);
    source.push(makeRun(9, { status: 'running' }));
    source.push({ ...train, status: 'pending' });
    source.push({ ...train, status: 'running', attempt });
    await until(() => changed.length > 0, 'the change');
    await settle();
    assert.deepEqual(
      changed.map((change) => change.map(({ id, status }) => [id, status])),
      [[[train.id, 'running']]],
    );
    assert.deepEqual(changed[0]?.[0]?.attempt, { number: 1, createdAtMs: 1000, startedAtMs: 1000 });
  });

  it('says nothing before the view’s first word, and nothing after its end', async () => {
    source.push({ ...train, status: 'running' });
    await settle();
    assert.deepEqual([changed, source.readGraphs], [[], 0]);
    await view.call('graph.ready', {});
    session.dispose();
    source.push({ ...train, status: 'failed' });
    await settle();
    assert.deepEqual([changed, source.followers.size], [[], 0]);
  });

  it('reads while the view is being loaded what it will ask for, and tells what has come since', async () => {
    session.prepare();
    await settle();
    source.push({ ...train, status: 'running' });
    assert.equal((await view.call('graph.ready', {})).nodes[1]?.status, 'queued');
    await until(() => changed.length > 0, 'what has come since');
    assert.deepEqual([changed[0]?.map(({ status }) => status), source.readGraphs], [['running'], 1]);
  });

  it('reads anew what was prepared when the engine was lost and found again meanwhile', async () => {
    session.prepare();
    await settle();
    source.runList[1] = { ...train, status: 'failed' };
    source.didReset.fire();
    assert.equal((await view.call('graph.ready', {})).nodes[1]?.status, 'failed');
    assert.deepEqual(heard, [{}]);
  });

  it('sends the whole anew, once, when trials were added', async () => {
    await view.call('graph.ready', {});
    source.push(makeRun(5, { parentId: folds.id, task: 'fold-2', status: 'queued' }));
    source.push(makeRun(6, { parentId: folds.id, task: 'fold-3', status: 'queued' }));
    await until(() => snapshots.length > 0, 'the whole');
    await settle();
    assert.deepEqual(
      snapshots.map(({ nodes }) => nodes.map(({ name }) => name)),
      [['run-1', 'train', 'folds', 'fold-1', 'fold-2', 'fold-3']],
    );
    source.push(makeRun(6, { parentId: folds.id, task: 'fold-3', status: 'running' }));
    await until(() => changed.length > 0, 'a change of a node that is new');
  });

  it('tells when the source does not answer, and when it does again', async () => {
    source.connection = { state: 'failed', sinceMs: 0, reason: 'gone' };
    assert.equal((await view.call('graph.ready', {})).connection, 'gone');
    source.didChangeConnection.fire({ state: 'failed', sinceMs: 0, reason: 'gone' });
    source.didReset.fire();
    await settle();
    assert.deepEqual(heard, [{ reason: 'gone' }, {}]);
  });

  it('has the details of a node, and tells when they are others, of one node at a time', async () => {
    await view.call('graph.ready', {});
    source.attempts.push(makeAttempt(1));
    source.metricNames.push(...Array.from({ length: 35 }, (_, index) => `m${10 + index}`));
    source.output_ = new TextEncoder().encode(Array.from({ length: 60 }, (_, index) => `line ${index}\n`).join(''));
    const details = await view.call('graph.details', { runId: train.id });
    assert.equal(details.detail?.run.id, train.id);
    assert.deepEqual([details.metrics.length, details.moreMetrics, details.facts], [30, 5, []]);
    assert.deepEqual([details.output?.split('\n').length, details.output?.split('\n').at(-1)], [40, 'line 59']);
    await view.call('graph.details', { runId: fold.id });
    source.push({ ...train, status: 'running' }, { ...fold, status: 'running' });
    for (const tell of source.followers) tell({ series: [], events: [], output: true });
    await until(() => heard.length > 0, 'other details');
    assert.deepEqual(heard, [{ detailsChanged: fold.id }]);
    await view.call('graph.noDetails', {});
    assert.equal(source.followers.size, 0);
  });

  it('has of a long output its end, from the beginning of a line on', async () => {
    source.attempts.push(makeAttempt(1));
    source.output_ = new TextEncoder().encode(
      `${'ä'.repeat(10_000)}\n${'b'.repeat(9000)}\nlast \u001b[31mred\u001b[0m\n`,
    );
    const { output } = await view.call('graph.details', { runId: train.id });
    assert.equal(output, `${'b'.repeat(9000)}\nlast red`);
    source.output_ = new Uint8Array(0);
    assert.equal((await view.call('graph.details', { runId: train.id })).output, '');
  });

  it('selects elsewhere what is chosen here, and here what is chosen elsewhere, and tells neither back', async () => {
    await view.call('graph.ready', {});
    await view.call('graph.select', { runId: train.id });
    session.showSelected(train.id);
    session.showSelected(fold.id);
    await view.call('graph.select', { runId: fold.id });
    session.showSelected(makeRun(9).id);
    await view.call('graph.select', { runId: train.id });
    await settle();
    assert.deepEqual([chosen, heard], [[train.id, train.id], [{ selected: fold.id }]]);
  });

  it('selects a node as soon as the view has it', async () => {
    session.showSelected(fold.id);
    await settle();
    assert.deepEqual(heard, []);
    await view.call('graph.ready', {});
    await until(() => heard.length > 0, 'the selection');
    assert.deepEqual(heard, [{ selected: fold.id }]);
  });

  it('does what a button says, and says there when it could not', async () => {
    await view.call('graph.act', { action: 'hold', runId: train.id });
    assert.deepEqual(acted, [['hold', train.id]]);
    await assert.rejects(view.call('graph.act', { action: 'cancel', runId: train.id }), {
      name: 'Failure',
      message: 'It has ended.',
    });
    await view.call('graph.save', { name: 'graph.svg', bytes: Uint8Array.of(60) });
    assert.deepEqual(saved, [['graph.svg', Uint8Array.of(60)]]);
  });

  it('keeps how the graph is looked at, for the next view of this run and no other', async () => {
    const look = { view: 'timeline', opened: ['folds'], closed: [], isCriticalShown: true, statuses: [] } as const;
    const subject = { kind: 'run', runId: top.id } as const;
    await view.call('graph.keep', {
      subject: { kind: 'run', runId: fold.id },
      look: { ...look, opened: ['folds'], closed: [], statuses: [] },
      keptAtMs: 5,
    });
    const states = new PanelStates(memento, graphPanelStates);
    assert.deepEqual(states.find({ subject }), { subject, look, keptAtMs: 5 });
    assert.equal(states.find({ subject: { kind: 'file', file: 'file:///a.run.json' } }), undefined);
  });

  it('answers a run that is gone with the failure', async () => {
    source.runList.length = 0;
    await assert.rejects(view.call('graph.ready', {}), { name: 'Failure', code: 'NotFound' });
  });
});
