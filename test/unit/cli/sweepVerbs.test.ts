import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { CliHarness, type Ended } from './cliHarness';

describe('sidelab and runs made of runs', () => {
  let harness: CliHarness;

  beforeEach(() => (harness = new CliHarness()));
  afterEach(async () => harness.dispose());

  const sidelab = async (...args: string[]): Promise<Ended> => harness.sidelab(...args);
  const write = (file: object): void => writeFileSync(harness.folder.join('work.run.json'), JSON.stringify(file));
  const done = (ended: Ended): string => {
    assert.equal(ended.code, 0, ended.stderr);
    return ended.stdout;
  };

  it('stops a sweep early, and adds the trials that its file has got since', async () => {
    const sweep = (values: number[]): object => ({
      command: ['sh', '-c', 'until test -e go; do sleep 0.02; done'],
      parameters: { n: 0 },
      sweep: { over: { 'parameters.n': values }, atOnce: 1 },
    });
    write(sweep([1, 2, 3]));
    done(await sidelab('run', '--detach', '--name', 'search', 'work.run.json'));
    const stopped = done(await sidelab('sweep', 'stop', 'search'));
    assert.match(stopped, /search/);
    writeFileSync(harness.folder.join('go'), '');
    done(await sidelab('wait', 'search'));
    write(sweep([3, 4]));
    const extended = await sidelab('sweep', 'extend', 'search');
    assert.match(done(extended), /search/);
    assert.match(extended.stderr, /1 more trial\./);
    done(await sidelab('wait', 'search'));
    const again = await sidelab('sweep', 'extend', 'search', '--json');
    assert.equal((JSON.parse(done(again)) as { added: number }).added, 0);
    const late = await sidelab('sweep', 'stop', 'search');
    assert.notEqual(late.code, 0);
    assert.match(late.stderr, /is already completed/);
  });

  it('shows a graph: what waits for what, what came of it, and the way through it that took longest', async () => {
    write({
      tasks: {
        prepare: { script: 'sleep 0.2' },
        train: { dependsOn: ['prepare'], group: [{ script: 'true' }, { script: 'sleep 0.1; exit 3' }] },
        report: { dependsOn: ['train'], script: 'true' },
      },
    });
    const run = await sidelab('run', '--name', 'paper', 'work.run.json');
    assert.notEqual(run.code, 0);
    const lines = done(await sidelab('graph', 'paper')).split('\n');
    assert.match(lines[0] ?? '', /^ {2}paper {2}failed · .* · train failed first: .*$/);
    assert.match(lines[1] ?? '', /^\* {3}prepare {2}completed · .* · exit code 0$/);
    assert.match(lines[2] ?? '', /^\* {3}train {2}failed · .* · after prepare · member-2 failed first: exit code 3$/);
    assert.match(lines[5] ?? '', /^ {4}report {2}skipped · after train · needs train completed, which was failed$/);
    assert.match(lines.at(-2) ?? '', /^Critical path: prepare → train \(/);
    const graph = JSON.parse(done(await sidelab('graph', 'paper', '--json'))) as { nodes: unknown[]; edges: unknown[] };
    assert.deepEqual([graph.nodes.length, graph.edges.length], [6, 2]);
  });
});
