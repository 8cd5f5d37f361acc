import assert from 'node:assert/strict';
import type { RunId } from '../../../src/model/ids';
import { type GraphEdge, type StoredNode, toRunGraph } from '../../../src/model/runGraph';

const id = (name: string): RunId => name as RunId;

/** A node by its name; `span` is its start and end in seconds. */
function node(name: string, parent: string | undefined, span?: readonly [number, number?], more = {}): StoredNode {
  const [start, end] = span ?? [];
  return {
    id: id(name),
    name,
    kind: 'single',
    status: end !== undefined ? 'completed' : start !== undefined ? 'running' : 'queued',
    attempts: start === undefined ? 0 : 1,
    attemptsMax: 1,
    ...(parent === undefined ? {} : { parentId: id(parent) }),
    ...(start === undefined ? {} : { startedAtMs: start * 1000 }),
    ...(end === undefined ? {} : { endedAtMs: end * 1000 }),
    ...more,
  };
}

const edge = (from: string, to: string): GraphEdge => ({ from: id(from), to: id(to), on: 'completed' });
const made = { kind: 'graph', attempts: 0 } as const;

describe('a graph as data', () => {
  const diamond = [
    node('top', undefined, undefined, { ...made, status: 'completed' }),
    node('last', 'top', [9, 10]),
    node('slow', 'top', [1, 9]),
    node('quick', 'top', [1, 2]),
    node('first', 'top', [0, 1]),
  ];
  const edges = [edge('first', 'slow'), edge('first', 'quick'), edge('slow', 'last'), edge('quick', 'last')];

  it('has the level of each task: one more than the deepest that it waits for, whatever the order of the file', () => {
    const { nodes } = toRunGraph(diamond, edges, 0);
    assert.deepEqual(
      nodes.map(({ name, level }) => [name, level]),
      [
        ['top', 0],
        ['last', 2],
        ['slow', 1],
        ['quick', 1],
        ['first', 0],
      ],
    );
  });

  it('has the way through it that takes longest, and how long that is', () => {
    const graph = toRunGraph(diamond, edges, 0);
    assert.deepEqual([graph.criticalPath, graph.criticalMs], [['first', 'slow', 'last'], 10_000]);
    assert.deepEqual(
      graph.nodes.filter(({ isCritical }) => !isCritical).map(({ name }) => name),
      ['quick'],
    );
  });

  it('takes the times of a run made of runs from those, and measures what goes on against now', () => {
    const stored = [
      node('top', undefined, undefined, { ...made, status: 'running' }),
      node('done', 'top', undefined, { ...made, status: 'completed' }),
      node('a', 'done', [2, 4]),
      node('b', 'done', [1, 3]),
      node('busy', 'top', undefined, { ...made, status: 'running' }),
      node('c', 'busy', [5, 6]),
      node('d', 'busy', [5]),
      node('later', 'top'),
    ];
    const graph = toRunGraph(stored, [edge('done', 'busy'), edge('busy', 'later')], 8000);
    assert.deepEqual(
      graph.nodes.map(({ name, durationMs, endedAtMs }) => [name, durationMs, endedAtMs]),
      [
        ['top', 7000, undefined],
        ['done', 3000, 4000],
        ['a', 2000, 4000],
        ['b', 2000, 3000],
        ['busy', 3000, undefined],
        ['c', 1000, 6000],
        ['d', 3000, undefined],
        ['later', undefined, undefined],
      ],
    );
    assert.deepEqual([graph.criticalPath, graph.criticalMs], [['done', 'busy'], 6000]);
    assert.ok(graph.nodes.find(({ name }) => name === 'd')?.isCritical, 'inside a critical task, its longest part');
    assert.ok(!graph.nodes.find(({ name }) => name === 'c')?.isCritical);
  });

  it('counts only what attempts took, where a task was tried again', () => {
    const again = node('again', 'top', [1, 9], { attempts: 2, workedMs: 3000 });
    const busy = node('busy', 'top', [1], { attempts: 2, workedMs: 1000, workingSinceMs: 8000 });
    const pausing = node('pausing', 'top', [1], { attempts: 1, status: 'queued', workedMs: 500 });
    const stored = [node('top', undefined, undefined, { ...made, status: 'running' }), again, busy, pausing];
    const { nodes } = toRunGraph(stored, [], 10_000);
    assert.deepEqual(
      nodes.map(({ name, durationMs }) => [name, durationMs]),
      [
        ['top', 9000],
        ['again', 3000],
        ['busy', 3000],
        ['pausing', 500],
      ],
    );
    assert.ok(!nodes.some((each) => 'workedMs' in each || 'workingSinceMs' in each));
  });

  it('is empty handed where nothing has started, and not upset by a chain of ten thousand', () => {
    assert.deepEqual(toRunGraph([node('one', undefined)], [], 5).criticalPath, []);
    const names = Array.from({ length: 10_000 }, (_, index) => `t${index}`);
    const stored = [
      node('top', undefined, undefined, { ...made, status: 'completed' }),
      ...names.map((name, index) => node(name, 'top', [index, index + 1])),
    ];
    const chain = names.slice(1).map((name, index) => edge(names[index] ?? '', name));
    const graph = toRunGraph(stored, chain, 0);
    assert.deepEqual([graph.criticalPath.length, graph.criticalMs], [10_000, 10_000_000]);
    assert.equal(graph.nodes.at(-1)?.level, 9999);
  });
});
