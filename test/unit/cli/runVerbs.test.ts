import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../support/temporaryFolder';
import { CliHarness, type Ended } from './cliHarness';

/** A run as `--json` prints it: what scripts rely on. */
interface JsonRun {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly attempt?: { readonly number: number; readonly exitCode?: number };
}

const statuses = ({ stdout }: Ended): string[] =>
  (JSON.parse(stdout) as JsonRun[]).map(({ name, status }) => `${name} ${status}`);

/** Ends when `go` is there, with the exit code that is written in it. */
const untilGo = `import fs from 'node:fs';
  console.log('here');
  while (!fs.existsSync('go')) await new Promise((resolve) => setTimeout(resolve, 20));
  process.exitCode = Number(fs.readFileSync('go', 'utf8'));`;

describe('sidelab and the life of a run', () => {
  let harness: CliHarness;

  beforeEach(() => (harness = new CliHarness()));
  afterEach(async () => harness.dispose());

  const sidelab = async (...args: string[]): Promise<Ended> => harness.sidelab(...args);
  const submit = async (name: string): Promise<void> => {
    assert.equal((await sidelab('run', '--detach', '--name', name, 'work.run.json')).code, 0);
  };
  const finish = (exitCode: number): void => writeFileSync(harness.folder.join('go'), String(exitCode));

  it('says with its exit code how runs are, and waits for their end', async () => {
    harness.program(untilGo);
    await submit('one');
    await submit('two');
    const active = await sidelab('status', 'one', 'two');
    assert.equal(active.code, 75, active.stderr);
    assert.match(active.stdout, /^[a-z2-7]{6} work\/one: .*\n[a-z2-7]{6} work\/two: .*\n$/);

    const tooSoon = await sidelab('wait', 'one', 'two', '--timeout', '0.2', '--json');
    assert.deepEqual([tooSoon.code, statuses(tooSoon).length], [75, 2]);
    assert.match(tooSoon.stderr, /^Not waited for any longer: [a-z2-7]{6} work\/one: [^]*work\/two: /);

    const waiting = harness.start(['wait', 'two', 'one']);
    await sleep(200);
    finish(4);
    const waited = await waiting.ended;
    assert.equal(waited.code, 4, waited.stderr);
    assert.deepEqual([...waited.stdout.matchAll(/work\/(\w+): failed · exit code 4/g)].map(([, name]) => name).sort(), [
      'one',
      'two',
    ]);

    const settled = await sidelab('wait', 'two', 'one', 'two', '--timeout', '0', '--json');
    assert.deepEqual([settled.code, statuses(settled)], [4, ['two failed', 'one failed']]);
    const [newest] = JSON.parse((await sidelab('list', '--json', '--limit', '1')).stdout) as JsonRun[];
    assert.deepEqual(JSON.parse((await sidelab('status', 'two', '--json')).stdout), [newest]);
    assert.equal((await sidelab('status', 'two', 'three')).code, 2);
    assert.equal((await sidelab('wait', 'two', '--timeout', 'soon')).code, 2);
  });

  it('goes on waiting when the engine is killed, and leaves the run alone when it is ended itself', async () => {
    harness.program(untilGo);
    await submit('one');
    await submit('two');
    await sidelab('cancel', 'two');
    const left = harness.start(['wait', 'one', 'two']);
    const waiting = harness.start(['wait', 'two', 'one']);
    await Promise.all([left.printed('two: cancelled'), waiting.printed('two: cancelled')]);
    left.child.kill('SIGTERM');
    assert.equal((await left.ended).code, 75);
    await harness.killEngine();
    finish(0);
    const { code, stdout, stderr } = await waiting.ended;
    assert.equal(code, 130, stderr);
    assert.match(stdout, /^[a-z2-7]{6} work\/one: completed/m);
    assert.match(stderr, /connection to the engine was lost/);
  });

  it('resumes from the checkpoints, and retries without them, in this terminal’s environment', async () => {
    harness.program(
      `import fs from 'node:fs';
      const file = process.env.SIDELAB_CHECKPOINTS + '/count';
      const count = fs.existsSync(file) ? Number(fs.readFileSync(file, 'utf8')) + 1 : 1;
      fs.writeFileSync(file, String(count));
      console.log(count, process.env.FROM_FILE, process.env.FROM_TERMINAL);
      process.exitCode = count === 2 ? 0 : 5;`,
      { env: { FROM_FILE: 'file', FROM_TERMINAL: 'none' } },
    );
    assert.equal((await sidelab('run', 'work.run.json', '--name', 'one')).code, 5);
    const resumed = await sidelab('resume', 'one', '--follow');
    assert.deepEqual([resumed.code, resumed.stdout], [0, '2 file none\n'], resumed.stderr);
    assert.doesNotMatch(resumed.stderr, /differs/);

    rmSync(harness.folder.join('work.run.json'));
    const retried = await harness.start(['retry', 'one', '--follow', '--json'], { FROM_TERMINAL: 'this' }).ended;
    assert.equal(retried.code, 5, retried.stderr);
    assert.match(retried.stderr, /work\.run\.json is left out: ENOENT/);
    assert.match(retried.stderr, /attempt before: removed FROM_FILE; changed FROM_TERMINAL\.\n/);
    const [run] = JSON.parse(retried.stdout) as JsonRun[];
    assert.deepEqual([run?.status, run?.attempt?.number, run?.attempt?.exitCode], ['failed', 3, 5]);
    assert.equal((await sidelab('logs', 'one')).stdout, '1 undefined this\n');
    const shown = (await sidelab('show', 'one')).stdout;
    assert.match(shown, /attempt 3 .* environment: removed FROM_FILE; changed FROM_TERMINAL\n/);
    assert.doesNotMatch(shown, /attempt 2 .* environment/);
  });

  it('retries none of several when one of them has not ended', async () => {
    harness.program('process.exitCode = 1;');
    await sidelab('run', 'work.run.json', '--name', 'ended');
    harness.program(untilGo);
    await submit('endless');
    const refused = await sidelab('retry', 'ended', 'endless');
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /^sidelab: [a-z2-7]{6}: A \w+ run cannot be tried again before it has ended\. Cancel/);
    assert.deepEqual(statuses(await sidelab('status', 'ended', '--json')), ['ended failed']);
    assert.match((await sidelab('retry', 'ended', 'endless', '--follow')).stderr, /Only one run can be followed/);

    const cancelled = await sidelab('cancel', 'endless', 'ended', '--json');
    assert.deepEqual([cancelled.code, statuses(cancelled)], [0, ['endless cancelled', 'ended failed']]);
  });

  it('prints what an attempt has written: all of it, a stream, or its end', async () => {
    harness.program(
      `console.log('out', process.env.SIDELAB_ATTEMPT); console.log('ä\\nlast');
      console.error('err'); process.exitCode = 1;`,
      { retries: 1 },
    );
    await sidelab('run', 'work.run.json', '--name', 'one');
    const logs = async (...args: string[]): Promise<string> => (await sidelab('logs', 'one', ...args)).stdout;
    assert.equal(await logs('--stream', 'stdout'), 'out 2\nä\nlast\n');
    assert.equal(await logs('--stream', 'stderr', '--attempt', '1'), 'err\n');
    assert.equal(await logs('--stream', 'stdout', '--tail', '2'), 'ä\nlast\n');
    assert.equal(await logs('--stream', 'stdout', '-f', '--attempt', '1', '--tail', '9'), 'out 1\nä\nlast\n');
    const line = JSON.parse(await logs('--stream', 'stdout', '--tail', '2', '--json')) as Record<string, unknown>;
    assert.deepEqual({ ...line, runId: '' }, { runId: '', attempt: 2, stream: 'stdout', from: 6, text: 'ä\nlast\n' });
    const none = await sidelab('logs', 'one', '--attempt', '3');
    assert.deepEqual([none.code, none.stderr.slice(15)], [2, ' has no attempt 3. There are 2.\n']);
    assert.equal((await sidelab('logs', 'one', '--stream', 'stdin')).code, 2);
  });

  it('follows what is written, over attempts and a killed engine, until the end', async () => {
    harness.program(
      `import fs from 'node:fs';
      const attempt = process.env.SIDELAB_ATTEMPT;
      console.log('begin ' + attempt);
      while (!fs.existsSync('go' + attempt)) await new Promise((resolve) => setTimeout(resolve, 20));
      console.log('end ' + attempt);
      process.exitCode = attempt === '1' ? 1 : 0;`,
      { retries: 1 },
    );
    await submit('one');
    const following = harness.start(['logs', 'one', '-f']);
    await following.printed('begin 1');
    const first = harness.start(['logs', 'one', '-f', '--attempt', '1', '--json']);
    await first.printed('begin 1');
    writeFileSync(harness.folder.join('go1'), '');
    await following.printed('begin 2');
    const { code, stdout } = await first.ended;
    assert.deepEqual([code, /end 1/.test(stdout), /begin 2/.test(stdout)], [0, true, false]);
    await harness.killEngine();
    writeFileSync(harness.folder.join('go2'), '');
    const ended = await following.ended;
    assert.deepEqual([ended.code, ended.stdout], [0, 'begin 1\nend 1\nbegin 2\nend 2\n'], ended.stderr);
    assert.match(ended.stderr, /^attempt 2$/m);
  });

  it('stops following when it is ended itself', async () => {
    harness.program(untilGo);
    await submit('one');
    const { child, ended, printed } = harness.start(['logs', 'one', '--follow']);
    await printed('here');
    child.kill('SIGINT');
    assert.deepEqual([(await ended).code, (await sidelab('status', 'one')).code], [75, 75]);
  });

  it('prints the run as JSON, at once when it is detached, else at its end and without its output', async () => {
    harness.program(untilGo);
    const detached = await sidelab('run', 'work.run.json', '--name', 'one', '--detach', '--json');
    const run = JSON.parse(detached.stdout) as JsonRun;
    assert.deepEqual([detached.code, run.name, /^[a-z2-7]{16}$/.test(run.id)], [0, 'one', true]);
    await until(async () => (await sidelab('logs', 'one')).stdout === 'here\n', 'the first line');
    finish(6);
    const ended = await sidelab('run', 'work.run.json', '--name', 'two', '--json');
    assert.equal(ended.code, 6);
    assert.equal((JSON.parse(ended.stdout) as JsonRun).status, 'failed');
  });

  it('lists what a filter leaves, in an order, and says where a filter is wrong', async () => {
    harness.program('');
    for (const name of ['b', 'a', 'c']) assert.equal((await sidelab('run', '--name', name, 'work.run.json')).code, 0);
    const names = async (...args: string[]): Promise<string[]> =>
      (JSON.parse((await sidelab('list', '--json', ...args)).stdout) as JsonRun[]).map(({ name }) => name);
    assert.deepEqual(await names('--sort', 'name'), ['a', 'b', 'c']);
    assert.deepEqual(await names('--filter', '-name:a', '--sort', 'oldest', '--experiment', 'work'), ['b', 'c']);
    assert.deepEqual(await names('--filter', 'status:ended', '--limit', '1'), ['c']);
    const none = await sidelab('list', '--filter', 'status:failed');
    assert.deepEqual([none.code, none.stdout], [0, '']);
    assert.match(none.stderr, /No run matches the filter/);
    const wrong = await sidelab('list', '--filter', 'name:a status:faild');
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /In the filter, at "status:faild": There is no status “faild”/);
    const both = await sidelab('list', '--filter', 'a', '--deleted');
    assert.equal(both.code, 2);
  });
});
