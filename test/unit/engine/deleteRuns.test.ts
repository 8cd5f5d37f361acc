import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RunId } from '../../../src/model/ids';
import type { Run } from '../../../src/model/run';
import { isFailure } from '../../support/isFailure';
import { SeededRandom } from '../../support/seededRandom';
import { GraphRuns } from '../graphs/graphRuns';

const soon = ['--undelete-ms', '400'];

/** On a real engine, with real folders. */
describe('the deletion of runs', function () {
  this.timeout(120_000);
  let runs: GraphRuns;
  beforeEach(() => (runs = new GraphRuns()));
  afterEach(async () => runs.stop());

  const logging = `
    const { appendFileSync, writeFileSync } = require('node:fs');
    writeFileSync(process.env.SIDELAB_OUTPUTS + '/result', 'r'.repeat(1000));
    let text = '';
    for (let i = 0; i < 5000; i += 1) text += JSON.stringify({ metrics: { loss: i, other: -i } }) + '\\n';
    appendFileSync(process.env.SIDELAB_RUN_LOG, text + JSON.stringify({ message: 'said', level: 'info' }) + '\\n');
    console.log('written');
  `;
  const logs = async (name: string, more: object = {}): Promise<Run> =>
    runs.submit({ name, experiment: 'e', command: [process.execPath, '-e', logging], ...more });
  const ended = async (run: Run): Promise<Run> => runs.settled(run);
  const remove = async (...some: Run[]): Promise<void> =>
    void (await runs.client.peer.call('runs.delete', { runs: some.map(({ id }) => id) }));
  const undelete = async (...some: string[]): Promise<Run[]> =>
    (await runs.client.peer.call('runs.undelete', { runs: some })).runs;
  const listed = async (more: object = {}): Promise<string[]> =>
    (await runs.client.peer.call('runs.list', { limit: 1000, ...more })).runs.map(({ name }) => name);
  const get = async (reference: string): Promise<Run> =>
    (await runs.client.peer.call('runs.get', { run: reference })).run;
  const folders = (): string[] => readdirSync(path.join(runs.harness.home, 'runs')).sort();
  const erased = async (left: readonly Run[]): Promise<void> => {
    const ids = left.map(({ id }) => id as string).sort();
    await runs.until(() => folders().join() === ids.join(), 'the folders to be gone');
  };
  const points = async (id: RunId): Promise<number> => (await runs.harness.values(runs.client, id, 'loss')).x.length;

  it('hides a run from all lists, and brings it back whole', async () => {
    await runs.start();
    const [kept, run] = [await logs('kept'), await logs('gone')];
    await Promise.all([ended(kept), ended(run)]);
    const answer = await runs.client.peer.call('runs.delete', { runs: [run.id] });
    assert.deepEqual(answer.runs, [run.id]);
    // Once more, as after an answer that was lost.
    await remove(run);
    assert.deepEqual([await listed(), await listed({ deleted: true })], [['kept'], ['gone']]);
    for (const reference of [run.id, 'gone', run.id.slice(0, 8)]) {
      await assert.rejects(get(reference), isFailure('NotFound', /./));
    }
    await assert.rejects(runs.retry(run.id), isFailure('NotFound', /^There is no run/));
    const family = { runFile: run.runFilePath ?? '', experiment: 'e' };
    const past = await runs.client.peer.call('runs.parameters', { family, limit: 10 });
    assert.deepEqual(
      past.runs.map(({ name }) => name),
      ['kept'],
    );
    const [experiment] = (await runs.client.peer.call('experiments.list', {})).experiments;
    assert.equal(experiment?.runCount, 1);
    await runs.until(() => runs.client.changes.some(({ deleted }) => deleted?.includes(run.id)), 'the news');
    await runs.harness.killEngine();
    await runs.start();
    assert.deepEqual(await listed(), ['kept']);
    const [back] = await undelete(run.id.slice(0, 8));
    assert.deepEqual([back?.id, back?.deletedAtMs], [run.id, undefined]);
    assert.deepEqual(await listed(), ['gone', 'kept']);
    assert.equal(await points(run.id), 5000);
    assert.equal(await runs.output(run.id), 'written\n');
    await runs.until(() => runs.heard(run.id) !== undefined, 'the news that it is back');
    // What is there is no mistake to bring back.
    await undelete(run.id);
  });

  it('is refused for what is active, a part, or used by others, with the reason', async () => {
    await runs.start();
    const active = await runs.submit({ name: 'active', command: ['sleep', '60'] });
    const done = await ended(await logs('done'));
    await runs.reached(active.id, 'running');
    await assert.rejects(remove(done, active), isFailure('Conflict', /^The run active \(\w{6}\) is still running\.$/));
    await assert.rejects(remove({ ...done, id: 'a'.repeat(16) as RunId }), isFailure('NotFound', /^There is no run a/));
    const graph = await ended(await runs.submit({ name: 'graph', tasks: { a: { command: ['true'] } } }));
    const part = await runs.child(graph.id, 'a');
    await assert.rejects(
      remove(part),
      isFailure('Conflict', /^The run a is a part of graph \(\w{6}\): only the whole/),
    );
    const origin = await ended(await logs('origin', { reuse: true }));
    const user = await ended(await logs('user', { reuse: true }));
    assert.equal(user.reusedFrom, origin.id);
    await assert.rejects(
      remove(origin),
      isFailure('Conflict', /^The result of origin is used by user \(\w{6}\), which/),
    );
    assert.deepEqual((await listed()).sort(), ['active', 'done', 'graph', 'origin', 'user']);
    await remove(origin, user);
    await assert.rejects(undelete(user.id), isFailure('Conflict', /^The run user has the result of origin/));
    // Nobody takes the result of what is deleted.
    const anew = await ended(await logs('anew', { reuse: true }));
    assert.equal(anew.reusedFrom, undefined);
    await undelete(user.id, origin.id);
    assert.equal((await listed()).length, 6);
  });

  it('removes what was hidden for long enough, with its folders, and nothing that links there lead to', async () => {
    await runs.start(...soon);
    const kept = await ended(await logs('kept'));
    const outside = runs.harness.folder.join('outside');
    mkdirSync(outside);
    writeFileSync(path.join(outside, 'precious'), 'p');
    const run = await ended(await logs('gone'));
    const graph = await ended(
      await runs.submit({
        name: 'graph',
        sweep: { over: { 'parameters.i': [1, 2, 3] } },
        metrics: { loss: { goal: 'minimize' } },
        command: [process.execPath, '-e', logging],
      }),
    );
    const outputs = path.join(runs.harness.home, 'runs', run.id, 'outputs');
    symlinkSync(outside, path.join(outputs, 'link'));
    mkdirSync(path.join(outputs, 'locked', 'deeper'), { recursive: true });
    writeFileSync(path.join(outputs, 'locked', 'deeper', 'file'), '');
    chmodSync(path.join(outputs, 'locked', 'deeper'), 0o500);
    chmodSync(path.join(outputs, 'locked'), 0o500);
    await remove(run, graph);
    await erased([kept]);
    assert.equal(readFileSync(path.join(outside, 'precious'), 'utf8'), 'p');
    await runs.until(async () => (await listed({ deleted: true })).length === 0, 'the rows to be gone');
    await assert.rejects(undelete(run.id), isFailure('NotFound', /^No run that can be brought back is called/));
    assert.equal(await points(kept.id), 5000);
    // What comes later gets no points of what is gone.
    const later = await ended(await logs('later'));
    await runs.harness.killEngine();
    await runs.start(...soon);
    assert.deepEqual([await points(later.id), await points(kept.id)], [5000, 5000]);
    assert.equal(runs.harness.complaints(), '');
  });

  it('of an experiment takes all its runs, and is refused while one is active', async () => {
    await runs.start();
    const first = await ended(await logs('first'));
    const active = await runs.submit({ name: 'active', experiment: 'e', command: ['sleep', '60'] });
    await runs.reached(active.id, 'running');
    const { experimentId } = first;
    await assert.rejects(
      runs.client.peer.call('runs.delete', { experimentId }),
      isFailure('Conflict', /^The run active \(\w{6}\) is still running\.$/),
    );
    await runs.client.peer.call('runs.cancel', { runId: active.id });
    await ended(active);
    const { runs: deleted } = await runs.client.peer.call('runs.delete', { experimentId });
    assert.deepEqual([...deleted].sort(), [first.id, active.id].sort());
    assert.deepEqual((await runs.client.peer.call('runs.delete', { experimentId })).runs.length, 2);
    assert.deepEqual((await runs.client.peer.call('experiments.list', {})).experiments, []);
    await undelete(...deleted);
    assert.deepEqual(await listed({ experimentId }), ['active', 'first']);
  });

  it('goes on after kills in the middle of it: each run is there whole, or gone', async () => {
    const random = new SeededRandom(9);
    await runs.start();
    const sweep = (name: string): object => ({
      name,
      sweep: { over: { 'parameters.i': [1, 2, 3, 4] } },
      command: [process.execPath, '-e', logging],
    });
    const kept = await runs.submit(sweep('kept'));
    const gone = [await runs.submit(sweep('one')), await runs.submit(sweep('two')), await logs('three')];
    for (const run of [kept, ...gone]) await ended(run);
    for (const run of gone) {
      for (let n = 0; n < 300; n += 1) {
        const folder = path.join(runs.harness.home, 'runs', run.id, 'outputs', `d${n % 20}`);
        mkdirSync(folder, { recursive: true });
        writeFileSync(path.join(folder, `${n}`), 'x');
      }
    }
    const whole = [kept, ...(await runs.children(kept.id))];
    await remove(...gone);
    const isOver = (): boolean => folders().length === whole.length;
    let kills = 0;
    while (kills < 25 && !isOver()) {
      await runs.harness.killEngine();
      await runs.start('--undelete-ms', '1');
      await new Promise((resolve) => setTimeout(resolve, random.below(60)));
      kills += 1;
    }
    await runs.harness.killEngine();
    await runs.start('--undelete-ms', '1');
    await erased(whole);
    await runs.until(async () => (await listed({ deleted: true })).length === 0, 'the rows to be gone');
    assert.deepEqual(await listed(), ['kept']);
    for (const { id } of await runs.children(kept.id)) assert.equal(await points(id), 5000);
    for (const { id } of gone) assert.ok(!existsSync(path.join(runs.harness.home, 'runs', id)));
    assert.ok(kills > 1, 'something was killed');
    assert.equal(runs.harness.complaints(), '');
  });
});
