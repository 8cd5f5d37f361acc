import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { CliHarness } from './cliHarness';

describe('sidelab export', () => {
  let harness: CliHarness;
  beforeEach(() => {
    harness = new CliHarness();
  });
  afterEach(async () => harness.dispose());

  it('writes all points of a run at full resolution, of both of its attempts, on stdout or into a file', async () => {
    harness.program(
      `import { appendFileSync } from 'node:fs';
      const lines = [];
      for (let i = 0; i < 3000; i += 1) {
        lines.push('{"step":' + i + ',"time":' + i / 10 + ',"metrics":{"loss":' + Math.sin(i) + ',"odd":' + (i === 5 ? 'NaN' : i) + '}}');
      }
      appendFileSync(process.env.SIDELAB_RUN_LOG, lines.join('\\n') + '\\n');
      process.exit(process.env.SIDELAB_ATTEMPT === '1' ? 1 : 0);`,
      { name: 'one', retries: 1 },
    );
    assert.equal((await harness.sidelab('run', 'work.run.json')).code, 0);
    const { code, stdout } = await harness.sidelab('export', 'one', '--metric', 'loss');
    assert.equal(code, 0);
    const lines = stdout.trimEnd().split('\n').slice(1);
    assert.deepEqual(
      lines
        .map((line) => line.split(','))
        .map(([metric, attempt, step, time, , value]) => [metric, attempt, Number(step), Number(time), Number(value)]),
      [1, 2].flatMap((attempt) =>
        Array.from({ length: 3000 }, (_, i) => ['loss', String(attempt), i, i / 10, Math.sin(i)]),
      ),
    );
    assert.equal((await harness.sidelab('export', 'one', '--format', 'jsonl', '--output', 'all.jsonl')).code, 0);
    const all = readFileSync(harness.folder.join('all.jsonl'), 'utf8').trimEnd().split('\n');
    assert.equal(all.length, 12_000);
    assert.match(all[6005] ?? '', /^\{"metric":"odd","attempt":1,"step":5,"time":0.5,"wallMs":[\d.]+,"value":"NaN"\}$/);
    const missing = await harness.sidelab('export', 'one', '--metric', 'none', '--output', 'no.csv');
    assert.notEqual(missing.code, 0);
    assert.match(missing.stderr, /has no metric none/);
    assert.ok(!existsSync(harness.folder.join('no.csv')) && !existsSync(harness.folder.join('no.csv.part')));
  });
});
