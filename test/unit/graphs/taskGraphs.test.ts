import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { describeChildren } from '../../../src/model/describeChildren';
import { describeRow, describeStatus } from '../../../src/model/describeRun';
import type { Run } from '../../../src/model/run';
import { GraphRuns, overlapMs } from './graphRuns';

const sh = (script: string, more: object = {}): object => ({ script, ...more });

describe('a graph of tasks', () => {
  const graphs = new GraphRuns();
  before(async () => graphs.start());
  after(async () => graphs.stop());

  const endsBefore = (first: Run, second: Run): boolean =>
    (first.attempt?.endedAtMs ?? NaN) <= (second.attempt?.startedAtMs ?? NaN);

  it('starts each task when those that it depends on have completed, and is completed when all of them are', async () => {
    const run = await graphs.submit({
      name: 'diamond',
      tasks: {
        last: sh('true', { dependsOn: ['left', 'right'] }),
        left: sh('sleep 0.1', { dependsOn: 'first' }),
        right: sh('sleep 0.1', { dependsOn: [{ task: 'first' }] }),
        first: sh('true'),
      },
    });
    assert.deepEqual([run.kind, run.status, run.children], ['graph', 'queued', { queued: 4 }]);
    const ended = await graphs.settled(run);
    assert.deepEqual([ended.status, ended.children], ['completed', { completed: 4 }]);
    const [last, left, right, first] = await graphs.children(run.id);
    assert.ok(last && left && right && first);
    assert.deepEqual([last.name, last.experiment, last.parentId], ['last', 'graph', run.id]);
    assert.ok(endsBefore(first, left) && endsBefore(first, right) && endsBefore(left, last) && endsBefore(right, last));
  });

  it('skips what depends on a failed task, names the one that failed first, and goes on with the rest', async () => {
    const run = await graphs.submit({
      tasks: {
        bad: sh('exit 3'),
        after: sh('true', { dependsOn: ['bad'] }),
        later: { dependsOn: ['after'], group: [sh('true')] },
        other: sh('sleep 0.2'),
      },
    });
    const ended = await graphs.settled(run);
    assert.deepEqual([ended.status, ended.evidence], ['failed', 'bad failed first: exit code 3']);
    assert.deepEqual(await graphs.statuses(run.id), {
      bad: 'failed',
      after: 'skipped',
      later: 'skipped',
      other: 'completed',
    });
    const after = await graphs.child(run.id, 'after');
    assert.equal(after.evidence, 'needs bad completed, which was failed');
    assert.equal((await graphs.child(run.id, 'later', 'member-1')).status, 'skipped');
  });

  it('runs what waits for a failure, or for any end, and is not failed by a failure that was handled', async () => {
    const run = await graphs.submit({
      tasks: {
        bad: sh('exit 1'),
        rescue: sh('true', { dependsOn: [{ task: 'bad', on: 'failed' }] }),
        report: sh('true', {
          dependsOn: [
            { task: 'bad', on: 'finished' },
            { task: 'good', on: 'finished' },
          ],
        }),
        good: sh('true'),
        never: sh('true', { dependsOn: [{ task: 'good', on: 'failed' }] }),
      },
    });
    assert.equal((await graphs.settled(run)).status, 'completed');
    assert.deepEqual(await graphs.statuses(run.id), {
      bad: 'failed',
      rescue: 'completed',
      report: 'completed',
      good: 'completed',
      never: 'skipped',
    });
  });

  it('runs the members of a group in parallel, as one for what depends on it', async () => {
    await graphs.client.peer.call('engine.configure', { atOnce: 3 });
    const run = await graphs.submit({
      tasks: {
        both: { group: [sh('sleep 0.5'), sh('sleep 0.5', { name: 'second' })] },
        after: sh('true', { dependsOn: ['both'] }),
      },
    });
    assert.equal((await graphs.settled(run)).status, 'completed');
    const both = await graphs.child(run.id, 'both');
    const [one, two] = await graphs.children(both.id);
    const after = await graphs.child(run.id, 'after');
    assert.ok(one && two);
    assert.deepEqual([both.kind, one.name, two.name], ['group', 'member-1', 'second']);
    assert.ok(overlapMs(one, two) > 0, 'they executed at the same time');
    assert.ok(endsBefore(one, after) && endsBefore(two, after));
  });

  it('runs tasks one after another, in the order of the file, when it is sequential', async () => {
    const run = await graphs.submit({
      sequential: true,
      tasks: { c: sh('sleep 0.05'), a: sh('sleep 0.05'), b: sh('exit 1'), d: sh('true') },
    });
    assert.equal((await graphs.settled(run)).status, 'failed');
    const [c, a, b, d] = await graphs.children(run.id);
    assert.ok(c && a && b && d);
    assert.ok(endsBefore(c, a) && endsBefore(a, b));
    assert.equal(d.status, 'skipped');
  });

  it('nests, and its tasks inherit cwd, env, parameters, timeout and retries, key by key, and nothing else', async () => {
    const run = await graphs.submit({
      tags: ['outer'],
      env: { A: 'outer', B: 'outer' },
      parameters: { lr: 1, model: { width: 2, depth: 3 } },
      timeout: 60,
      tasks: {
        inner: {
          env: { B: 'inner' },
          tasks: {
            leaf: {
              command: ['sh', '-c', 'echo "$A $B $C $1"; cat "$SIDELAB_PARAMETERS"', 'sh', '${parameters.model.width}'],
              env: { C: 'leaf' },
              parameters: { model: { depth: 4 } },
            },
          },
        },
      },
    });
    assert.equal((await graphs.settled(run)).status, 'completed');
    const leaf = await graphs.child(run.id, 'inner', 'leaf');
    assert.deepEqual([leaf.tags, leaf.timeoutMs], [[], 60_000]);
    assert.equal(await graphs.output(leaf.id), 'outer inner leaf 2\n{"lr":1,"model":{"width":2,"depth":4}}');
  });

  it('hands the outputs of one task to another, which then waits for it without being told', async () => {
    const run = await graphs.submit({
      tasks: {
        use: {
          command: ['cat', '${tasks.make.outputs}/data'],
          parameters: { from: '${tasks.make.outputs}', literal: '${HOME}' },
          env: { WHERE: '${tasks.make.outputs}' },
        },
        make: sh('sleep 0.1; echo made > "$SIDELAB_OUTPUTS/data"'),
        nested: { tasks: { deep: { command: ['cat', '${tasks.make.outputs}/data'] } } },
      },
    });
    assert.equal((await graphs.settled(run)).status, 'completed');
    assert.equal(await graphs.output((await graphs.child(run.id, 'use')).id), 'made\n');
    assert.equal(await graphs.output((await graphs.child(run.id, 'nested', 'deep')).id), 'made\n');
  });

  it('is cancelled with all that waits and all that runs, and a task by itself with what needs it', async () => {
    await graphs.client.peer.call('engine.configure', { atOnce: 2 });
    const file = {
      tasks: {
        long: sh('sleep 60'),
        more: sh('sleep 60'),
        waits: sh('true', { dependsOn: ['long'] }),
        report: sh('true', { dependsOn: [{ task: 'long', on: 'finished' }] }),
        queued: sh('true'),
      },
    };
    const whole = await graphs.submit(file);
    await graphs.reached((await graphs.child(whole.id, 'more')).id, 'running');
    const asked = await graphs.client.peer.call('runs.cancel', { runId: whole.id });
    assert.equal(asked.status, 'cancel-pending');
    assert.equal((await graphs.settled(whole)).status, 'cancelled');
    assert.deepEqual(new Set(Object.values(await graphs.statuses(whole.id))), new Set(['cancelled']));

    const other = await graphs.submit(file);
    const long = await graphs.child(other.id, 'long');
    const more = await graphs.child(other.id, 'more');
    await graphs.reached(more.id, 'running');
    for (const runId of [long.id, more.id]) await graphs.client.peer.call('runs.cancel', { runId });
    assert.equal((await graphs.settled(other)).status, 'cancelled');
    assert.deepEqual(await graphs.statuses(other.id), {
      long: 'cancelled',
      more: 'cancelled',
      waits: 'skipped',
      report: 'completed',
      queued: 'completed',
    });
  });

  it('is tried again from what failed, a task by itself, or from a task on with all that comes after it', async () => {
    const flag = graphs.harness.folder.join('flag');
    const run = await graphs.submit({
      tasks: {
        first: sh('true'),
        bad: sh(`test -e ${flag}`, { dependsOn: ['first'] }),
        after: sh('true', { dependsOn: ['bad'] }),
        other: sh('true'),
      },
    });
    assert.equal((await graphs.settled(run)).status, 'failed');
    const attempts = async (): Promise<unknown> =>
      Object.fromEntries((await graphs.children(run.id)).map(({ task, attempt }) => [task, attempt?.number ?? 0]));
    assert.deepEqual(await attempts(), { first: 1, bad: 1, after: 0, other: 1 });

    const again = await graphs.retry((await graphs.child(run.id, 'bad')).id);
    assert.equal(again.status, 'queued');
    assert.equal((await graphs.settled(run)).status, 'failed', 'it fails once more, and so does its graph');
    assert.deepEqual(await attempts(), { first: 1, bad: 2, after: 0, other: 1 });

    assert.ok(!existsSync(flag));
    writeFileSync(flag, '');
    await graphs.retry(run.id);
    assert.equal((await graphs.settled(run)).status, 'completed');
    assert.deepEqual(await attempts(), { first: 1, bad: 3, after: 1, other: 1 });

    await graphs.retry((await graphs.child(run.id, 'bad')).id, 'onward');
    assert.equal((await graphs.settled(run)).status, 'completed');
    assert.deepEqual(await attempts(), { first: 1, bad: 4, after: 2, other: 1 });
    const [bad, after] = [await graphs.child(run.id, 'bad'), await graphs.child(run.id, 'after')];
    assert.ok(endsBefore(bad, after));
  });

  it('is tried again from a member of a group on: with what comes after the group', async () => {
    const run = await graphs.submit({
      tasks: {
        both: { group: [sh('true'), sh('true', { name: 'second' })] },
        nested: { tasks: { a: sh('true'), b: sh('true', { dependsOn: ['a'] }) }, dependsOn: ['both'] },
        other: sh('true'),
      },
    });
    assert.equal((await graphs.settled(run)).status, 'completed');
    const attempts = async (): Promise<readonly (readonly [string, number | undefined])[]> => {
      const tasks = [['both', 'member-1'], ['both', 'second'], ['nested', 'a'], ['nested', 'b'], ['other']];
      const found = await Promise.all(tasks.map(async (names) => graphs.child(run.id, ...names)));
      return found.map(({ name, attempt }) => [name, attempt?.number]);
    };
    const second = await graphs.child(run.id, 'both', 'second');
    await graphs.retry(second.id, 'onward');
    assert.equal((await graphs.settled(run)).status, 'completed');
    assert.deepEqual(await attempts(), [
      ['member-1', 1],
      ['second', 2],
      ['a', 2],
      ['b', 2],
      ['other', 1],
    ]);
    const [again, after] = [await graphs.child(run.id, 'both', 'second'), await graphs.child(run.id, 'nested', 'a')];
    assert.ok(endsBefore(again, after), 'the group is waited for');
  });

  it('tells its counts as they change, and what failed first', async () => {
    const run = await graphs.submit({
      name: 'counted',
      tasks: { bad: sh('exit 3'), slow: sh('sleep 1'), after: sh('true', { dependsOn: ['slow'] }) },
    });
    assert.equal((await graphs.settled(run)).status, 'failed');
    const told = graphs.client.changes.flatMap(({ runs }) => runs.filter(({ id }) => id === run.id));
    const running = told.map((each) => `${each.status}: ${describeChildren(each) ?? ''}`);
    assert.ok(running.includes('running: 0 of 3 completed, 1 failed: bad, 1 running'), running.join('\n'));
    const ended = await graphs.client.peer.call('runs.get', { run: run.id });
    assert.equal(describeStatus(ended.run, 0), 'failed · bad failed first: exit code 3, 2 of 3 completed, 1 failed');
    assert.match(describeRow(ended.run, Date.now()), /^failed · 2 of 3 completed, 1 failed: bad · /);
  });

  it('goes on after the engine was killed, with nothing started twice and nothing left out', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `t${index}`);
    const run = await graphs.submit({
      tasks: Object.fromEntries(
        names.map((name, index) => [
          name,
          sh('sleep 0.15; echo done', index === 0 ? {} : { dependsOn: [names[Math.floor((index - 1) / 2)]] }),
        ]),
      ),
    });
    await graphs.reached((await graphs.child(run.id, 't2')).id, 'running');
    await graphs.harness.killEngine();
    await graphs.start();
    assert.equal((await graphs.settled(run)).status, 'completed');
    for (const child of await graphs.children(run.id)) {
      assert.deepEqual([child.status, child.attempt?.number], ['completed', 1], child.name);
      assert.equal(await graphs.output(child.id), 'done\n');
    }
  });

  it('is filled in nowhere: the shell runs it, and stops at the first command that fails', async () => {
    const script = 'X="a b"; echo "${X} $$$(echo !) ${X%% *}" | tr -d 0-9; false; echo not reached';
    const run = await graphs.submit({ script });
    assert.deepEqual([(await graphs.settled(run)).evidence, await graphs.output(run.id)], ['exit code 1', 'a b ! a\n']);
  });

  it('is told as data: what waits for what, levels, durations, the critical path and why a task waits', async () => {
    const run = await graphs.submit({
      tasks: {
        last: sh('sleep 60', { dependsOn: [{ task: 'both', on: 'finished' }, 'slow'] }),
        slow: sh('sleep 0.3'),
        both: { group: [sh('true'), sh('exit 1')] },
        never: sh('true', { dependsOn: ['last'] }),
      },
    });
    await graphs.reached((await graphs.child(run.id, 'last')).id, 'running');
    const { nodes, edges, criticalPath, criticalMs } = await graphs.client.peer.call('runs.graph', { runId: run.id });
    const named = new Map(nodes.map((node) => [node.name, node]));
    const idOf = (name: string) => named.get(name)?.id;
    assert.deepEqual(
      nodes.map(({ name, kind, level, status }) => [name, kind, level, status]),
      [
        ['graph', 'graph', 0, 'running'],
        ['last', 'single', 1, 'running'],
        ['slow', 'single', 0, 'completed'],
        ['both', 'group', 0, 'failed'],
        ['member-1', 'single', 0, 'completed'],
        ['member-2', 'single', 0, 'failed'],
        ['never', 'single', 2, 'queued'],
      ].map(([name, ...rest]) => [name === 'graph' ? run.name : name, ...rest]),
    );
    assert.deepEqual(
      new Set(edges.map(({ from, to, on }) => JSON.stringify([from, to, on]))),
      new Set([
        JSON.stringify([idOf('both'), idOf('last'), 'finished']),
        JSON.stringify([idOf('slow'), idOf('last'), 'completed']),
        JSON.stringify([idOf('last'), idOf('never'), 'completed']),
      ]),
    );
    assert.equal(named.get('never')?.evidence, 'waits for last');
    assert.ok((named.get('slow')?.durationMs ?? 0) >= 300);
    assert.deepEqual(criticalPath, [idOf('slow'), idOf('last')]);
    assert.ok(criticalMs >= 300);
    await graphs.client.peer.call('runs.cancel', { runId: run.id });
    await graphs.settled(run);
  });

  it('waits once more for a task that is tried again before what depends on it has begun', async () => {
    const run = await graphs.submit({
      tasks: {
        quick: sh('true'),
        slow: sh('sleep 1; echo done > "$SIDELAB_OUTPUTS/done"'),
        last: { dependsOn: ['quick', 'slow'], command: ['cat', '${tasks.slow.outputs}/done'] },
      },
    });
    await graphs.until(async () => (await graphs.child(run.id, 'quick')).status === 'completed', 'the quick one');
    const { id } = await graphs.child(run.id, 'quick');
    const environment: [string, string][] = [['PATH', process.env['PATH'] ?? '']];
    await graphs.client.peer.call('runs.retry', { runId: id, checkpoints: 'empty', key: 'once again', environment });
    assert.equal((await graphs.settled(run)).status, 'completed');
    assert.equal((await graphs.child(run.id, 'quick')).attempt?.number, 2);
  });

  it('fills references to other tasks in parameters also where those are mentioned', async () => {
    const run = await graphs.submit({
      tasks: {
        first: sh('true'),
        second: {
          dependsOn: ['first'],
          parameters: { from: '${tasks.first.outputs}' },
          command: ['sh', '-c', 'test -d "$1" && test "$1" = "$3"', 'sh', '${parameters.from}', '${parameters:flags}'],
        },
      },
    });
    assert.equal((await graphs.settled(run)).status, 'completed');
  });

  it('hands on the outputs of all parts of a task, under their names, of what is in those too', async () => {
    const say = (word: string): object => sh(`echo ${word} > "$SIDELAB_OUTPUTS/word"`);
    const file = {
      tasks: {
        all: sh('cd "$ALL" && ls -m . && cat */word deep/*/word', { env: { ALL: '${tasks.both.outputs}' } }),
        both: {
          tasks: {
            one: say('one'),
            'a/b': say('two'),
            deep: { group: [say('three')] },
            bad: sh('exit 1'),
            never: sh('true', { dependsOn: 'bad' }),
            fine: sh('true', { dependsOn: [{ task: 'bad', on: 'failed' }] }),
          },
        },
      },
    };
    const run = await graphs.submit(file);
    assert.equal((await graphs.settled(run)).status, 'completed');
    const all = await graphs.child(run.id, 'all');
    assert.equal(await graphs.output(all.id), 'a_b, bad, deep, fine, one\ntwo\none\nthree\n');
  });

  it('counts what attempts took, and not the time between them', async () => {
    const script = 'sleep 0.1; test $SIDELAB_ATTEMPT = 2';
    const run = await graphs.submit({ tasks: { a: sh(script, { retries: 1, retryDelay: '1 s' }) } });
    assert.equal((await graphs.settled(run)).status, 'completed');
    const { nodes, criticalMs } = await graphs.client.peer.call('runs.graph', { runId: run.id });
    const a = nodes.find(({ name }) => name === 'a');
    assert.deepEqual([a?.attempts, a?.durationMs], [2, criticalMs]);
    const pausedMs = (a?.endedAtMs ?? NaN) - (a?.startedAtMs ?? NaN) - criticalMs;
    assert.ok(pausedMs >= 900, `${pausedMs} ms of pause`);
  });

  it('whose runs wait for each other is refused whoever submits it, with their names', async () => {
    const { tasks = [], ...submission } = await graphs.resolve({
      tasks: { a: sh('true'), b: sh('true', { dependsOn: 'a' }) },
    });
    const [a, b] = tasks;
    assert.ok(a && b);
    const circular = { ...submission, tasks: [{ ...a, dependsOn: [{ runId: b.runId, on: 'completed' as const }] }, b] };
    await assert.rejects(graphs.client.peer.call('runs.submit', circular), /They wait for each other: a → b → a\./);
  });

  it('is found in lists as one run, and its tasks by the way to them', async () => {
    const run = await graphs.submit({ name: 'listed', tasks: { only: sh('true') } });
    await graphs.settled(run);
    const { runs } = await graphs.client.peer.call('runs.list', { limit: 1000 });
    assert.ok(runs.every(({ parentId }) => parentId === undefined));
    const { run: found } = await graphs.client.peer.call('runs.get', { run: 'listed/only' });
    assert.equal(found.parentId, run.id);
  });
});
