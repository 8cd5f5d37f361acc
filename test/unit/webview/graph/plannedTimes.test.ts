import assert from 'node:assert/strict';
import type { RunId } from '../../../../src/model/ids';
import type { GraphEdge, GraphNode } from '../../../../src/model/runGraph';
import { GraphModel } from '../../../../webview/graph/graphModel';
import { plannedRow, plannedTimes } from '../../../../webview/graph/timeline/plannedTimes';
import { plannedText } from '../../../../webview/graph/timeline/rowTexts';

const minuteMs = 60_000;
const id = (name: string): RunId => name as RunId;
const edge = (from: string, to: string): GraphEdge => ({ from: id(from), to: id(to), on: 'completed' });

function planned(name: string, parent: string | undefined, minutes?: number, more: Partial<GraphNode> = {}): GraphNode {
  return {
    id: id(name),
    name,
    kind: 'single',
    status: 'created',
    attempts: 0,
    attemptsMax: 1,
    level: 0,
    isCritical: false,
    ...(parent === undefined ? {} : { parentId: id(parent) }),
    ...(minutes === undefined ? {} : { timeoutMs: minutes * minuteMs }),
    ...more,
  };
}

const model = (lastMinutes: number | undefined): GraphModel =>
  new GraphModel(
    [
      planned('top', undefined, undefined, { kind: 'graph' }),
      planned('last', 'top', lastMinutes, { level: 2 }),
      planned('folds', 'top', undefined, { kind: 'graph', level: 1 }),
      planned('two', 'folds', 20, { level: 1 }),
      planned('one', 'folds', 10, { attemptsMax: 3 }),
      planned('first', 'top', 5),
    ],
    [edge('first', 'folds'), edge('folds', 'last'), edge('one', 'two')],
  );

describe('the timeline of a plan', () => {
  const minutes = (graph: GraphModel): unknown =>
    Object.fromEntries(
      [...plannedTimes(graph).spans].map(([name, { fromMs, toMs, isUnlimited }]) => [
        name,
        [fromMs / minuteMs, toMs / minuteMs, ...(isUnlimited ? ['no limit'] : [])],
      ]),
    );

  it('places each after what it waits for, all of its attempts long, also inside of others', () => {
    assert.deepEqual(minutes(model(15)), {
      top: [0, 70],
      first: [0, 5],
      folds: [5, 55],
      one: [5, 35],
      two: [35, 55],
      last: [55, 70],
    });
  });

  it('is open where a program has no limit, and says so for all that it is inside of', () => {
    const graph = model(undefined);
    assert.deepEqual(minutes(graph), {
      top: [0, 75, 'no limit'],
      first: [0, 5],
      folds: [5, 55],
      one: [5, 35],
      two: [35, 55],
      // As wide as others usually are.
      last: [55, 75, 'no limit'],
    });
    const times = plannedTimes(graph);
    assert.equal(times.unlimited, 1);
    const last = graph.find(id('last'));
    assert.ok(last);
    assert.deepEqual(plannedRow(last, times), {
      bars: [{ kind: 'planned', fromMs: 55 * minuteMs, toMs: 75 * minuteMs, tone: 'active', isOpenEnded: true }],
    });
    assert.equal(plannedText(last, times.spans.get(last.id)), 'no limit');
    assert.equal(plannedText(graph.top, times.spans.get(graph.top.id)), '3 tasks · no limit');
  });

  it('says how a limit comes about that is more than one attempt', () => {
    const graph = model(15);
    const { spans } = plannedTimes(graph);
    const one = graph.find(id('one'));
    assert.ok(one);
    assert.equal(plannedText(one, spans.get(one.id)), 'at most 30 min · 3 attempts of 10 min');
  });

  it('has an order where no limit is known at all, and an end where there is nothing', () => {
    const bare = new GraphModel(
      [
        planned('top', undefined, undefined, { kind: 'graph' }),
        planned('a', 'top'),
        planned('b', 'top', undefined, { level: 1 }),
      ],
      [edge('a', 'b')],
    );
    const { spans } = plannedTimes(bare);
    assert.equal(spans.get(id('a'))?.toMs, spans.get(id('b'))?.fromMs);
    const empty = new GraphModel([planned('top', undefined, undefined, { kind: 'graph' })], []);
    assert.deepEqual(plannedTimes(empty).spans.get(id('top')), { fromMs: 0, toMs: 0, isUnlimited: false });
  });
});
