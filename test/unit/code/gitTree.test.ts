import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { gitTreeOf } from '../../../src/code/gitTree';
import { isFailure } from '../../support/isFailure';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporaryFolder';
import { GitRepository } from '../../support/gitRepository';

describe('the hash of a working tree', () => {
  let folder: TemporaryFolder;
  let repository: GitRepository;

  const treeOf = async (of: string): Promise<string> => gitTreeOf(of, new Map([['PATH', process.env['PATH'] ?? '']]));

  beforeEach(() => {
    folder = temporaryFolder();
    repository = new GitRepository(folder.join('code'));
    repository.write('.gitignore', 'data/\n');
    repository.write('train.py', 'print(1)\n');
    repository.write('lib/model.py', 'width = 1\n');
    repository.commit();
  });
  afterEach(() => folder.remove());

  it('is that of the commit while nothing has changed, and of the next commit as soon as something has', async () => {
    const committed = repository.git('rev-parse', 'HEAD^{tree}');
    assert.equal(await treeOf(repository.folder), committed);
    repository.write('train.py', 'print(2)\n');
    repository.write('new.py', 'x\n');
    rmSync(path.join(repository.folder, 'lib/model.py'));
    const changed = await treeOf(repository.folder);
    repository.commit();
    assert.notEqual(changed, committed);
    assert.equal(repository.git('rev-parse', 'HEAD^{tree}'), changed);
  });

  it('is the same from any folder of the repository, and passes over ignored files', async () => {
    const before = await treeOf(repository.folder);
    repository.write('data/points.csv', '1,2\n');
    assert.equal(await treeOf(path.join(repository.folder, 'lib')), before);
  });

  it('leaves the repository as it was', async () => {
    repository.write('staged.py', 'a\n');
    repository.git('add', 'staged.py');
    repository.write('staged.py', 'b\n');
    repository.write('new.py', 'x\n');
    const look = (): string[] => [
      repository.git('status', '--porcelain'),
      repository.git('ls-files', '--stage'),
      execFileSync('find', ['.git', '-type', 'f'], { cwd: repository.folder, encoding: 'utf8' }),
    ];
    const before = look();
    assert.match(await treeOf(repository.folder), /^[0-9a-f]{40}$/);
    assert.deepEqual(look(), before);
  });

  it('sees a change inside a repository inside this one, committed or not', async () => {
    const inner = new GitRepository(path.join(repository.folder, 'vendor/inner'));
    const empty = await treeOf(repository.folder);
    inner.write('a.txt', '1');
    const changed = await treeOf(repository.folder);
    assert.equal(new Set([undefined, empty, changed]).size, 3);
  });

  it('sees changes of files that git was told to take for unchanged', async () => {
    const before = await treeOf(repository.folder);
    repository.git('update-index', '--assume-unchanged', 'train.py');
    repository.git('update-index', '--skip-worktree', 'lib/model.py');
    assert.equal(await treeOf(repository.folder), before);
    repository.write('train.py', 'print(3)\n');
    const one = await treeOf(repository.folder);
    repository.write('lib/model.py', 'width = 3\n');
    assert.equal(new Set([before, one, await treeOf(repository.folder)]).size, 3);
    rmSync(path.join(repository.folder, 'lib/model.py'));
    repository.write('train.py', 'print(1)\n');
    assert.equal(await treeOf(repository.folder), before, 'what a sparse checkout left out is no change');
  });

  it('is there before the first commit, and not where there is no repository', async () => {
    const fresh = new GitRepository(folder.join('fresh'));
    assert.match(await treeOf(fresh.folder), /^[0-9a-f]{40}$/);
    mkdirSync(folder.join('plain'));
    await assert.rejects(treeOf(folder.join('plain')), isFailure('InvalidInput'));
    await assert.rejects(treeOf(folder.join('nowhere')), isFailure('InvalidInput'));
    const withoutGit = new Map([['PATH', folder.join('plain')]]);
    await assert.rejects(gitTreeOf(repository.folder, withoutGit), isFailure('InvalidInput'));
  });
});
