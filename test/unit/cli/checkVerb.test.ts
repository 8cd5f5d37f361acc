import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CliHarness } from './cliHarness';

describe('sidelab check', function () {
  this.timeout(60_000);
  let cli: CliHarness;
  beforeEach(() => (cli = new CliHarness()));
  afterEach(async () => cli.dispose());

  const write = (name: string, text: string): void => {
    const file = cli.folder.join(name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  };

  it('says nothing is wrong with a good file, and starts no engine', async () => {
    write('good.run.json', `{ "command": [${JSON.stringify(process.execPath)}] } // fine`);
    assert.deepEqual(await cli.sidelab('check', 'good.run.json'), {
      code: 0,
      stdout: '',
      stderr: '1 file checked: nothing is wrong.\n',
    });
    assert.equal(existsSync(cli.home), false);
  });

  it('says each problem in a line, as compilers do, and exits with the code of wrong input', async () => {
    write('a.run.json', '{\n  "command": ["no-such-program"],\n  "cwd": "nowhere",\n  "retries": "3"\n}\n');
    write('b.run.json', '{ "script": "true", "parameters": { "id": 12345678901234567890 } }\n');
    const { code, stdout, stderr } = await cli.sidelab('check', 'a.run.json', 'b.run.json', 'c.run.json');
    const lines = stdout.trimEnd().split('\n');
    assert.equal(code, 2);
    assert.deepEqual(
      lines.map((line) => line.replace(/ \(.*\)$/, '').replace(cli.folder.path, '~')),
      [
        'a.run.json:2:15: error: command[0]: There is no program "no-such-program".',
        'a.run.json:3:10: error: cwd: There is no folder ~/nowhere.',
        'a.run.json:4:14: error: retries: Incorrect type. Expected "integer".',
        'b.run.json:1:43: warning: parameters.id: 12345678901234567890 would arrive as 12345678901234567000.',
        'c.run.json:1:1: error: There is no such file.',
      ],
    );
    assert.match(lines[1] ?? '', /\(It is relative to the folder of the run file\.\)$/);
    assert.equal(stderr, '3 files checked: 4 errors, 1 warning.\n');
  });

  it('lets warnings pass unless they count as errors', async () => {
    write('b.run.json', '{ "script": "true", "parameters": { "id": 12345678901234567890 } }\n');
    assert.equal((await cli.sidelab('check', 'b.run.json')).code, 0);
    const strict = await cli.sidelab('check', '--warnings-as-errors', 'b.run.json');
    assert.equal(strict.code, 2);
    assert.match(strict.stdout, /^b\.run\.json:1:43: error: /);
  });

  it('says as JSON what would mend a problem', async () => {
    const text =
      '{ "tasks": { "prepare": { "script": "true" }, "train": { "script": "true", "dependsOn": "prepar" } } }';
    write('a.run.json', text);
    const { code, stdout } = await cli.sidelab('check', '--json', 'a.run.json');
    const [problem, ...others] = JSON.parse(stdout) as Record<string, unknown>[];
    assert.deepEqual([code, others.length], [2, 0]);
    assert.deepEqual(
      [problem?.['file'], problem?.['line'], problem?.['code'], problem?.['key']],
      ['a.run.json', 1, 'unknown-task', 'tasks.train.dependsOn'],
    );
    const offset = text.indexOf('"prepar"');
    assert.deepEqual((problem?.['fixes'] as unknown[])[0], {
      title: 'Change to "prepare"',
      edits: [{ offset, length: 8, newText: '"prepare"' }],
    });
    write('good.run.json', '{ "script": "true" }');
    assert.equal((await cli.sidelab('check', '--json', 'good.run.json')).stdout, '[]\n');
  });

  it('knows the files of .sidelab', async () => {
    write('.sidelab/algorithms/a.json', '{ "name": "a", "version": "one", "comand": ["node"] }');
    write('.sidelab/plugins/p.json', '{ "name": "p", "parameters": { "$ref": "#/nowhere" } }');
    write('.sidelab/compute.json', '{ "small": { "cpus": "2" } }');
    const { code, stdout } = await cli.sidelab(
      'check',
      '.sidelab/algorithms/a.json',
      '.sidelab/plugins/p.json',
      '.sidelab/compute.json',
    );
    assert.equal(code, 2);
    const told = stdout.split('\n').map((line) => line.replace(/ \(.*\)$/, ''));
    assert.ok(
      told.includes(
        '.sidelab/algorithms/a.json:1:27: error: version: Write a version such as "1.0.0" or "2.1.0-beta".',
      ),
      stdout,
    );
    assert.ok(told.includes('.sidelab/algorithms/a.json:1:34: error: comand: There is no key comand here.'), stdout);
    assert.match(stdout, /plugins\/p\.json:1:\d+: error: parameters: The reference "#\/nowhere" leads nowhere/);
    assert.ok(
      told.includes('.sidelab/compute.json:1:22: error: small.cpus: Incorrect type. Expected "number".'),
      stdout,
    );
  });
});
