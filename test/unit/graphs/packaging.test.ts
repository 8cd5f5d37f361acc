import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { type Clock, systemClock } from '../../../src/base/clock';
import { silentLog } from '../../../src/base/log';
import { Home } from '../../../src/engine/home';
import { SnapshotRetention, snapshotKeptDays } from '../../../src/engine/schedule/snapshots';
import { keepCode } from '../../../src/core/packaging/keepCode';
import { newRunId, type RunId } from '../../../src/model/ids';
import type { Run, RunDetail } from '../../../src/model/run';
import { patchFile, snapshotFolder } from '../../../src/protocol/codeFiles';
import { isFailure } from '../../support/isFailure';
import { until } from '../../support/temporaryFolder';
import { CliHarness } from '../cli/cliHarness';
import { GitRepository } from '../../support/gitRepository';
import { GraphRuns } from './graphRuns';

describe('a run that is packaged by git', () => {
  let graphs: GraphRuns;
  let repository: GitRepository;

  const at = (name: string): string => graphs.harness.folder.join(name);
  const snapshotOf = (runId: RunId): string => snapshotFolder(graphs.harness.home, runId);
  const detail = async (runId: RunId): Promise<RunDetail> => graphs.client.peer.call('runs.get', { run: runId });
  /** Runs wait in it until the file `go` is there, an absolute path outside the snapshot. */
  const waiting = (script: string): string => `until [ -e ${at('h/go')} ]; do sleep 0.02; done; ${script}`;
  const go = (): void => writeFileSync(at('h/go'), '');
  const submitAndEdit = async (file: object): Promise<Run> => {
    const run = await graphs.submit({ packaging: 'git', ...file });
    repository.write('say.sh', 'echo edited\n');
    rmSync(at('lib'), { recursive: true });
    return run;
  };

  beforeEach(async () => {
    graphs = new GraphRuns();
    repository = new GitRepository(graphs.harness.folder.path);
    repository.write('.gitignore', 'b/\nh/\nr/\ndata/\n');
    repository.write('say.sh', 'echo committed\n');
    repository.write('lib/words.txt', 'words\n');
    repository.commit();
    repository.write('say.sh', 'echo changed\n');
    repository.write('data/points.csv', '1,2\n');
    await graphs.start();
  });
  afterEach(async () => graphs.stop());

  it('executes the code as it was at submission, whatever is edited while it waits', async () => {
    const run = await submitAndEdit({ script: waiting('sh say.sh; cat lib/words.txt data/points.csv; pwd') });
    go();
    assert.equal((await graphs.settled(run)).status, 'completed');
    const said = (await graphs.output(run.id)).trim().split('\n');
    assert.deepEqual(said, ['changed', 'words', '1,2', realpathSync(snapshotOf(run.id))]);
  });

  it('has one snapshot for all of its tasks and trials, those that it gets later among them', async () => {
    const graph = await submitAndEdit({
      tasks: {
        first: { script: waiting('sh say.sh') },
        second: { dependsOn: ['first'], cwd: 'lib', command: ['cat', 'words.txt', '${workspaceFolder}/lib/words.txt'] },
        third: { group: [{ command: ['sh', '${runFileDirname}/say.sh'] }] },
      },
    });
    go();
    assert.equal((await graphs.settled(graph)).status, 'completed');
    assert.equal(await graphs.output((await graphs.child(graph.id, 'first')).id), 'changed\n');
    assert.equal(await graphs.output((await graphs.child(graph.id, 'second')).id), 'words\nwords\n');

    repository.write('lib/words.txt', 'words\n');
    const search = (values: number[]): object => ({
      packaging: 'git',
      sweep: { over: { 'parameters.lr': values } },
      script: 'sh say.sh',
    });
    const sweep = await graphs.submit(search([1, 2]));
    await graphs.settled(sweep);
    repository.write('say.sh', 'echo later\n');
    // The sweep stays what it was submitted as.
    assert.equal((await graphs.extend(sweep, { ...search([1, 2, 3]), packaging: 'none' })).added, 1);
    assert.equal((await graphs.settled(sweep)).status, 'completed');
    for (const name of ['lr=1', 'lr=3']) {
      assert.equal(await graphs.output((await graphs.child(sweep.id, name)).id), 'edited\n');
    }
    const withSnapshot = readdirSync(at('h/runs')).filter((name) => existsSync(at(`h/runs/${name}/code`)));
    assert.deepEqual(withSnapshot.sort(), [graph.id, sweep.id].sort());
  });

  it('executes it again in every attempt: after an end, a kill of the engine, a retry of one task', async () => {
    const run = await submitAndEdit({
      tasks: { a: { retries: 1, script: waiting('sh say.sh; [ "$SIDELAB_ATTEMPT" -gt 1 ]') } },
    });
    await graphs.harness.killEngine();
    graphs.client = await graphs.harness.start();
    go();
    assert.equal((await graphs.settled(run)).status, 'completed');
    const task = await graphs.child(run.id, 'a');
    assert.deepEqual([task.attempt?.number, await graphs.output(task.id)], [2, 'changed\n']);
    await graphs.retry(task.id);
    const again = await until(async () => {
      const { run: now } = await detail(task.id);
      return now.attempt?.number === 3 && now.status === 'completed' && now;
    }, 'the third attempt');
    assert.equal(await graphs.output(again.id), 'changed\n');
  });

  it('starts in a folder in which nothing is, and finds those that it writes into', async () => {
    for (const name of ['work', 'results', 'r']) mkdirSync(at(name), { recursive: true });
    const script = 'pwd; echo one > ../results/one; echo two > ../r/two';
    const run = await graphs.settled(await graphs.submit({ packaging: 'git', cwd: 'work', script }));
    assert.equal(run.status, 'completed', run.evidence);
    assert.equal(await graphs.output(run.id), `${realpathSync(snapshotOf(run.id))}/work\n`);
    assert.deepEqual([existsSync(at('results/one')), existsSync(at('r/two'))], [false, true], 'r is ignored');
  });

  it('keeps what it writes where it is told to, and in ignored folders, which are those of the working tree', async () => {
    const run = await graphs.submit({
      packaging: 'git',
      script: 'echo out > "$SIDELAB_OUTPUTS/out"; echo more > data/more; echo here > here',
    });
    await graphs.settled(run);
    const { outputs } = await detail(run.id);
    assert.equal(readFileSync(path.join(outputs, 'out'), 'utf8'), 'out\n');
    assert.equal(readFileSync(at('data/more'), 'utf8'), 'more\n');
    assert.deepEqual([existsSync(at('here')), existsSync(path.join(snapshotOf(run.id), 'here'))], [false, true]);
  });

  it('reads its inputs in the snapshot, and reuses a result as long as the code is the same', async () => {
    const file = {
      packaging: 'git',
      reuse: true,
      inputs: { words: 'lib/*.txt' },
      command: ['cat', '${inputs.words}'],
    };
    const first = await graphs.settled(await graphs.submit(file));
    assert.equal(await graphs.output(first.id), 'words\n');
    const second = await graphs.settled(await graphs.submit(file));
    assert.equal(second.reusedFrom, first.id);
    repository.write('say.sh', 'echo other\n');
    const third = await graphs.settled(await graphs.submit(file));
    assert.deepEqual([third.status, third.reusedFrom], ['completed', undefined]);
  });

  it('has its result known by what is in its snapshot, whatever is edited while it waits', async () => {
    const file = { packaging: 'git', reuse: true, script: 'sh say.sh' };
    await graphs.client.peer.call('queue.pause', { isPaused: true });
    const first = await submitAndEdit(file);
    await graphs.client.peer.call('queue.pause', { isPaused: false });
    await graphs.settled(first);
    assert.equal(await graphs.output(first.id), 'changed\n');
    const edited = await graphs.settled(await graphs.submit(file));
    assert.deepEqual([edited.reusedFrom, await graphs.output(edited.id)], [undefined, 'edited\n']);
    repository.write('say.sh', 'echo changed\n');
    repository.write('lib/words.txt', 'words\n');
    assert.equal((await graphs.settled(await graphs.submit(file))).reusedFrom, first.id);
    // Edited between the reading of the run file and the snapshot.
    const submission = await graphs.resolve(file);
    repository.write('say.sh', 'echo meanwhile\n');
    const kept = await keepCode(graphs.harness.home, submission, process.env);
    const meanwhile = await graphs.settled(await graphs.client.peer.call('runs.submit', kept));
    assert.deepEqual([meanwhile.reusedFrom, await graphs.output(meanwhile.id)], [undefined, 'meanwhile\n']);
  });

  it('tells commit, branch, changes, snapshot and patch, of its tasks too', async () => {
    const run = await graphs.submit({ packaging: 'git', tasks: { a: { script: 'true' } } });
    const { code, cwd } = await detail((await graphs.child(run.id, 'a')).id);
    assert.equal(cwd, snapshotOf(run.id));
    assert.deepEqual(code, {
      repository: realpathSync(repository.folder),
      commit: repository.git('rev-parse', 'HEAD'),
      branch: 'main',
      isChanged: true,
      patch: 'kept',
      isSnapshot: true,
      snapshotFolder: snapshotOf(run.id),
      patchFile: patchFile(graphs.harness.home, run.id),
      untracked: { count: 1, names: ['graph.run.json'] },
    });
    await graphs.settled(run);
  });

  it('is not taken by the engine without its whole snapshot, and says so when that is gone later', async () => {
    const resolved = await graphs.resolve({ packaging: 'git', script: 'true' });
    mkdirSync(`${snapshotOf(resolved.runId)}.new-1-1`, { recursive: true });
    const refused = isFailure('InvalidInput', /^There is no snapshot of the code in /);
    await assert.rejects(graphs.client.peer.call('runs.submit', resolved), refused);

    const run = await graphs.submit({ packaging: 'git', script: 'true' });
    await graphs.settled(run);
    renameSync(snapshotOf(run.id), at('moved'));
    await graphs.retry(run.id);
    const ended = await until(async () => {
      const { run: now } = await detail(run.id);
      return now.status === 'failed' && now;
    }, 'the failure');
    assert.match(ended.evidence ?? '', /There is no snapshot of the code in /);
  });

  describe('afterwards', () => {
    const dayMs = 24 * 60 * 60 * 1000;
    /** As the engine does it once a day, that many days from now. */
    const sweepAfter = async (days: number): Promise<void> => {
      const clock: Clock = { ...systemClock, nowMs: () => Date.now() + days * dayMs };
      const runsById = async (ids: readonly RunId[]): Promise<Run[]> => {
        const found = await Promise.all(ids.map(async (id) => detail(id).catch(() => undefined)));
        return found.flatMap((one) => (one ? [one.run] : []));
      };
      const home = new Home(graphs.harness.home);
      await new SnapshotRetention({ home, store: { runsById }, clock, log: silentLog }).sweep();
    };

    it('keeps its snapshot as long as it runs and some time after, then it is removed with no link followed', async () => {
      const run = await graphs.submit({ packaging: 'git', script: waiting('true') });
      await sweepAfter(snapshotKeptDays * 2);
      assert.ok(existsSync(snapshotOf(run.id)), 'it still runs');
      go();
      await graphs.settled(run);
      await sweepAfter(snapshotKeptDays - 1);
      assert.ok(existsSync(snapshotOf(run.id)));
      await sweepAfter(snapshotKeptDays + 1);
      const left = readdirSync(at(`h/runs/${run.id}`)).filter((name) => name.startsWith('code'));
      assert.deepEqual(left.sort(), ['code.patch', 'code.removed']);
      assert.equal(readFileSync(at('data/points.csv'), 'utf8'), '1,2\n');
      const refused = isFailure('Conflict', /^The snapshot of the code .* was removed 14 days after its end\.$/);
      await assert.rejects(graphs.retry(run.id), refused);
      const { code } = await detail(run.id);
      assert.deepEqual([code?.isSnapshot, code?.snapshotFolder], [true, undefined]);
    });

    it('has what was left of a submission that never came removed a day later, and nothing else', async () => {
      const [half, lost] = [newRunId(), newRunId()];
      mkdirSync(`${snapshotOf(half)}.new-1-1`, { recursive: true });
      mkdirSync(snapshotOf(lost), { recursive: true });
      writeFileSync(patchFile(graphs.harness.home, lost), 'patch');
      const run = await graphs.settled(await graphs.submit({ packaging: 'git', script: 'true' }));
      await sweepAfter(0);
      assert.ok(existsSync(`${snapshotOf(half)}.new-1-1`) && existsSync(snapshotOf(lost)), 'it may still come');
      await sweepAfter(2);
      assert.deepEqual(readdirSync(at(`h/runs/${half}`)), []);
      assert.equal(existsSync(at(`h/runs/${lost}`)), false);
      assert.ok(existsSync(snapshotOf(run.id)));
    });
  });
});

describe('a submission with a snapshot from a terminal', () => {
  const cli = new CliHarness();
  after(async () => cli.dispose());

  it('is whole or nothing when it is killed midway, and works the next time', async () => {
    const repository = new GitRepository(cli.folder.path);
    repository.write('.gitignore', 'h/\nr/\n');
    for (let n = 0; n < 3000; n += 1) repository.write(`many/${n % 50}/f${n}`, String(n));
    repository.commit();
    cli.program('console.log("ran")', { packaging: 'git' });
    const killed = cli.start(['run', 'work.run.json']);
    const runs = cli.folder.join('h/runs');
    const begun = (name: RegExp): string[] =>
      existsSync(runs)
        ? readdirSync(runs).flatMap((run) => readdirSync(path.join(runs, run)).filter((file) => name.test(file)))
        : [];
    await until(() => begun(/^code/).length > 0, 'a snapshot that is begun');
    killed.child.kill('SIGKILL');
    await killed.ended;
    const isWhole = begun(/^code$/).length > 0;
    const list = async (): Promise<Run[]> => JSON.parse((await cli.sidelab('list', '--json')).stdout) as Run[];
    // The kill may have come too late.
    if (!isWhole) assert.deepEqual(await list(), []);
    const { code, stdout, stderr } = await cli.sidelab('run', 'work.run.json');
    assert.deepEqual([code, stdout], [0, 'ran\n'], stderr);
    const shown = JSON.parse((await cli.sidelab('show', '--json', (await list())[0]?.id ?? '')).stdout) as RunDetail;
    assert.equal(readdirSync(path.join(shown.code?.snapshotFolder ?? '', 'many'), { recursive: true }).length, 3050);
    assert.match(
      (await cli.sidelab('show', shown.run.id)).stdout,
      /^code +[0-9a-f]{12} on main, with uncommitted changes$/m,
    );
  });
});
