import assert from 'node:assert/strict';
import path from 'node:path';
import { emptyPlan } from '../../../../src/core/runFiles/emptyPlan';
import { planGraph, type PlannedGraph } from '../../../../src/core/runFiles/planGraph';
import { PlanIds } from '../../../../src/core/runFiles/planIds';
import { mostAtOnce } from '../../../../src/core/runFiles/mostAtOnce';
import { readRunFile } from '../../../../src/core/runFiles/readRunFile';
import { isFailure } from '../../../support/isFailure';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporaryFolder';

const minute = 60_000;

describe('a run file as a graph before it is submitted', () => {
  let folder: TemporaryFolder;
  let ids: PlanIds;
  beforeEach(() => {
    folder = temporaryFolder();
    ids = new PlanIds('a plan');
  });
  afterEach(() => folder.remove());

  const plan = async (content: object, atOnce?: number): Promise<PlannedGraph> => {
    const file = folder.join('dag.run.json');
    const text = JSON.stringify(content, undefined, 2);
    const capacity = async () =>
      Promise.resolve(atOnce === undefined ? undefined : { atOnce, cpus: 8, memoryBytes: 8e9, gpus: 0 });
    const environment = { PATH: path.dirname(process.execPath) };
    return planGraph({ file: await readRunFile(text, file), text, path: file, environment, capacity }, ids);
  };
  const command = ['node'];

  it('has what would run, in which order, and what each may take', async () => {
    const { name, experiment, nodes, edges } = await plan({
      experiment: 'e',
      timeout: '5 min',
      tasks: {
        prepare: { command },
        folds: {
          dependsOn: 'prepare',
          sweep: { over: { 'parameters.fold': [1, 2] } },
          parameters: { fold: 0 },
          command,
        },
        both: { group: [{ command }, { name: 'late', command, retries: 2, timeout: '1 min' }] },
        cleanup: { command, dependsOn: [{ task: 'folds', on: 'finished' }] },
      },
    });
    assert.deepEqual([name, experiment], ['dag.run.json', 'e']);
    const names = new Map(nodes.map((node) => [node.id, node.name]));
    assert.deepEqual(
      nodes.map((node) => [
        node.name,
        names.get(node.parentId ?? node.id),
        node.kind,
        node.level,
        node.timeoutMs,
        node.attemptsMax,
      ]),
      [
        ['dag.run.json', 'dag.run.json', 'graph', 0, undefined, 1],
        ['prepare', 'dag.run.json', 'single', 0, 5 * minute, 1],
        ['folds', 'dag.run.json', 'sweep', 1, undefined, 1],
        ['fold=1', 'folds', 'single', 0, 5 * minute, 1],
        ['fold=2', 'folds', 'single', 0, 5 * minute, 1],
        ['both', 'dag.run.json', 'group', 0, undefined, 1],
        ['member-1', 'both', 'single', 0, 5 * minute, 1],
        ['late', 'both', 'single', 0, minute, 3],
        ['cleanup', 'dag.run.json', 'single', 2, 5 * minute, 1],
      ],
    );
    assert.ok(nodes.every(({ status, attempts, isCritical }) => status === 'created' && attempts === 0 && !isCritical));
    assert.deepEqual(
      edges.map(({ from, to, on }) => [names.get(from), names.get(to), on]),
      [
        ['prepare', 'folds', 'completed'],
        ['folds', 'cleanup', 'finished'],
      ],
    );
  });

  it('keeps the ids of nodes by their paths while the file is edited', async () => {
    const before = await plan({ tasks: { a: { command }, b: { command, dependsOn: 'a' } } });
    const after = await plan({ tasks: { b: { command }, c: { command }, a: { group: [{ command }] } } });
    const idOf = ({ nodes }: PlannedGraph, task: string): string | undefined =>
      nodes.find(({ name }) => name === task)?.id;
    for (const task of ['dag.run.json', 'a', 'b']) assert.equal(idOf(before, task), idOf(after, task), task);
    assert.equal(new Set(after.nodes.map(({ id }) => id)).size, after.nodes.length);
    assert.equal(emptyPlan(folder.join('dag.run.json'), ids).nodes[0]?.id, idOf(after, 'dag.run.json'));
    // Whoever begins anew, with the same seed, makes the same; another seed makes others.
    const idOfA = (seed: string): string => new PlanIds(seed).of(['a']);
    assert.deepEqual([idOfA('a plan'), idOfA('another') === idOfA('a plan')], [idOf(before, 'a'), false]);
  });

  it('is one node for a single program, and for a file that could never be read', async () => {
    const { nodes, plan: summary } = await plan({ name: 'one', command, timeout: '2 min' }, 4);
    assert.deepEqual(
      nodes.map(({ name, kind }) => [name, kind]),
      [['one', 'single']],
    );
    assert.deepEqual(summary, { programs: 1, mostAtOnce: 1, mostHere: 1, longestMs: 2 * minute, unlimited: 0 });
    const empty = emptyPlan('/x/dag.run.json', ids);
    assert.deepEqual([empty.name, empty.experiment, empty.nodes.length], ['dag.run.json', 'dag', 1]);
  });

  it('says how many at once, here too, and until when at the latest: limits, retries and the pauses between them', async () => {
    const timeout = '1 min';
    const chain = await plan({ sequential: true, timeout, tasks: { a: { command }, b: { command }, c: { command } } });
    assert.deepEqual(chain.plan, { programs: 3, mostAtOnce: 1, longestMs: 3 * minute, unlimited: 0 });
    const wide = await plan({ timeout, group: [{ command }, { command, timeout: '3 min' }, { command }] }, 2);
    assert.deepEqual(wide.plan, { programs: 3, mostAtOnce: 3, mostHere: 2, longestMs: 3 * minute, unlimited: 0 });
    const retried = await plan({ timeout, retries: 2, retryDelay: '10 s', command });
    assert.equal(retried.plan.longestMs, 3 * minute + 10_000 + 20_000);
    const endless = await plan({ tasks: { a: { command, timeout }, b: { command }, c: { command } } });
    assert.deepEqual([endless.plan.longestMs, endless.plan.unlimited], [undefined, 2]);
  });

  it('respects how many programs of a sweep execute at once', async () => {
    const over = { 'parameters.seed': [1, 2, 3, 4, 5] };
    const trial = { timeout: '1 min', parameters: { seed: 0 }, command };
    const sweep = await plan({ ...trial, sweep: { over, atOnce: 2 } });
    assert.deepEqual(sweep.plan, { programs: 5, mostAtOnce: 2, longestMs: 3 * minute, unlimited: 0 });
    assert.deepEqual((await plan({ ...trial, sweep: { over } })).plan, {
      programs: 5,
      mostAtOnce: 5,
      longestMs: minute,
      unlimited: 0,
    });
    const inside = await plan({
      tasks: { s: { ...trial, sweep: { over, atOnce: 2 } }, t: { command, timeout: '9 min' } },
    });
    assert.deepEqual([inside.plan.mostAtOnce, inside.plan.longestMs], [3, 9 * minute]);
  });

  it('says of a node what a dry run says of it, and where it stands in the file', async () => {
    const graph = await plan({
      tasks: {
        first: { command, tags: ['a'], parameters: { lr: 1 } },
        search: {
          dependsOn: 'first',
          sweep: { over: { 'parameters.lr': [1, 2] }, trials: [{ 'parameters.lr': 5 }], atOnce: 1 },
          parameters: { lr: 0 },
          command,
        },
      },
    });
    const [, first, search, , , listed] = graph.nodes;
    assert.ok(first && search && listed);
    assert.deepEqual(
      graph.facts(first.id).map(([name]) => name),
      ['Command', 'Folder', 'Tags'],
    );
    assert.deepEqual(graph.facts(search.id), [
      ['Trials', '3'],
      ['At once', '1'],
      ['Waits for', 'first'],
    ]);
    assert.equal(graph.parametersJson(listed.id), '{"lr":5}');
    const lines = JSON.stringify(
      { tasks: { first: { command, tags: ['a'], parameters: { lr: 1 } } } },
      undefined,
      2,
    ).split('\n');
    assert.equal(graph.placeOf(first.id).line, lines.findIndex((line) => line.includes('"first"')) + 1);
    assert.ok(graph.placeOf(listed.id).line > graph.placeOf(search.id).line);
  });

  it('throws what a submission would throw, with its place', async () => {
    const file = { tasks: { a: { command: ['no-such-program'] } } };
    await assert.rejects(plan(file), isFailure('InvalidInput', /^tasks\.a\.command\[0\]: .*no-such-program/));
  });
});

describe('the most of a graph at once', () => {
  const weighed = (...names: string[]) => names.map((id) => ({ id, weight: 1 }));
  const edges = (...pairs: string[]) => pairs.map((pair) => ({ from: pair[0] ?? '', to: pair[1] ?? '' }));

  it('are tasks of which none waits for another, by whatever way', () => {
    assert.equal(mostAtOnce(weighed('a', 'b', 'c'), edges('ab', 'bc')), 1);
    assert.equal(mostAtOnce(weighed('a', 'b', 'c', 'd'), edges('ab', 'ac', 'bd', 'cd')), 2);
    // By levels it would be two: c, which is on the first, may still go on when d and e begin.
    assert.equal(mostAtOnce(weighed('a', 'b', 'c', 'd', 'e'), edges('ab', 'bd', 'be')), 3);
    assert.equal(mostAtOnce([{ id: 'a', weight: 5 }, ...weighed('b', 'c')], edges('ab', 'ac')), 5);
    assert.equal(mostAtOnce([{ id: 'a', weight: 5 }, ...weighed('b', 'c')], edges('ab')), 6);
  });

  it('is that which trying all sets finds, in graphs at random', () => {
    let seed = 7;
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (let round = 0; round < 60; round++) {
      const tasks = Array.from({ length: 8 }, (_, id) => ({ id, weight: 1 + Math.floor(random() * 3) }));
      const all = tasks.flatMap(({ id: from }) => tasks.map(({ id: to }) => ({ from, to })));
      const some = all.filter(({ from, to }) => from < to && random() < 0.25);
      assert.equal(mostAtOnce(tasks, some), byTrying(tasks, some), JSON.stringify({ tasks, some }));
    }
  });
});

function byTrying(
  tasks: readonly { readonly id: number; readonly weight: number }[],
  edges: readonly { readonly from: number; readonly to: number }[],
): number {
  const after = tasks.map(() => 0);
  for (const { id } of tasks.toReversed()) {
    for (const { from, to } of edges) if (from === id) after[id] = (after[id] ?? 0) | (1 << to) | (after[to] ?? 0);
  }
  let most = 0;
  for (let set = 0; set < 1 << tasks.length; set++) {
    const chosen = tasks.filter(({ id }) => set & (1 << id));
    if (chosen.some(({ id }) => (after[id] ?? 0) & set)) continue;
    most = Math.max(
      most,
      chosen.reduce((sum, { weight }) => sum + weight, 0),
    );
  }
  return most;
}
