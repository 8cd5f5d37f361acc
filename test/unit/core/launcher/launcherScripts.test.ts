import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { editorNode, nodeScript, sidelabScript, writeScript } from '../../../../src/core/launcher/launcherScripts';
import { cleanEnvironment } from '../../../../src/core/runFiles/environment';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporaryFolder';

describe('the launcher of the terminals', () => {
  let folder: TemporaryFolder;
  beforeEach(() => (folder = temporaryFolder()));
  afterEach(() => folder.remove());

  it('starts the CLI with the words it was given, from a path with any characters', async () => {
    const place = folder.join(`it's "here" $HOME`);
    mkdirSync(place);
    const cli = path.join(place, 'cli.cjs');
    writeFileSync(cli, 'console.log(JSON.stringify(process.argv.slice(2)), process.env.ELECTRON_RUN_AS_NODE)');
    const script = sidelabScript({ ...editorNode(), isElectron: true }, cli, 'linux');
    const file = await writeScript(path.join(place, 'bin'), script);
    const { stdout } = spawnSync(file, ['run', 'a b', `it's`, '$HOME'], { encoding: 'utf8' });
    assert.equal(stdout, `["run","a b","it's","$HOME"] 1\n`);
    const before = statSync(file).ino;
    await writeScript(path.join(place, 'bin'), script);
    assert.deepEqual([statSync(file).ino, readdirSync(path.join(place, 'bin'))], [before, ['sidelab']]);
  });

  it('says what to do when an update has removed what it starts', async () => {
    const cli = folder.join('cli.cjs');
    const file = await writeScript(folder.path, sidelabScript(editorNode(), cli, 'linux'));
    rmSync(cli, { force: true });
    const { status, stderr } = spawnSync(file, ['list'], { encoding: 'utf8' });
    assert.deepEqual([status, stderr], [1, 'Sidelab was updated or removed: open a new terminal.\n']);
  });

  it('is a batch file on Windows', () => {
    const node = { program: 'C:\\Code 100%\\Code.exe', isElectron: true };
    assert.deepEqual(sidelabScript(node, 'C:\\x\\cli.cjs', 'win32'), {
      name: 'sidelab.cmd',
      text: [
        '@setlocal',
        '@if not exist "C:\\x\\cli.cjs" (echo Sidelab was updated or removed: open a new terminal. 1>&2 & exit /b 1)',
        '@set ELECTRON_RUN_AS_NODE=1',
        '@"C:\\Code 100%%\\Code.exe" "C:\\x\\cli.cjs" %*',
        '',
      ].join('\r\n'),
    });
  });

  it('stands in for Node with the editor’s own', async () => {
    const file = await writeScript(folder.path, nodeScript(editorNode(), 'linux'));
    const { stdout } = spawnSync(file, ['-p', '1 + 1'], { encoding: 'utf8' });
    assert.equal(stdout, '2\n');
  });
});

describe('the environment of a run', () => {
  it('has no launcher of the editor’s terminals on its PATH, and the editor’s Node behind all others', () => {
    const PATH = ['/l', '/usr/bin', '/bin'].join(path.delimiter);
    const cleaned = cleanEnvironment({ PATH, SIDELAB_LAUNCHER: '/l', SIDELAB_OWN_NODE: '/n', SIDELAB_WINDOW: 'w' });
    assert.deepEqual([...cleaned], [['PATH', ['/usr/bin', '/bin', '/n'].join(path.delimiter)]]);
    assert.deepEqual([...cleanEnvironment({ PATH })], [['PATH', PATH]]);
  });
});
