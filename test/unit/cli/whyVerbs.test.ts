import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Comparison } from '../../../src/core/compare/comparison';
import type { RunExplanation } from '../../../src/core/explain/explainRun';
import type { RunDetail } from '../../../src/model/run';
import { GitRepository } from '../../support/gitRepository';
import { CliHarness } from './cliHarness';

describe('why a run failed, in a terminal', function () {
  this.timeout(120_000);
  const harness = new CliHarness();
  after(async () => harness.dispose());

  const write = (name: string, content: object): void =>
    writeFileSync(harness.folder.join(`${name}.run.json`), JSON.stringify({ name, experiment: 'why', ...content }));
  const run = async (name: string, content: object): Promise<void> => {
    write(name, content);
    await harness.sidelab('run', '--no-tail-logs', `${name}.run.json`);
  };
  const explain = async (name: string): Promise<string> => {
    const { code, stdout, stderr } = await harness.sidelab('explain', name);
    assert.deepEqual([code, stderr], [0, '']);
    return stdout;
  };
  const what = (text: string): string => /What happened:\n {2}(.+)/.exec(text)?.[1] ?? text;
  const failing = async (name: string, content: object): Promise<string> => {
    await run(name, content);
    return explain(name);
  };

  it('is told of a program that was killed, with what it held and what the kernel has counted', async () => {
    const source = 'globalThis.kept = Buffer.alloc(2e8, 1); setTimeout(() => process.kill(process.pid, 9), 1500);';
    const text = await failing('killed', { command: [process.execPath, '-e', source] });
    assert.match(what(text), /^The program was killed by SIGKILL/);
    assert.match(text, /Exit code 137 is 128 \+ 9: SIGKILL ended the program\. Sidelab did not send it\./);
    assert.match(text, /It held \d{3} MB of \d+ GB at its peak/);
  });

  it('is told of a program whose memory is limited', async function () {
    // What Node does with less address space than it wants differs; Python says the same everywhere.
    if (!hasPython()) return this.skip();
    const text = await failing('limited', { script: 'ulimit -v 400000; python3 -c "bytearray(10**9)"' });
    assert.equal(what(text), 'The program ran out of memory.');
    assert.match(text, /It wrote: MemoryError/);
  });

  it('is told of an import that failed, with the Python that it failed in', async function () {
    if (!hasPython()) return this.skip();
    const text = await failing('import', { command: ['python3', '-c', 'import sidelab_has_no_such_module'] });
    assert.match(what(text), /^\/\S*python3 has no module sidelab_has_no_such_module\.$/);
    assert.match(text, /"python": "selected"/);
    assert.match(text, / {4}ModuleNotFoundError: No module named 'sidelab_has_no_such_module'\n/);
  });

  it('is told of a time limit', async () => {
    const text = await failing('slow', { command: ['sleep', '100'], timeout: '1 s', grace: '1 s' });
    assert.equal(what(text), 'It ran longer than its limit of 1 s, and was ended.');
    assert.match(text, /exit code 143 \(SIGTERM\)/);
  });

  it('is told of a full disk, by a device that always is one', async function () {
    if (!existsSync('/dev/full')) return this.skip();
    const text = await failing('full', { script: 'echo checkpoint | cat > /dev/full' });
    assert.equal(what(text), 'The disk was full.');
    assert.match(text, /No space left on device/);
    assert.match(text, /are free at \//);
  });

  it('is told of a segmentation fault', async () => {
    const text = await failing('crash', { script: 'kill -SEGV $$' });
    assert.equal(what(text), 'It crashed: a segmentation fault (SIGSEGV).');
    assert.match(text, /It wrote nothing\./);
  });

  it('is told of programs that are missing, that are none, and whose interpreter is missing', async () => {
    const missing = await failing('missing', { script: 'trian --fast' });
    assert.equal(what(missing), 'The program trian was not found.');
    writeFileSync(harness.folder.join('data.txt'), 'no program');
    const none = await failing('none', { script: './data.txt' });
    assert.equal(what(none), './data.txt is no program that can be executed.');
    const script = harness.folder.join('train.py');
    writeFileSync(script, '#!/opt/gone/bin/python\nprint(1)\n');
    chmodSync(script, 0o755);
    const wrong = await failing('wrong', { command: ['./train.py'] });
    assert.equal(
      what(wrong),
      `The interpreter /opt/gone/bin/python, which the first line of ${script} names, is not there.`,
    );
  });

  it('is told of processes that were killed all at once', async () => {
    const text = await failing('vanished', { script: 'kill -9 0' });
    assert.equal(what(text), 'Its processes are gone without an exit code: all of them were killed at once.');
  });

  it('is told once for equal failures of a sweep, and task by task for a graph', async () => {
    const sweep = {
      script: 'test $LR = 1 || { echo "no module: torch" >&2; exit 7; }',
      parameters: { lr: 0 },
      env: { LR: '${parameters.lr}' },
      sweep: { over: { 'parameters.lr': [1, 2, 3, 4] } },
    };
    const trials = await failing('sweep', sweep);
    assert.match(trials, /\n3 of what it is made of failed:\n {2}3 runs: exit code 7\n/);
    assert.match(trials, /The same in 2 other runs:/);
    assert.match(trials, /of the same sweep, completed · Compare the two\n {2}- parameters: different\n {6}lr: 1 → \d/);

    const tasks = {
      tasks: { a: { script: 'exit 3' }, b: { dependsOn: ['a'], script: 'true' }, c: { script: 'kill -SEGV $$' } },
      sequential: false,
    };
    const graph = await failing('graph', tasks);
    assert.match(graph, /\n2 of what it is made of failed:\n/);
    assert.match(graph, /\n {2}a: exit code 3\n/);
    assert.match(graph, /\n {2}c: exit code 139 \(SIGSEGV\)\n/);

    // A task is compared with the same task of an earlier graph.
    await run('tasks', { tasks: { a: { script: 'true' }, b: { script: 'true' } } });
    const again = await failing('tasks', { tasks: { a: { script: 'true' }, b: { script: 'exit 3' } } });
    assert.match(again, /\n {2}b \([a-z2-7]{6}\), the same task of tasks, completed · Compare the two\n/);
    assert.match(again, / {6}command: \S+sh -e -c true → \S+sh -e -c exit 3\n/);
  });

  it('is refused for runs that have not failed, and for what is no run', async () => {
    await run('fine', { script: 'true' });
    const fine = await harness.sidelab('explain', 'fine');
    assert.deepEqual([fine.code, fine.stdout], [2, '']);
    assert.match(fine.stderr, /The run "fine" has not failed: it is completed\./);
    const unknown = await harness.sidelab('explain', 'nothing-of-that-name');
    assert.equal(unknown.code, 2);
  });

  it('is told as JSON, and of the attempt that failed when the run is being tried again', async () => {
    await run('again', { script: 'exit 4', retries: 1, retryDelay: '0 s' });
    const { stdout } = await harness.sidelab('explain', 'again', '--json');
    const { explanations } = JSON.parse(stdout) as RunExplanation;
    assert.deepEqual([explanations.length, explanations[0]?.attempt?.number], [1, 2]);
  });
});

describe('two runs of a repository, in a terminal', function () {
  this.timeout(120_000);
  const harness = new CliHarness();
  const repository = new GitRepository(harness.folder.join('work'));
  const runFile = (parameters: object, more: object = {}): void =>
    void repository.write(
      'exp/train.run.json',
      JSON.stringify(
        { name: 'train', parameters, inputs: { data: '../data.txt' }, script: 'sh ../train.sh', ...more },
        null,
        2,
      ),
    );
  const submit = async (name: string): Promise<number | null> =>
    (await harness.sidelab('run', '--no-tail-logs', '--name', name, 'work/exp/train.run.json')).code;
  let first = '';

  before(async () => {
    repository.write('train.sh', 'echo fine\n');
    repository.write('data.txt', 'one\n');
    runFile({ lr: 0.1, model: { width: 8 } });
    first = repository.commit('first');
    assert.equal(await submit('good'), 0);
    // A commit, a change that is not committed, a file that git was not told of, other data and another parameter.
    repository.write('README.md', 'words\n');
    repository.commit('second: words');
    repository.write('train.sh', 'echo broken >&2\nexit 5\n');
    repository.write('notes.txt', 'mine\n');
    repository.write('data.txt', 'one and two\n');
    runFile({ lr: 0.2, model: { width: 8 } });
    assert.equal((await submit('bad')) ?? 0, 5);
  });
  after(async () => harness.dispose());

  it('are compared with the last success when one failed: parameters, commits, patch, inputs', async () => {
    const { stdout } = await harness.sidelab('explain', 'bad');
    assert.match(stdout, /good \([a-z2-7]{6}\), of the same run file, completed · Compare the two\n/);
    assert.match(stdout, / {2}- parameters: different\n {6}lr: 0\.1 → 0\.2\n/);
    assert.match(stdout, / {6}commit: [0-9a-f]{12} on main → [0-9a-f]{12} on main\n/);
    assert.match(stdout, / {8}[0-9a-f]+ second: words\n/);
    assert.match(stdout, / {6}not committed: none → changes in data\.txt, exp\/train\.run\.json, train\.sh\n/);
    assert.match(stdout, / {6}data: \S+data\.txt: 4 bytes, modified \S+ → 12 bytes, modified \S+\n/);
    assert.match(stdout, / {2}- the same: command, environment\n/);
  });

  it('are compared as they were, whatever the working tree is by now', async () => {
    repository.write('train.sh', 'echo something else\n');
    const { code, stdout, stderr } = await harness.sidelab('diff', 'good', 'bad');
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^--- train\/good \([a-z2-7]{6}\) completed\n\+\+\+ train\/bad \([a-z2-7]{6}\) failed\n/);
    assert.match(stdout, /Equal: command, environment, metrics\./);
    assert.match(stdout, /\n {2}-echo fine\n {2}\+echo broken >&2\n {2}\+exit 5\n/);
    assert.match(stdout, /\n {2}- {5}"lr": 0\.1,\n {2}\+ {5}"lr": 0\.2,\n/);
    assert.match(stdout, /Files that git was not told of are not kept, and not compared\./);
    const json = JSON.parse((await harness.sidelab('diff', 'good', 'bad', '--json')).stdout) as Comparison;
    const texts = json.parts.find(({ name }) => name === 'code')?.texts.map(({ name }) => name);
    assert.deepEqual(texts, ['README.md', 'data.txt', 'exp/train.run.json', 'train.sh']);
    assert.equal(repository.git('status', '--porcelain', 'train.sh'), 'M train.sh');
  });

  it('are told to be equal where they are', async () => {
    runFile({ lr: 0.3 });
    await submit('same-1');
    await submit('same-2');
    const { stdout } = await harness.sidelab('diff', 'same-1', 'same-2');
    assert.match(
      stdout,
      /^---[^\n]*\n\+\+\+[^\n]*\nEqual: parameters, command, run file, code, environment, inputs, metrics\.\n$/,
    );
  });

  it('are two: a run is not compared with itself, nor with none', async () => {
    const itself = await harness.sidelab('diff', 'good', 'good');
    assert.equal(itself.code, 2);
    assert.match(itself.stderr, /Both are the run "good"\. Name two different runs\./);
    assert.equal((await harness.sidelab('diff', 'good', 'no-such-run')).code, 2);
  });

  it('are each reproduced in a worktree, and the working tree stays as it is', async () => {
    const before = repository.git('status', '--porcelain');
    const folder = harness.folder.join('again');
    const { code, stdout, stderr } = await harness.sidelab('reproduce', 'bad', folder);
    assert.deepEqual([code, stdout], [0, `${folder}\n`]);
    assert.match(stderr, /Files that git was not told of are not kept: notes\.txt\./);
    assert.match(stderr, /worktree remove --force/);
    const read = (name: string): string => readFileSync(`${folder}/${name}`, 'utf8');
    assert.equal(read('train.sh'), 'echo broken >&2\nexit 5\n');
    assert.equal(read('data.txt'), 'one and two\n');
    assert.match(read('exp/train.run.json'), /"lr": 0\.2/);
    assert.equal(existsSync(`${folder}/notes.txt`), false);
    assert.equal(repository.git('status', '--porcelain'), before);
    // It is what failed: run there, it fails the same way.
    assert.equal((await harness.sidelab('run', '--no-tail-logs', `${folder}/exp/train.run.json`)).code, 5);

    const old = harness.folder.join('old');
    assert.equal((await harness.sidelab('reproduce', 'good', old)).stderr.includes('not kept'), false);
    assert.equal(execFileSync('git', ['rev-parse', 'HEAD'], { cwd: old, encoding: 'utf8' }).trim(), first);
  });

  it('are reproduced with files that git was not told of where the run had a snapshot', async () => {
    repository.write('exp/helper.sh', 'echo helped\n');
    runFile({ lr: 0.4 }, { packaging: 'git' });
    await submit('packaged');
    const folder = harness.folder.join('whole');
    const { stderr } = await harness.sidelab('reproduce', 'packaged', folder);
    assert.match(stderr, /2 files that git was not told of are from the run's snapshot/);
    assert.equal(readFileSync(`${folder}/exp/helper.sh`, 'utf8'), 'echo helped\n');
    assert.equal(readFileSync(`${folder}/notes.txt`, 'utf8'), 'mine\n');
  });

  it('leave nothing behind where a patch does not fit any more', async () => {
    const { stdout } = await harness.sidelab('show', 'bad', '--json');
    const { code: kept } = JSON.parse(stdout) as RunDetail;
    const patch = readFileSync(kept?.patchFile ?? '', 'utf8');
    writeFileSync(kept?.patchFile ?? '', patch.replaceAll('-echo fine', '-echo coarse'));
    const folder = harness.folder.join('torn');
    const refused = await harness.sidelab('reproduce', 'bad', folder);
    writeFileSync(kept?.patchFile ?? '', patch);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /git could not apply what was not committed: /);
    assert.equal(existsSync(folder), false);
    assert.ok(!repository.git('worktree', 'list').includes(folder));
  });

  it('are not reproduced over a folder that is there, nor without a commit, a repository or git', async () => {
    const there = await harness.sidelab('reproduce', 'bad', harness.folder.join('work'));
    assert.equal(there.code, 2);
    assert.match(there.stderr, /is there already\. Name a folder that does not exist yet\./);

    const noGit = await harness.start(['reproduce', 'bad', harness.folder.join('x')], { PATH: '/nowhere' }).ended;
    assert.equal(noGit.code, 2);
    assert.match(noGit.stderr, /git was not found/);

    writeFileSync(harness.folder.join('plain.run.json'), JSON.stringify({ name: 'plain', script: 'true' }));
    await harness.sidelab('run', '--no-tail-logs', 'plain.run.json');
    const plain = await harness.sidelab('reproduce', 'plain');
    assert.equal(plain.code, 2);
    assert.match(plain.stderr, /The run "plain" comes from no git repository/);

    const fresh = new GitRepository(harness.folder.join('fresh'));
    fresh.write('a.run.json', JSON.stringify({ name: 'uncommitted', script: 'true' }));
    await harness.sidelab('run', '--no-tail-logs', 'fresh/a.run.json');
    const early = await harness.sidelab('reproduce', 'uncommitted');
    assert.match(early.stderr, /was submitted before the first commit/);
    assert.equal(existsSync(harness.folder.join('x')), false);
  });

  it('are not reproduced when their commit is gone, and submodules and large files are said to be missing', async () => {
    const other = new GitRepository(harness.folder.join('other'));
    other.write('a.run.json', JSON.stringify({ name: 'other', script: 'true' }));
    other.write('.gitattributes', '*.bin filter=lfs diff=lfs merge=lfs -text\n');
    const inner = new GitRepository(harness.folder.join('inner'));
    inner.write('lib.py', 'x = 1\n');
    inner.commit();
    other.git('submodule', '--quiet', 'add', inner.folder, 'lib');
    other.commit();
    assert.equal((await harness.sidelab('run', '--no-tail-logs', 'other/a.run.json')).code, 0);
    const { stderr, code } = await harness.sidelab('reproduce', 'other');
    assert.equal(code, 0, stderr);
    assert.match(stderr, /Submodules are empty: lib\./);
    assert.match(stderr, /Files of Git LFS are pointers only\./);

    const { stdout } = await harness.sidelab('show', 'other', '--json');
    const { code: kept } = JSON.parse(stdout) as RunDetail;
    other
      .git('worktree', 'list', '--porcelain')
      .split('\n')
      .flatMap((line) => /^worktree (.+other-.+)$/.exec(line)?.[1] ?? [])
      .forEach((folder) => other.git('worktree', 'remove', '--force', folder));
    other.git('checkout', '--quiet', '--orphan', 'anew');
    other.git('commit', '--quiet', '--allow-empty', '--message', 'anew');
    other.git('branch', '-D', 'main');
    other.git('reflog', 'expire', '--expire=now', '--all');
    other.git('gc', '--quiet', '--prune=now');
    const gone = await harness.sidelab('reproduce', 'other', harness.folder.join('gone'));
    assert.equal(gone.code, 2);
    assert.match(gone.stderr, new RegExp(`has no commit ${kept?.commit?.slice(0, 12) ?? 'at all'} any more`));
    assert.equal(existsSync(harness.folder.join('gone')), false);
  });
});

function hasPython(): boolean {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
