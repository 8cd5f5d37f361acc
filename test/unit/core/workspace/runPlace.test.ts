import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, realpathSync, renameSync } from 'node:fs';
import { findPlace, placesOf, withPlace } from '../../../../src/core/workspace/runPlace';
import { remoteName } from '../../../../src/model/runPlace';
import type { Submission } from '../../../../src/protocol/engine';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporaryFolder';

describe('the place that a run comes from', () => {
  let folder: TemporaryFolder;
  let root: string;

  beforeEach(() => {
    folder = temporaryFolder();
    root = realpathSync(folder.path);
    mkdirSync(folder.join('w/exp/one'), { recursive: true });
  });
  afterEach(() => folder.remove());

  const git = (...args: string[]): void => {
    execFileSync('git', ['-C', folder.join('w'), ...args], { stdio: 'ignore' });
  };

  it('is the same for a remote whatever way it is fetched, and never has who fetches it', () => {
    const names: Readonly<Record<string, string | undefined>> = {
      'git@github.com:me/ising.git': 'github.com/me/ising',
      'https://github.com/me/ising': 'github.com/me/ising',
      'https://user:secret@GitHub.com/me/ising.git/': 'github.com/me/ising',
      'ssh://git@github.com:22/me/ising.git': 'github.com/me/ising',
      'host:repo': 'host/repo',
      'file:///srv/git/ising.git': 'file:/srv/git/ising',
      '/srv/git/ising.git': 'file:/srv/git/ising',
      '../ising': undefined,
      'C:\\git\\ising': 'file:/C:/git/ising',
      'https://token@host/': undefined,
      '': undefined,
    };
    for (const [url, name] of Object.entries(names)) assert.equal(remoteName(url), name, url);
  });

  it('is remote and folder in a repository, and stays so when that is moved', async () => {
    git('init', '-q');
    git('remote', 'add', 'upstream', 'https://host/other/x');
    git('remote', 'add', 'origin', 'git@host:me/w.git');
    const expected = { place: 'host/me/w/exp/one', origin: 'host/me/w' };
    assert.deepEqual(await findPlace(folder.join('w/exp/one'), process.env), expected);
    renameSync(folder.join('w'), folder.join('moved'));
    assert.deepEqual(await findPlace(folder.join('moved/exp/one'), process.env), expected);
    assert.deepEqual(await placesOf(folder.join('moved/exp'), process.env), ['host/me/w/exp', `${root}/moved/exp`]);
  });

  it('is a path where no remote is, below the repository or the workspace', async () => {
    const inside = folder.join('w/exp/one');
    assert.deepEqual(await findPlace(inside, process.env, folder.join('w')), {
      place: inside,
      origin: folder.join('w'),
    });
    assert.deepEqual(await findPlace(inside, process.env, folder.join('elsewhere')), { place: inside, origin: inside });
    git('init', '-q');
    assert.deepEqual(await findPlace(inside, process.env), { place: `${root}/w/exp/one`, origin: `${root}/w` });
  });

  it('is that of the run file, else of the folder that the run starts in', async () => {
    const submission = { runFile: { path: folder.join('w/exp/a.run.json'), text: '' }, cwd: '/' } as Submission;
    assert.equal((await withPlace(submission, process.env)).place, folder.join('w/exp'));
    assert.equal((await withPlace({ ...submission, place: 'said' }, process.env)).place, 'said');
    assert.equal((await withPlace({ cwd: folder.join('w') } as Submission, process.env)).place, folder.join('w'));
  });
});
