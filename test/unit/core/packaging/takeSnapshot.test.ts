import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { takeSnapshot } from '../../../../src/core/packaging/takeSnapshot';
import { cleanEnvironment } from '../../../../src/core/runFiles/environment';
import { isFailure } from '../../../support/isFailure';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporaryFolder';
import { GitRepository } from '../../../support/gitRepository';

describe('a snapshot of a repository', () => {
  let folder: TemporaryFolder;
  let repository: GitRepository;

  const take = async (from = repository.folder, env: NodeJS.ProcessEnv = process.env): Promise<string> => {
    const target = folder.join(`snapshot-${readdirSync(folder.path).length}`);
    const environment = cleanEnvironment(env);
    await takeSnapshot({ folder: from, target, environment, leaveOut: path.join(repository.folder, 'home') });
    return target;
  };
  /** All that is in it, links not followed. */
  const listing = (of: string): Record<string, string> => {
    const files = execFileSync('find', [of, '-not', '-type', 'd'], { encoding: 'utf8' }).trim().split('\n').sort();
    const content = (file: string): string =>
      lstatSync(file).isSymbolicLink() ? `-> ${readlinkSync(file)}` : readFileSync(file, 'utf8');
    return Object.fromEntries(files.map((file) => [path.relative(of, file), content(file)] as const));
  };

  beforeEach(() => {
    folder = temporaryFolder();
    repository = new GitRepository(folder.join('code'));
    repository.write('.gitignore', 'data/\n*.log\n__pycache__/\n');
    repository.write('train.py', 'print(1)\n');
    repository.write('lib/model.py', 'width = 1\n');
    repository.write('old.py', '');
    repository.commit();
  });
  afterEach(() => folder.remove());

  it('has tracked files as they are on the disk, untracked ones, and links to what is ignored', async () => {
    repository.write('train.py', 'print(2)\n');
    repository.write('new/ü file.py', 'new\n');
    repository.write('data/points.csv', '1,2\n');
    repository.write('lib/train.log', 'loss\n');
    repository.write('lib/__pycache__/model.pyc', 'compiled');
    repository.write('home/engine.json', '{}');
    rmSync(path.join(repository.folder, 'old.py'));
    assert.deepEqual(listing(await take(path.join(repository.folder, 'lib'))), {
      '.gitignore': 'data/\n*.log\n__pycache__/\n',
      'train.py': 'print(2)\n',
      'lib/model.py': 'width = 1\n',
      'new/ü file.py': 'new\n',
      data: `-> ${path.join(repository.folder, 'data')}`,
      'lib/train.log': `-> ${path.join(repository.folder, 'lib/train.log')}`,
    });
  });

  it('has the folders in which there is nothing too, those that are ignored as links', async () => {
    const library = new GitRepository(folder.join('library'));
    library.write('lib.py', '1\n');
    library.commit();
    repository.git('submodule', '--quiet', 'add', library.folder, 'vendor');
    repository.git('submodule', '--quiet', 'add', library.folder, 'unfetched');
    repository.commit();
    repository.git('submodule', '--quiet', 'deinit', '--force', 'unfetched');
    repository.write('.gitignore', 'data/\nscratch\n__pycache__/\n');
    repository.write('cached/__pycache__/model.pyc', 'compiled');
    repository.write('results/data/points.csv', '1,2\n');
    for (const name of ['empty/one/two', 'lib/empty', 'data', 'lib/scratch/below', 'vendor/empty', 'home/runs']) {
      mkdirSync(path.join(repository.folder, name), { recursive: true });
    }
    const snapshot = await take();
    const folders = execFileSync('find', [snapshot, '-mindepth', '1', '-type', 'd'], { encoding: 'utf8' });
    assert.deepEqual(
      folders
        .trim()
        .split('\n')
        .map((name) => path.relative(snapshot, name))
        .sort(),
      ['empty', 'empty/one', 'empty/one/two', 'lib', 'lib/empty', 'unfetched', 'vendor', 'vendor/empty'],
    );
    for (const name of ['data', 'lib/scratch', 'results', 'cached']) {
      assert.equal(readlinkSync(path.join(snapshot, name)), path.join(repository.folder, name));
    }
  });

  it('keeps who may execute a file and when it was changed, and where links lead', async () => {
    chmodSync(repository.write('run.sh', 'exit 0\n'), 0o755);
    const changed = new Date(2020, 1, 2);
    utimesSync(path.join(repository.folder, 'train.py'), changed, changed);
    symlinkSync('../train.py', path.join(repository.folder, 'lib/inside'));
    symlinkSync(path.join(repository.folder, 'lib'), path.join(repository.folder, 'absolute'));
    symlinkSync('../elsewhere', path.join(repository.folder, 'outside'));
    symlinkSync('nowhere', path.join(repository.folder, 'dangling'));
    const snapshot = await take();
    const at = (name: string): string => path.join(snapshot, name);
    assert.deepEqual([statSync(at('run.sh')).mode & 0o777, statSync(at('train.py')).mode & 0o111], [0o755, 0]);
    assert.equal(statSync(at('train.py')).mtimeMs, changed.getTime());
    assert.deepEqual(
      ['lib/inside', 'absolute', 'outside', 'dangling'].map((name) => readlinkSync(at(name))),
      ['../train.py', 'lib', folder.join('elsewhere'), 'nowhere'],
    );
    assert.equal(realpathSync(at('absolute/inside')), realpathSync(at('train.py')));
  });

  it('leaves the repository, its index and its stash as they were, and runs no hook', async () => {
    repository.write('staged.py', 'a\n');
    repository.git('add', 'staged.py');
    repository.write('staged.py', 'b\n');
    for (const hook of ['pre-commit', 'post-checkout', 'post-index-change']) {
      chmodSync(repository.write(`.git/hooks/${hook}`, `#!/bin/sh\ntouch ${folder.join('hooked')}\n`), 0o755);
    }
    const look = (): string[] => [
      repository.git('--no-optional-locks', 'status', '--porcelain'),
      repository.git('ls-files', '--stage'),
      execFileSync('find', ['.git', '-type', 'f', '-printf', '%p %T@\n'], { cwd: repository.folder, encoding: 'utf8' }),
    ];
    const before = look();
    rmSync(folder.join('hooked'), { force: true });
    assert.equal(readFileSync(path.join(await take(), 'staged.py'), 'utf8'), 'b\n');
    assert.equal(existsSync(folder.join('hooked')), false);
    assert.deepEqual(look(), before);
  });

  it('has submodules and repositories inside as they are on the disk, and of large-file pointers what is there', async () => {
    const library = new GitRepository(folder.join('library'));
    library.write('.gitignore', 'build/\n');
    library.write('lib.py', '1\n');
    library.commit();
    repository.git('submodule', '--quiet', 'add', library.folder, 'vendor');
    repository.write('.gitattributes', '*.bin filter=lfs\n');
    repository.write(
      '.git/config',
      `${readFileSync(path.join(repository.folder, '.git/config'), 'utf8')}
[filter "lfs"]
  clean = cat
  smudge = false
  required = true
`,
    );
    const pointer = 'version https://git-lfs.github.com/spec/v1\n';
    repository.write('weights.bin', pointer);
    repository.commit();
    repository.write('vendor/lib.py', '2\n');
    repository.write('vendor/new.py', 'new\n');
    repository.write('vendor/build/out', 'x');
    new GitRepository(path.join(repository.folder, 'inner')).write('a.txt', 'a\n');
    const files = listing(await take());
    assert.deepEqual(
      ['vendor/lib.py', 'vendor/new.py', 'vendor/build', 'inner/a.txt', 'weights.bin'].map((name) => files[name]),
      ['2\n', 'new\n', `-> ${path.join(repository.folder, 'vendor/build')}`, 'a\n', pointer],
    );
    assert.deepEqual(
      Object.keys(files).filter((name) => /(^|\/)\.git(\/|$)/.test(name)),
      [],
    );
  });

  it('can be taken before the first commit, in a second working tree, and in the middle of a conflict', async () => {
    const fresh = new GitRepository(folder.join('fresh'));
    fresh.write('a.py', 'a\n');
    assert.deepEqual(listing(await take(fresh.folder)), { 'a.py': 'a\n' });

    repository.git('worktree', 'add', '--quiet', '-b', 'side', folder.join('tree'));
    writeFileSync(folder.join('tree/train.py'), 'side\n');
    assert.equal(listing(await take(folder.join('tree')))['train.py'], 'side\n');

    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@b', 'commit', '-qam', 'side'], {
      cwd: folder.join('tree'),
    });
    repository.write('train.py', 'main\n');
    repository.commit();
    assert.throws(() => repository.git('merge', 'side'));
    assert.match(listing(await take())['train.py'] ?? '', /<<<<<<<[^]*main[^]*side/);
  });

  it('is refused in words where git is missing, nothing is a repository, or a file cannot be read', async () => {
    mkdirSync(folder.join('plain'));
    const refused = isFailure('InvalidInput', /no git repository/);
    await assert.rejects(take(folder.join('plain')), refused);
    const noGit = isFailure('InvalidInput', /^git was not found\.$/);
    await assert.rejects(take(repository.folder, { PATH: folder.join('plain') }), noGit);
    if (process.getuid?.() !== 0) {
      chmodSync(repository.write('secret.py', ''), 0);
      await assert.rejects(take(), isFailure('InvalidInput', /secret\.py cannot be read/));
      rmSync(path.join(repository.folder, 'secret.py'));
    }
    writeFileSync(Buffer.concat([Buffer.from(`${repository.folder}/bad-`), Buffer.from([0xff])]), '');
    await assert.rejects(take(), isFailure('InvalidInput', /is no UTF-8/));
  });

  it('is refused when it would be too large, naming the largest file', async () => {
    execFileSync('truncate', ['--size', '3G', path.join(repository.folder, 'huge.bin')]);
    await assert.rejects(take(), isFailure('TooLarge', /3\.0 GiB, more than 2 GiB; the largest file is huge\.bin\.$/));
  });
});
