import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { GraphChange } from '../../../../src/model/graphChange';
import type { RunId } from '../../../../src/model/ids';
import { nowMs, shapes } from '../../../bench/graph/shapes';
import { GraphModel, type ModelNode, spentMs } from '../../../../webview/graph/graphModel';
import { nodeActions } from '../../../../webview/graph/nodeActions';
import { nodeSentence, nodeWords } from '../../../../webview/graph/nodeWords';
import { OpenNodes, visibleRows } from '../../../../webview/graph/openNodes';
import { NodeSearch } from '../../../../webview/graph/search';

function pipeline(): GraphModel {
  const shape = shapes['pipeline']?.();
  assert.ok(shape);
  return new GraphModel(shape.nodes, shape.edges);
}

function at(model: GraphModel, path: string): ModelNode {
  const node = model.findPath(path);
  assert.ok(node, path);
  return node;
}

const changeOf = ({ data }: ModelNode, changes: Partial<GraphChange>): GraphChange => ({
  id: data.id,
  name: data.name,
  kind: data.kind,
  status: data.status,
  attempts: data.attempts,
  attemptsMax: data.attemptsMax,
  ...changes,
});

describe('the graph that a panel keeps', () => {
  it('counts the states of what a node is made of, as they change', () => {
    const model = pipeline();
    const folds = at(model, 'folds');
    assert.deepEqual(folds.counts, { completed: 1, running: 1, queued: 2 });
    const { changed, isMissing } = model.apply([changeOf(at(model, 'folds/fold-2'), { status: 'completed' })]);
    assert.deepEqual([changed.map(({ path }) => path), isMissing], [['folds/fold-2'], false]);
    assert.deepEqual(folds.counts, { completed: 2, running: 0, queued: 2 });
    assert.equal(nodeWords(folds, nowMs, false).note, '2 of 4 completed');
  });

  it('adds up what attempts took, and goes on with the one under way', () => {
    const model = pipeline();
    const node = at(model, 'download weights');
    assert.equal(spentMs(node, nowMs), 63_000);
    model.apply([
      changeOf(node, {
        status: 'running',
        attempts: 3,
        attempt: { number: 3, createdAtMs: nowMs - 11_000, startedAtMs: nowMs - 10_000 },
      }),
    ]);
    assert.equal(spentMs(node, nowMs), 73_000);
    assert.equal(node.data.attemptTimes?.length, 3);
    assert.match(nodeSentence(node, nowMs, false), /^download weights, running, 1 min 13 s, attempt 3 of 3/);
  });

  it('forgets why a run waited when it runs, and what was held when it was released', () => {
    const model = pipeline();
    const node = at(model, 'clean up');
    assert.match(nodeWords(node, nowMs, false).state, /^held/);
    model.apply([changeOf(node, {})]);
    assert.match(nodeWords(node, nowMs, false).state, /^queued/);
    const waiting = at(model, 'folds/fold-3');
    model.apply([changeOf(waiting, { status: 'running' })]);
    assert.equal(nodeWords(waiting, nowMs, false).note, '');
  });

  it('says when it was told of a node that it does not know', () => {
    const model = pipeline();
    const { isMissing } = model.apply([changeOf(model.top, { id: 'zzzzzzzzzzzzzzzz' as RunId })]);
    assert.equal(isMissing, true);
  });

  it('shows small groups open and large sweeps closed, and keeps what the user has opened or closed', () => {
    const model = pipeline();
    const open = new OpenNodes({ opened: [], closed: [] });
    assert.deepEqual([open.isOpen(at(model, 'folds')), open.isOpen(at(model, 'search'))], [true, false]);
    open.set(at(model, 'folds'), false);
    open.set(at(model, 'search'), true);
    assert.deepEqual(open.look, { opened: ['search'], closed: ['folds'] });
    const again = new OpenNodes(open.look);
    assert.equal(visibleRows(model.top, again).length, 1 + 10 + 60);
    again.set(at(model, 'folds'), true);
    assert.deepEqual(again.look, { opened: ['search'], closed: [] });
  });

  it('finds nodes by a part of their names, or of their paths, and opens what hides them', () => {
    const model = pipeline();
    const search = new NodeSearch();
    search.find('FOLD', model);
    assert.equal(search.words, '5 found');
    assert.deepEqual([search.step(1)?.path, search.step(-1)?.path], ['folds', 'folds/fold-4']);
    assert.equal(search.words, '5 of 5');
    search.find('search/lr=0.001', model);
    const hit = search.step(1);
    assert.equal(hit?.path, 'search/lr=0.001');
    const open = new OpenNodes({ opened: [], closed: [] });
    assert.ok(hit && open.reveal(hit));
    assert.ok(open.isOpen(at(model, 'search')));
    search.find('nowhere', model);
    assert.deepEqual([search.words, search.step(1)], ['nothing found', undefined]);
  });

  it('offers what can be done with a node as it is now', () => {
    const model = pipeline();
    const offered = (path: string): readonly string[] =>
      nodeActions(at(model, path), false).map(({ action }) => action);
    assert.deepEqual(offered('lint'), ['open', 'showLog', 'openRunFile', 'retry', 'resume', 'retryOnward']);
    assert.deepEqual(offered('folds/fold-2'), ['open', 'showLog', 'openRunFile', 'cancel']);
    assert.deepEqual(offered('train'), ['open', 'openRunFile', 'cancel', 'next', 'hold']);
    assert.deepEqual(offered('clean up'), ['open', 'openRunFile', 'cancel', 'next', 'release']);
    assert.deepEqual(offered('search'), ['open', 'openGraph', 'openRunFile', 'cancel', 'stopSweep', 'next', 'hold']);
    assert.deepEqual(
      nodeActions(at(model, 'train'), true).map(({ action }) => action),
      ['openRunFile'],
    );
  });
});
