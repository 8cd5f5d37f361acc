import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { until } from '../../support/temporaryFolder';
import { CliHarness, type Ended } from './cliHarness';

describe('sidelab and a graph', () => {
  let harness: CliHarness;
  beforeEach(() => (harness = new CliHarness()));
  afterEach(async () => harness.dispose());

  const sidelab = async (...args: string[]): Promise<Ended> => harness.sidelab(...args);
  const write = (file: object): void => writeFileSync(harness.folder.join('dag.run.json'), JSON.stringify(file));
  const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

  it('follows all tasks, their lines after their names, and says how each of them goes', async () => {
    write({
      name: 'dag',
      tasks: {
        both: { group: [{ script: 'echo one; printf half' }, { name: 'second', script: 'echo two >&2' }] },
        last: { dependsOn: 'both', script: 'printf "10 %%\\r20 %%\\r\\n"; exit 3' },
        never: { dependsOn: 'last', script: 'true' },
      },
    });
    const { code, stdout, stderr } = await sidelab('run', 'dag.run.json');
    assert.equal(code, 1, stderr);
    assert.deepEqual(linesOf(stdout).toSorted(), [
      'both/member-1 | half',
      'both/member-1 | one',
      'both/second | two',
      'last | 20 %',
    ]);
    assert.equal(linesOf(stdout).at(-1), 'last | 20 %');
    for (const said of [
      'both/member-1: completed · exit code 0',
      'last: failed · exit code 3',
      'never: skipped · needs last completed, which was failed',
      'failed · last failed first: exit code 3, 1 of 3 completed, 1 failed, 1 skipped',
    ]) {
      assert.ok(linesOf(stderr).includes(said), `${said}\n\n${stderr}`);
    }
  });

  it('follows over a killed engine, without losing or repeating a line', async () => {
    const script = 'for n in 1 2 3; do while ! test -e "go$n"; do sleep 0.02; done; echo "line $n"; done';
    write({ tasks: { a: { script }, b: { script: 'echo b', dependsOn: ['a'] } } });
    const following = harness.start(['run', 'dag.run.json']);
    writeFileSync(harness.folder.join('go1'), '');
    await following.printed('a | line 1');
    await harness.killEngine();
    writeFileSync(harness.folder.join('go2'), '');
    writeFileSync(harness.folder.join('go3'), '');
    const { code, stdout, stderr } = await following.ended;
    assert.deepEqual([code, linesOf(stdout)], [0, ['a | line 1', 'a | line 2', 'a | line 3', 'b | b']], stderr);
  });

  it('says the status of each task with executor, job id and folder, also by the name of the experiment', async () => {
    write({
      experiment: 'Ex',
      name: 'dag',
      tasks: { a: { script: 'exit 4' }, g: { dependsOn: ['a'], group: [{ script: 'true' }] } },
    });
    await sidelab('run', 'dag.run.json');
    const { code, stdout } = await sidelab('status', 'Ex');
    assert.equal(code, 1);
    const lines = linesOf(stdout);
    assert.match(lines[0] ?? '', /^[a-z2-7]{6} Ex\/dag: failed · a failed first: exit code 4, 0 of 2 completed, /);
    assert.deepEqual(
      [lines[1], lines[2], lines[6]],
      ['Task 0: a', '- Status: failed · exit code 4', 'Task 1: g/member-1'],
    );
    assert.match(lines[3] ?? '', /^- Executor: local on \S+$/);
    assert.match(lines[4] ?? '', /^- Job id: \d+ \(process\)$/);
    const folder = lines[5]?.replace('- Local Directory: ', '') ?? '';
    assert.ok(existsSync(folder), folder);
    assert.match(lines[7] ?? '', /^- Status: skipped · /);
    assert.equal(lines.length, 8);

    const [json] = JSON.parse((await sidelab('status', 'dag', '--json')).stdout) as {
      readonly tasks: readonly { readonly path: string; readonly status: string }[];
    }[];
    assert.deepEqual(
      json?.tasks.map(({ path, status }) => [path, status]),
      [
        ['a', 'failed'],
        ['g', 'skipped'],
        ['g/member-1', 'skipped'],
      ],
    );
    assert.equal((await sidelab('status', 'nothing')).code, 2);
  });

  it('prints the lines of all tasks or of one, and goes on from a task', async () => {
    write({
      name: 'dag',
      tasks: {
        a: { script: 'echo a1; echo a2; test -e ready' },
        b: { dependsOn: ['a'], script: 'echo b' },
        c: { script: 'echo c' },
      },
    });
    await sidelab('run', 'dag.run.json', '--json');
    const logs = async (...args: string[]): Promise<string> => (await sidelab('logs', ...args)).stdout;
    assert.equal(await logs('dag'), 'a | a1\na | a2\nc | c\n');
    assert.equal(await logs('dag', '--tail', '1', '-f'), 'a | a2\nc | c\n');
    assert.equal(await logs('dag/a'), 'a1\na2\n');
    const [first] = linesOf(await logs('dag', '--json')).map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual([first?.['task'], first?.['text']], ['a', 'a1\na2\n']);
    assert.equal((await sidelab('logs', 'dag', '--attempt', '1')).code, 2);

    assert.match((await sidelab('retry', 'dag', '--onward')).stderr, /It is no task, so nothing comes after it/);
    writeFileSync(harness.folder.join('ready'), '');
    const retried = await sidelab('retry', 'dag/a', '--onward', '--follow');
    assert.deepEqual([retried.code, retried.stdout], [0, 'a1\na2\n'], retried.stderr);
    assert.equal((await sidelab('wait', 'dag')).code, 0);
    assert.equal(await logs('dag/b'), 'b\n');
    const again = await sidelab('retry', 'dag', '--follow');
    assert.deepEqual(linesOf(again.stdout).toSorted(), ['a | a1', 'a | a2', 'b | b', 'c | c'], again.stderr);
  });

  it('prints of what took the results of another run the log of that one, and says so', async () => {
    write({ name: 'once', reuse: true, script: 'echo made' });
    await sidelab('run', 'dag.run.json');
    const origin = (await sidelab('list', '--json')).stdout;
    const [{ id = '' } = {}] = JSON.parse(origin) as { readonly id?: string }[];
    write({ name: 'again', reuse: true, script: 'echo made' });
    assert.match((await sidelab('run', 'dag.run.json')).stderr, /reused from run once/);
    for (const options of [[], ['-f']]) {
      const { stdout, stderr } = await sidelab('logs', 'again', ...options);
      assert.equal(stdout, 'made\n');
      assert.match(
        stderr,
        new RegExp(`did not execute: its results are those of ${id.slice(0, 6)}, and so is this log`),
      );
    }
    write({ name: 'dag', tasks: { a: { reuse: true, script: 'echo made' }, b: { script: 'echo b' } } });
    await sidelab('run', 'dag.run.json');
    assert.equal((await sidelab('logs', 'dag')).stdout, 'a | made\nb | b\n');
    assert.equal((await sidelab('logs', 'dag/a')).stdout, 'made\n');
  });

  it('cancels one task, by its path', async () => {
    write({ name: 'dag', tasks: { a: { script: 'sleep 1000' }, b: { script: 'sleep 1000' } } });
    await sidelab('run', 'dag.run.json', '--detach');
    await until(async () => (await sidelab('status', 'dag/a')).stdout.includes('running'), 'a to run');
    assert.match((await sidelab('cancel', 'dag/a')).stdout, /dag\/a: cancelled/);
    assert.match((await sidelab('status', 'dag/b')).stdout, /dag\/b: (queued|pending|running)/);
    await sidelab('cancel', 'dag');
  });
});
