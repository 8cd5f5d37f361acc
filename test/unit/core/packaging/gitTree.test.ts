import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { gitTreeOf } from '../../../../src/core/packaging/gitTree';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporaryFolder';
import { GitRepository } from './gitRepository';

describe('the hash of a working tree', () => {
  let folder: TemporaryFolder;
  let repository: GitRepository;

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
    assert.equal(await gitTreeOf(repository.folder), committed);
    repository.write('train.py', 'print(2)\n');
    repository.write('new.py', 'x\n');
    rmSync(path.join(repository.folder, 'lib/model.py'));
    const changed = await gitTreeOf(repository.folder);
    repository.commit();
    assert.notEqual(changed, committed);
    assert.equal(repository.git('rev-parse', 'HEAD^{tree}'), changed);
  });

  it('is the same from any folder of the repository, and passes over ignored files', async () => {
    const before = await gitTreeOf(repository.folder);
    repository.write('data/points.csv', '1,2\n');
    assert.equal(await gitTreeOf(path.join(repository.folder, 'lib')), before);
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
    assert.match((await gitTreeOf(repository.folder)) ?? '', /^[0-9a-f]{40}$/);
    assert.deepEqual(look(), before);
  });

  it('sees a change inside a repository inside this one, committed or not', async () => {
    const inner = new GitRepository(path.join(repository.folder, 'vendor/inner'));
    const empty = await gitTreeOf(repository.folder);
    inner.write('a.txt', '1');
    const changed = await gitTreeOf(repository.folder);
    assert.equal(new Set([undefined, empty, changed]).size, 3);
  });

  it('is there before the first commit, and not where there is no repository', async () => {
    const fresh = new GitRepository(folder.join('fresh'));
    assert.match((await gitTreeOf(fresh.folder)) ?? '', /^[0-9a-f]{40}$/);
    mkdirSync(folder.join('plain'));
    assert.equal(await gitTreeOf(folder.join('plain')), undefined);
    assert.equal(await gitTreeOf(folder.join('nowhere')), undefined);
    assert.equal(await gitTreeOf(repository.folder, { PATH: folder.join('plain') }), undefined);
  });
});
