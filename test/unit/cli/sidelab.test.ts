import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { readEngineAddress } from '../../../src/protocol/engineAddress';
import { type TemporaryFolder, until } from '../../support/temporaryFolder';
import { CliHarness, type Ended } from './cliHarness';

describe('sidelab in a terminal', () => {
  let harness: CliHarness;
  let folder: TemporaryFolder;

  beforeEach(() => {
    harness = new CliHarness();
    ({ folder } = harness);
  });
  afterEach(async () => harness.dispose());

  const sidelab = async (...args: string[]): Promise<Ended> => harness.sidelab(...args);
  const program = (source: string): void => harness.program(source);

  it('submits a run file, shows its output, and passes its exit code on', async () => {
    program(`import fs from 'node:fs';
      const { lr } = JSON.parse(fs.readFileSync(process.env.SIDELAB_PARAMETERS, 'utf8'));
      fs.appendFileSync(process.env.SIDELAB_RUN_LOG, JSON.stringify({ metrics: { loss: lr } }) + '\\n');
      console.log('learning at', lr);
      process.exitCode = 3;`);
    const ran = await sidelab('run', 'work.run.json', '--name', 'first');
    assert.deepEqual([ran.code, ran.stdout], [3, 'learning at 0.1\n'], ran.stderr);
    assert.match(ran.stderr, /^Submitted work\/first as [a-z2-7]{6}\.\n[^]*failed · exit code 3 · .*loss 0\.1\n$/);

    const listed = await sidelab('list');
    assert.match(
      listed.stdout,
      /^RUN +EXPERIMENT +NAME +STATUS +AGE +EVIDENCE\n[a-z2-7]{6} +work +first +failed +now +exit code 3\n$/,
    );
    assert.match((await sidelab('show', 'first')).stdout, /status +failed · exit code 3[^]*METRIC +LAST[^]*loss +0\.1/);
  });

  it('leaves a run alone when it is ended itself, and cancels it when asked to', async () => {
    program('console.log("here"); setInterval(() => undefined, 1000);');
    const { child, ended } = harness.start(['run', 'work.run.json', '--name', 'endless']);
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    child.kill('SIGTERM');
    const left = await ended;
    assert.equal(left.code, 75);
    assert.match(left.stderr, /The run [a-z2-7]{16} goes on: /);

    assert.match((await sidelab('list', '--json')).stdout, /"status": "running"/);
    const cancelled = await sidelab('cancel', 'endless');
    assert.deepEqual([cancelled.code, cancelled.stderr], [0, '']);
    assert.match(cancelled.stdout, /^[a-z2-7]{6} work\/endless: cancelled/);
  });

  it('goes on following when the engine is killed, and misses nothing', async () => {
    program(`for (let i = 0; i < 20; i++) { console.log(i); await new Promise((r) => setTimeout(r, 100)); }`);
    const { child, ended } = harness.start(['run', 'work.run.json']);
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    const address = await readEngineAddress(folder.join('h'));
    assert.ok(address);
    process.kill(address.pid, 'SIGKILL');
    const { code, stdout, stderr } = await ended;
    assert.deepEqual([code, stdout], [0, Array.from({ length: 20 }, (_, i) => `${i}\n`).join('')], stderr);
  });

  it('prints the id of a detached run, which goes on', async () => {
    program('console.log("done");');
    const detached = await sidelab('run', '--detach', 'work.run.json');
    assert.match(detached.stdout, /^[a-z2-7]{16}\n$/);
    const id = detached.stdout.trim();
    await until(async () => (await sidelab('show', id.slice(0, 8))).stdout.includes('completed'), 'the end of the run');
  });

  it('says what is wrong with a run file at its place, and starts no engine for that', async () => {
    writeFileSync(folder.join('a.run.json'), '{\n  "command": ["nod", "a.mjs"]\n}');
    writeFileSync(folder.join('b.run.json'), 'not JSON');
    const [missing, noJson, noFile] = await Promise.all(
      ['a.run.json', 'b.run.json', 'c.run.json'].map(async (file) => sidelab('run', file)),
    );
    const at = folder.path;
    assert.deepEqual([missing?.code, noJson?.code, noFile?.code], [2, 2, 2]);
    assert.ok(
      missing?.stderr.startsWith(`sidelab: ${at}/a.run.json:2:15: command[0]: There is no program "nod". It was`),
    );
    assert.ok(noJson?.stderr.startsWith(`sidelab: ${at}/b.run.json:1:1: This is no JSON.`));
    assert.equal(noFile?.stderr, `sidelab: There is no file ${at}/c.run.json.\n`);
    assert.equal(await readEngineAddress(folder.join('h')), undefined);
  });

  it('starts one engine for many terminals at once', async () => {
    program('process.exitCode = 7;');
    const ends = await Promise.all(Array.from({ length: 4 }, async () => sidelab('run', 'work.run.json')));
    assert.deepEqual(
      ends.map(({ code }) => code),
      [7, 7, 7, 7],
    );
  }).timeout(60_000);
});
