import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { filesWith } from '../../support/filesWith';
import { until } from '../../support/temporaryFolder';
import { CliHarness } from './cliHarness';

const value = 'v4lue-of-the-secret-9Kd';

describe('a secret in a terminal', () => {
  let harness: CliHarness;
  beforeEach(() => {
    harness = new CliHarness();
    // Says it backwards: what a program prints is its own matter.
    harness.program('console.log([...process.env.TOKEN].reverse().join("")); process.exitCode = 3;', {
      env: { TOKEN: '${secret:TOKEN}' },
    });
  });
  afterEach(async () => {
    await harness.killEngine();
    assert.deepEqual(filesWith(value, harness.folder.path), []);
    await harness.dispose();
  });
  const backwards = [...value].reverse().join('');

  it('is taken from SIDELAB_SECRET_NAME, and used again by a retry that has none', async () => {
    const ran = await harness.start(['run', 'work.run.json', '--name', 'private'], { SIDELAB_SECRET_TOKEN: value })
      .ended;
    assert.deepEqual([ran.code, ran.stdout], [3, `${backwards}\n`], ran.stderr);
    const again = await harness.sidelab('retry', 'private', '--follow');
    assert.deepEqual([again.code, again.stdout], [3, `${backwards}\n`], again.stderr);
    assert.doesNotMatch(again.stderr, /secret/);
  });

  it('that is missing is said, and given by "sidelab secret", piped in', async () => {
    const { child, ended } = harness.start(['run', 'work.run.json', '--name', 'private']);
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    await until(() => stderr.includes('It waits for the secret TOKEN: "sidelab secret TOKEN" or'), 'the words');
    await until(
      async () => (await harness.sidelab('show', 'private')).stdout.includes('queued · waits for the secret TOKEN'),
      'the reason',
    );
    const empty = await harness.start(['secret', 'TOKEN'], {}, '\n').ended;
    assert.deepEqual([empty.code, empty.stderr.split('.')[0]], [2, 'sidelab: The secret TOKEN is empty']);
    const given = await harness.start(['secret', 'TOKEN'], {}, `${value}\n`).ended;
    assert.deepEqual([given.code, given.stderr], [0, 'Given to 1 run.\n']);
    assert.deepEqual([(await ended).code, (await ended).stdout], [3, `${backwards}\n`]);
    const nobody = await harness.start(['secret', 'TOKEN'], {}, value).ended;
    assert.equal(nobody.code, 2);
    assert.match(nobody.stderr, /^sidelab: No run waits for the secret TOKEN\. .*SIDELAB_SECRET_TOKEN/);
  });

  it('is given to the next engine too, while the run is followed', async () => {
    harness.program(
      `import { existsSync } from 'node:fs';
      if (process.env.SIDELAB_ATTEMPT === '1') {
        console.log('first');
        while (!existsSync('go')) await new Promise((resolve) => setTimeout(resolve, 20));
        process.exit(1);
      }
      console.log([...process.env.TOKEN].reverse().join(''));`,
      { env: { TOKEN: '${secret:TOKEN}' }, retries: 1 },
    );
    const { ended, printed } = harness.start(['run', 'work.run.json'], { SIDELAB_SECRET_TOKEN: value });
    await printed('first');
    await harness.killEngine();
    writeFileSync(harness.folder.join('go'), '');
    const { code, stdout, stderr } = await ended;
    assert.deepEqual([code, stdout], [0, `first\n${backwards}\n`], stderr);
  });

  it('is asked for without being shown', async () => {
    const command = [process.execPath, path.resolve('dist/cli.cjs'), '--home', harness.home, 'run', 'work.run.json'];
    const child = spawn('script', ['-q', '-e', '-f', '-c', command.join(' '), '/dev/null'], {
      cwd: harness.folder.path,
      env: { PATH: process.env['PATH'], HOME: harness.folder.path, XDG_RUNTIME_DIR: harness.folder.join('r') },
    });
    let shown = '';
    child.stdout.on('data', (chunk: Buffer) => (shown += chunk.toString()));
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    await until(() => shown.includes('Secret TOKEN:'), 'the question');
    child.stdin.write(`${value}x\u007f\r`);
    assert.equal(await ended, 3);
    assert.ok(shown.includes(backwards), shown);
    assert.ok(!shown.includes(value), shown);
  });
});
