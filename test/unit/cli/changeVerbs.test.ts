import assert from 'node:assert/strict';
import type { Run } from '../../../src/model/run';
import { CliHarness } from './cliHarness';

describe('runs that are there, in a terminal', function () {
  this.timeout(60_000);
  let harness: CliHarness;
  beforeEach(() => {
    harness = new CliHarness();
    harness.program('console.log("done");');
  });
  afterEach(async () => harness.dispose());

  const made = async (name: string): Promise<void> => {
    const { code, stderr } = await harness.sidelab('run', '--name', name, 'work.run.json');
    assert.equal(code, 0, stderr);
  };
  const json = async <T>(...args: string[]): Promise<T> => {
    const { stdout, stderr } = await harness.sidelab(...args, '--json');
    assert.equal(stderr, '');
    return JSON.parse(stdout) as T;
  };
  const refused = async (message: RegExp, ...args: string[]): Promise<void> => {
    const { code, stdout, stderr } = await harness.sidelab(...args);
    assert.deepEqual([code, stdout], [2, ''], stderr);
    assert.match(stderr, message);
  };

  it('are renamed, tagged, noted, moved and pinned', async () => {
    await made('run-a');
    await made('run-b');
    const renamed = await harness.sidelab('rename', 'run-a', 'first');
    assert.deepEqual([renamed.code, renamed.stderr], [0, '']);
    assert.match(renamed.stdout, /^[a-z2-7]{6} work\/first: completed/);
    const tagged = await json<Run[]>('tag', 'first', 'run-b', '--add', 'x', '--add', 'y');
    assert.deepEqual(
      tagged.map(({ tags }) => tags),
      [
        ['x', 'y'],
        ['x', 'y'],
      ],
    );
    const [untagged] = await json<Run[]>('tag', 'run-b', '--remove', 'x');
    assert.deepEqual(untagged?.tags, ['y']);
    assert.equal((await harness.sidelab('note', 'run-b', 'why it was made')).code, 0);
    assert.equal((await harness.sidelab('note', 'run-b')).stdout, 'why it was made\n');
    const [moved, pinned] = [
      await json<Run[]>('move', 'run-b', '--to', 'other'),
      await json<Run[]>('pin', 'run-b', 'first'),
    ];
    assert.deepEqual([moved[0]?.experiment, pinned.map((run) => run.pinned)], ['other', [true, true]]);
    const shown = (await harness.sidelab('show', 'run-b')).stdout;
    assert.match(shown, /^run +other\/run-b\n[^]*\npinned +yes\nnote +why it was made\n/);
    const [unpinned] = await json<Run[]>('unpin', 'run-b');
    const [bare] = await json<Run[]>('note', 'run-b', '--clear');
    assert.deepEqual([unpinned?.pinned, bare?.note], [undefined, undefined]);
    await refused(/The name of a run cannot be empty\./, 'rename', 'run-b', ' ');
    await refused(/There is no run called run-c\./, 'tag', 'run-b', 'run-c', '--add', 'z');
    await refused(/Nothing is said of the tags\./, 'tag', 'run-b');
    await refused(/required option '--to <experiment>'/, 'move', 'run-b');
    assert.deepEqual(
      (await json<Run[]>('list')).map(({ tags }) => tags),
      [['y'], ['x', 'y']],
    );
  });

  it('are deleted and brought back, some or a whole experiment', async () => {
    await made('run-a');
    await made('run-b');
    const deleted = await harness.sidelab('delete', 'run-a', 'run-b');
    assert.equal(deleted.code, 0);
    const ids = deleted.stdout.trim().split('\n');
    assert.equal(ids.length, 2);
    assert.match(deleted.stderr, /2 runs are deleted\. For (1 h|59 min)[^"]*"sidelab undelete ID" brings back/);
    assert.match((await harness.sidelab('list')).stderr, /There are no runs yet/);
    assert.deepEqual(
      (await json<Run[]>('list', '--deleted')).map(({ name }) => name),
      ['run-b', 'run-a'],
    );
    await refused(/There is no run called run-a\./, 'status', 'run-a');
    const back = await harness.sidelab('undelete', 'run-a', (ids[1] ?? '').slice(0, 6));
    assert.deepEqual([back.code, back.stderr], [0, '']);
    assert.match(back.stdout, /^[a-z2-7]{6} work\/run-a: completed[^\n]*\n[a-z2-7]{6} work\/run-b: completed/);
    const all = await json<{ runs: string[]; undoUntilMs: number }>('delete', '--experiment', 'work');
    assert.ok(all.runs.length === 2 && all.undoUntilMs > Date.now());
    await refused(/There is no experiment "work"\./, 'delete', '--experiment', 'work');
    await refused(/Name the runs to delete, or an experiment/, 'delete');
    await refused(/No run that can be brought back is called run-c\./, 'undelete', 'run-a', 'run-c');
    assert.equal((await json<Run[]>('list')).length, 0);
  });
});
