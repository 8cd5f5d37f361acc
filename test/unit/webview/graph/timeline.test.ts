import assert from 'node:assert/strict';
import type { RunId } from '../../../../src/model/ids';
import type { AttemptTimes, GraphEdge, GraphNode } from '../../../../src/model/runGraph';
import { GraphModel, type ModelNode } from '../../../../webview/graph/graphModel';
import { OpenNodes } from '../../../../webview/graph/openNodes';
import { NodeTimes } from '../../../../webview/graph/timeline/nodeTimes';
import { barText, lineOf, rowLabel, tooltipLines } from '../../../../webview/graph/timeline/rowTexts';
import { TimelineRows, type TimelineView } from '../../../../webview/graph/timeline/timelineRows';
import { heatStrip, timeRow } from '../../../../webview/graph/timeline/timeRows';

const id = (name: string): RunId => name as RunId;

/** In seconds. */
type Times = readonly [
  launched: number,
  started?: number | undefined,
  ended?: number | undefined,
  reason?: AttemptTimes['reason'],
];

const attempts = (...times: readonly Times[]): AttemptTimes[] =>
  times.map(([launched, started, ended, reason], index) => ({
    number: index + 1,
    createdAtMs: 1000 * launched,
    ...(started === undefined ? {} : { startedAtMs: 1000 * started }),
    ...(ended === undefined ? {} : { endedAtMs: 1000 * ended }),
    ...(reason === undefined ? {} : { reason }),
  }));

function node(name: string, parent: string | undefined, more: Partial<GraphNode> = {}): GraphNode {
  return {
    id: id(name),
    name,
    kind: parent === undefined ? 'graph' : 'single',
    status: 'queued',
    attempts: more.attemptTimes?.length ?? 0,
    attemptsMax: 1,
    createdAtMs: 0,
    level: 0,
    isCritical: false,
    ...(parent === undefined ? {} : { parentId: id(parent) }),
    ...more,
  };
}

const edge = (from: string, to: string): GraphEdge => ({ from: id(from), to: id(to), on: 'completed' });
const completed = (...times: Times): Partial<GraphNode> => ({ status: 'completed', attemptTimes: attempts(times) });

function find(model: GraphModel, name: string): ModelNode {
  const found = model.find(id(name));
  assert.ok(found);
  return found;
}

/** "attempt 2-7 good", in seconds. */
function barsOf(model: GraphModel, name: string, nowS: number): string[] {
  const { bars } = timeRow(find(model, name), new NodeTimes(model), 1000 * nowS);
  return bars.map(({ kind, fromMs, toMs, tone, text, isOpenEnded }) =>
    [kind, `${fromMs / 1000}-${toMs / 1000}`, tone, text, isOpenEnded ? 'open' : undefined].filter(Boolean).join(' '),
  );
}

describe('the bars of a timeline', () => {
  it('show when a run waited for room, was launched and was at work, and nothing of its waiting for others', () => {
    const model = new GraphModel(
      [
        node('top', undefined, { status: 'running' }),
        node('first', 'top', completed(1, 2, 10, 'completed')),
        node('second', 'top', completed(15, 16, 20, 'completed')),
        node('third', 'top', { status: 'running', attemptTimes: attempts([20, 21]) }),
        node('fourth', 'top'),
      ],
      [edge('first', 'second'), edge('second', 'third'), edge('third', 'fourth')],
    );
    assert.deepEqual(
      ['first', 'second', 'third', 'fourth'].map((name) => barsOf(model, name, 30)),
      [
        ['queued 0-1 waiting', 'pending 1-2 waiting', 'attempt 2-10 good'],
        ['queued 10-15 waiting', 'pending 15-16 waiting', 'attempt 16-20 good'],
        ['pending 20-21 waiting', 'attempt 21-30 active'],
        [],
      ],
    );
    assert.deepEqual(barsOf(model, 'top', 30), ['whole 2-30 active']);
  });

  it('wait for what the group waits for that a run is inside of', () => {
    const model = new GraphModel(
      [
        node('top', undefined, { status: 'running' }),
        node('first', 'top', { status: 'running', attemptTimes: attempts([0, 1]) }),
        node('folds', 'top', { kind: 'group' }),
        node('fold', 'folds'),
      ],
      [edge('first', 'folds')],
    );
    assert.deepEqual(barsOf(model, 'fold', 9), []);
    model.apply([
      {
        id: id('first'),
        name: 'first',
        kind: 'single',
        status: 'completed',
        attempts: 1,
        attemptsMax: 1,
        attempt: attempts([0, 1, 5, 'completed'])[0] as AttemptTimes,
      },
    ]);
    assert.deepEqual(barsOf(model, 'fold', 9), ['queued 5-9 waiting']);
  });

  it('are one for each attempt, with the gaps between, each in the tone of its end', () => {
    const model = new GraphModel(
      [
        node('top', undefined),
        node('retried', 'top', {
          status: 'failed',
          attemptTimes: attempts([0, 1, 2, 'lost'], [5, 5, 6, 'timed out'], [8, 8, 9, 'failed']),
        }),
        node('waits', 'top', { status: 'queued', attemptTimes: attempts([0, 0, 3, 'failed']) }),
        node('unstarted', 'top', { status: 'failed', attemptTimes: attempts([1, undefined, 3, 'not started']) }),
      ],
      [],
    );
    assert.deepEqual(barsOf(model, 'retried', 20), [
      'pending 0-1 waiting',
      'attempt 1-2 doubtful lost',
      'gap 2-5 quiet',
      'attempt 5-6 bad timed out',
      'gap 6-8 quiet',
      'attempt 8-9 bad',
    ]);
    assert.deepEqual(barsOf(model, 'waits', 20), ['attempt 0-3 bad failed', 'gap 3-20 quiet']);
    assert.deepEqual(barsOf(model, 'unstarted', 20), ['queued 0-1 waiting', 'pending 1-3 bad']);
  });

  it('of a run that was lost have no end, and of one that was skipped there are none', () => {
    const model = new GraphModel(
      [
        node('top', undefined),
        node('lost', 'top', { status: 'lost', attemptTimes: attempts([0, 1]) }),
        node('skipped', 'top', { status: 'skipped', evidence: 'lost was lost' }),
        node('late', 'top', { status: 'running', attemptTimes: attempts([0, 50]) }),
      ],
      [edge('lost', 'skipped')],
    );
    assert.deepEqual(barsOf(model, 'lost', 20), ['pending 0-1 waiting', 'attempt 1-1 doubtful open']);
    assert.deepEqual(timeRow(find(model, 'skipped'), new NodeTimes(model), 20_000), { bars: [], atMs: 0 });
    // The clocks of two machines: never backwards.
    assert.deepEqual(barsOf(model, 'late', 20), ['pending 0-50 waiting', 'attempt 50-50 active']);
  });

  it('of what is made of others reach from the first start to the last end, change by change', () => {
    const model = new GraphModel(
      [
        node('top', undefined, { status: 'running' }),
        node('one', 'top', completed(3, 4, 6, 'completed')),
        node('other', 'top', { status: 'running', attemptTimes: attempts([1, 2]) }),
      ],
      [],
    );
    const times = new NodeTimes(model);
    assert.deepEqual(times.spanOf(model.top), { startedAtMs: 2000 });
    const base = { kind: 'single', attempts: 1, attemptsMax: 1 } as const;
    const { changed } = model.apply([
      {
        ...base,
        id: id('other'),
        name: 'other',
        status: 'completed',
        attempt: attempts([1, 2, 9, 'completed'])[0] as AttemptTimes,
      },
      { ...base, id: id('top'), name: 'top', kind: 'graph', status: 'completed' },
    ]);
    times.update(changed);
    assert.deepEqual(times.spanOf(model.top), { startedAtMs: 2000, endedAtMs: 9000 });
  });

  it('have a strip of how the children stand, in shares of all', () => {
    const model = new GraphModel(
      [
        node('top', undefined),
        node('a', 'top', { status: 'running' }),
        node('b', 'top', { status: 'failed' }),
        node('c', 'top', { status: 'completed' }),
        node('d', 'top', { status: 'completed' }),
      ],
      [],
    );
    assert.deepEqual(heatStrip(model.top), [
      { status: 'completed', from: 0, to: 0.5 },
      { status: 'failed', from: 0.5, to: 0.75 },
      { status: 'running', from: 0.75, to: 1 },
    ]);
  });
});

describe('the words of a timeline', () => {
  const model = new GraphModel(
    [
      node('top', undefined, { status: 'running' }),
      node('retried', 'top', {
        status: 'completed',
        attemptsMax: 3,
        attemptTimes: attempts([0, 1, 2, 'failed'], [5, 5, 65, 'completed']),
      }),
      node('quick', 'top', completed(0, 1, 1.25, 'completed')),
      node('waits', 'top', { evidence: 'waits for room: 2 of 2 running' }),
      node('lost', 'top', { status: 'lost', evidence: 'its machine went away', attemptTimes: attempts([0, 1]) }),
      node('runs', 'top', { status: 'running', attemptTimes: attempts([0, 30]) }),
      node('skipped', 'top', { status: 'skipped', evidence: 'lost was lost' }),
    ],
    [],
  );
  const times = new NodeTimes(model);
  const text = (name: string): string => barText(find(model, name), times, 100_000);

  it('beside a bar say how long it took, and what else is not seen', () => {
    assert.deepEqual(['top', 'retried', 'quick', 'waits', 'lost', 'runs', 'skipped'].map(text), [
      '2 of 6 completed, 1 lost, 1 skipped, 1 running · 1 min 39 s',
      '1 min 1 s · attempt 2 of 3',
      '250 ms',
      'waits for room: 2 of 2 running',
      'lost · its machine went away',
      '1 min 10 s',
      'skipped · lost was lost',
    ]);
  });

  it('tell who cannot see it name, status, how long, start and end, and are not others each second', () => {
    assert.match(
      rowLabel(find(model, 'retried'), times, 100_000),
      /^retried, completed, took 1 min 1 s, attempt 2 of 3, started \d{4}-\d\d-\d\d \d\d:\d\d:\d\d, ended \d{4}-/,
    );
    assert.match(rowLabel(find(model, 'runs'), times, 100_000), /^runs, running, for 1 min, started [^,]+$/);
    assert.equal(rowLabel(find(model, 'runs'), times, 100_000), rowLabel(find(model, 'runs'), times, 101_000));
    assert.equal(
      rowLabel(find(model, 'waits'), times, 100_000),
      'waits, queued, waits for room: 2 of 2 running, not started',
    );
  });

  it('name every attempt in the tooltip with its times, and of hundreds the newest', () => {
    const lines = tooltipLines(find(model, 'retried'), times, 100_000);
    assert.equal(lines[0], 'retried');
    assert.equal(lines[1], 'completed');
    assert.match(lines[2] ?? '', /^Attempt 1: \S+ \S+ – \S+, 1 s, failed, after 1 s pending$/);
    assert.match(lines[3] ?? '', /^Attempt 2: \S+ \S+ – \S+, 1 min, completed$/);
    const often = new GraphModel(
      [
        node('top', undefined),
        node('often', 'top', {
          attemptTimes: attempts(...Array.from({ length: 300 }, (_, i): Times => [i, i, i + 1])),
        }),
      ],
      [],
    );
    const many = tooltipLines(find(often, 'often'), new NodeTimes(often), 400_000);
    assert.ok(many.includes('294 earlier attempts'));
    assert.equal(many.filter((line) => line.startsWith('Attempt ')).length, 6);
  });

  it('are plain text in one line, whatever a name holds', () => {
    assert.equal(lineOf('a\nb \u001b[31mred\u0007 <b>'), 'a b red␇ <b>');
  });
});

describe('the rows of a timeline', () => {
  const model = new GraphModel(
    [
      node('top', undefined, { status: 'completed' }),
      node('first', 'top', completed(0, 0, 10, 'completed')),
      node('slow', 'top', completed(10, 10, 30, 'completed')),
      node('quick', 'top', { status: 'failed', attemptTimes: attempts([10, 10, 12, 'failed']) }),
      node('folds', 'top', { kind: 'group', status: 'completed' }),
      node('fold', 'folds', completed(30, 30, 40, 'completed')),
    ],
    [edge('first', 'slow'), edge('first', 'quick'), edge('slow', 'folds')],
  );
  const view = (more: Partial<TimelineView> = {}): TimelineView => ({
    model,
    open: new OpenNodes({ opened: [], closed: ['folds'] }),
    selected: undefined,
    isCriticalShown: false,
    statuses: [],
    hits: new Set(),
    nowMs: () => 50_000,
    isPlan: false,
    ...more,
  });

  it('lead from each to the next on the critical path, and others are pale', () => {
    const rows = new TimelineRows(view({ isCriticalShown: true }));
    const critical = rows.critical(50_000);
    assert.deepEqual(critical.links, [
      { fromRow: 1, fromMs: 10_000, toRow: 2, toMs: 10_000 },
      { fromRow: 2, fromMs: 30_000, toRow: 4, toMs: 30_000 },
    ]);
    assert.deepEqual(
      rows.all.filter((row) => rows.isPale(row.node, critical)).map((row) => row.node.data.name),
      ['quick'],
    );
  });

  it('are pale that have none of the statuses asked for, unless something in them has', () => {
    const rows = new TimelineRows(view({ statuses: ['failed'] }));
    const pale = rows.all.filter((row) => rows.isPale(row.node, rows.critical(0))).map((row) => row.node.data.name);
    assert.deepEqual(pale, ['first', 'slow', 'folds']);
  });

  it('stand for what is closed inside of them, and time begins with the first start', () => {
    const rows = new TimelineRows(view());
    assert.equal(rows.indexOf(find(model, 'fold')), 4);
    assert.equal(rows.indexOf(undefined), -1);
    assert.deepEqual(rows.extent(50_000), { fromMs: 0, toMs: 40_000, launchedAtMs: 0 });
    assert.equal(rows.originMs(50_000), 0);
    assert.equal(rows.isLive, false);
  });
});
