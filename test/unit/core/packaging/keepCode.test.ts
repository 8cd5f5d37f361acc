import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { keepCode } from '../../../../src/core/packaging/keepCode';
import { resolveRun } from '../../../../src/core/runFiles/resolveRun';
import { readRunFile } from '../../../../src/core/runFiles/readRunFile';
import { patchFile, snapshotFolder } from '../../../../src/protocol/codeFiles';
import type { Submission } from '../../../../src/protocol/engine';
import { isFailure } from '../../../support/isFailure';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporaryFolder';
import { GitRepository } from '../../../support/gitRepository';

describe('the code of a submission', () => {
  let folder: TemporaryFolder;
  let repository: GitRepository;
  let home: string;
  const environment = { PATH: `${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}` };

  const resolve = async (file: object, name = 'a.run.json', onlyLook = false): Promise<Submission> => {
    const text = JSON.stringify(file);
    const at = path.isAbsolute(name) ? name : repository.write(name, text);
    writeFileSync(at, text);
    return resolveRun({ file: await readRunFile(text, at), text, path: at, environment, onlyLook });
  };

  beforeEach(() => {
    folder = temporaryFolder();
    repository = new GitRepository(folder.join('code'));
    repository.write('train.sh', 'one\n');
    repository.commit();
    home = folder.join('home');
    mkdirSync(home);
  });
  afterEach(() => folder.remove());

  it('is known by commit, branch and what was not committed, whether it is packaged or not', async () => {
    const commit = repository.git('rev-parse', 'HEAD');
    const clean = await keepCode(home, await resolve({ command: ['true'] }, '.git/a.run.json'), environment);
    const common = { repository: repository.folder, commit, branch: 'main' };
    assert.deepEqual(clean.code, { ...common, isChanged: false });
    assert.equal(existsSync(patchFile(home, clean.runId)), false);

    repository.write('train.sh', 'two\n');
    const changed = await keepCode(home, await resolve({ command: ['true'] }), environment);
    assert.deepEqual(changed.code, {
      ...common,
      isChanged: true,
      untracked: { count: 1, names: ['a.run.json'] },
      patch: 'kept',
    });
    const copy = folder.join('copy');
    repository.git('worktree', 'add', '--quiet', '--detach', copy, commit);
    repository.git('-C', copy, 'apply', patchFile(home, changed.runId));
    assert.equal(readFileSync(path.join(copy, 'train.sh'), 'utf8'), 'two\n');
  });

  it('says when the patch is too large to be kept, and nothing where no repository is', async () => {
    repository.write('train.sh', 'x'.repeat(2 * 1024 * 1024));
    const large = await keepCode(home, await resolve({ command: ['true'] }), environment);
    assert.equal(large.code?.patch, 'too large');
    const plain = await keepCode(home, await resolve({ command: ['true'] }, folder.join('a.run.json')), environment);
    assert.equal(plain.code, undefined);
    const withoutGit = await keepCode(home, await resolve({ command: ['true'] }), { PATH: folder.join('none') });
    assert.equal(withoutGit.code, undefined, 'git is not needed for a run that is not packaged');
  });

  it('is written as paths in the snapshot, wherever it was named by a path in the repository', async () => {
    chmodSync(repository.write('bin/tool', '#!/bin/sh\n'), 0o755);
    repository.write('sub/mesh.msh', '1');
    const {
      command,
      cwd,
      inputs,
      environment: pairs,
    } = await resolve({
      packaging: 'git',
      command: ['./bin/tool', '${workspaceFolder}/x', 'plain', '${inputs.mesh}', '${userHome}'],
      inputs: { mesh: 'sub/*.msh' },
      env: { HOME: '/h', PYTHONPATH: '${runFileDirname}/lib:/opt' },
    });
    const { cwd: below, command: found } = await resolve({
      packaging: 'git',
      cwd: 'sub',
      command: ['tool'],
      env: { PATH: '${workspaceFolder}/bin:/bin' },
    });
    const { cwd: outside } = await resolve({ packaging: 'git', cwd: '/', command: ['/bin/true'] });
    assert.deepEqual(command.slice(0, 4), [
      '${run.code}/bin/tool',
      '${run.code}/x',
      'plain',
      '${run.code}/sub/mesh.msh',
    ]);
    assert.deepEqual([cwd, below, found, outside], ['${run.code}', '${run.code}/sub', ['${run.code}/bin/tool'], '/']);
    assert.deepEqual(inputs, [{ name: 'mesh', paths: ['${run.code}/sub/mesh.msh'] }]);
    assert.equal(new Map(pairs).get('PYTHONPATH'), '${run.code}/lib:/opt');
  });

  it('is packaged once, of a graph with plugins and algorithms as of any run', async () => {
    repository.write(
      '.sidelab/plugins/quiet.json',
      JSON.stringify({ name: 'quiet', executor: { env: { QUIET: '1' } } }),
    );
    const {
      tasks = [],
      code,
      environments,
    } = await resolve({
      packaging: 'git',
      plugins: ['quiet'],
      tasks: { a: { sweep: { over: { 'parameters.x': [1, 2] } }, command: ['cat', '${runFile}'] } },
    });
    assert.deepEqual(code, { repository: repository.folder, isSnapshot: true });
    assert.deepEqual(
      tasks.map(({ command }) => command.at(-1)),
      [undefined, '${run.code}/a.run.json', '${run.code}/a.run.json'],
    );
    assert.equal(new Map(environments?.[0]).get('QUIET'), '1');
  });

  it('is found by the name that the folder was opened by, a link or not', async () => {
    symlinkSync(repository.folder, folder.join('link'));
    const { cwd, command } = await resolve(
      { packaging: 'git', command: ['cat', '${runFileDirname}/train.sh'] },
      folder.join('link/a.run.json'),
    );
    assert.deepEqual([cwd, command.at(-1)], ['${run.code}', '${run.code}/train.sh']);
  });

  it('is refused at "packaging" where it cannot be packaged, while typing already', async () => {
    const file = { packaging: 'git', command: ['true'] };
    const refused = isFailure('InvalidInput', /^packaging: .* is in no git repository\.$/);
    await assert.rejects(resolve(file, folder.join('a.run.json')), refused);
    await assert.rejects(resolve(file, folder.join('a.run.json'), true), refused);
    assert.equal((await resolve(file, 'a.run.json', true)).code, undefined);
    const submission = await resolve(file);
    execFileSync('truncate', ['--size', '3G', path.join(repository.folder, 'huge')]);
    await assert.rejects(
      keepCode(home, submission, environment),
      isFailure('TooLarge', /^packaging: A snapshot of .* would have 3\.0 GiB/),
    );
    assert.deepEqual(readdirSync(path.join(home, 'runs', submission.runId)), [], 'nothing half-made is left');
  });

  it('is taken once: the same submission again keeps its snapshot, whatever has changed since', async () => {
    for (let n = 0; n < 500; n += 1) repository.write(`many/f${n}`, String(n));
    const submission = await resolve({ packaging: 'git', command: ['true'] });
    const target = snapshotFolder(home, submission.runId);
    const first = await keepCode(home, submission, environment);
    assert.equal(first.code?.isSnapshot, true);
    assert.equal(readdirSync(path.join(target, 'many')).length, 500);
    repository.write('train.sh', 'later\n');
    await keepCode(home, submission, environment);
    assert.equal(readFileSync(path.join(target, 'train.sh'), 'utf8'), 'one\n');
  });
});
