import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { homeFolder, readEngineAddress } from '../../../src/protocol/engineAddress';

describe('the home', () => {
  it('is the platform’s data folder, or where SIDELAB_HOME says', () => {
    const at = (env: NodeJS.ProcessEnv, platform: NodeJS.Platform = 'linux'): string => homeFolder(env, platform);
    const standard = path.join(homedir(), '.local', 'share', 'sidelab');
    assert.deepEqual(
      [
        at({ SIDELAB_HOME: '/x', XDG_DATA_HOME: '/data' }),
        at({ XDG_DATA_HOME: '/data' }),
        at({}),
        at({ XDG_DATA_HOME: 'relative' }),
        at({ XDG_DATA_HOME: '/snap/code/1', SNAP: '/snap/code/1' }),
        at({ XDG_DATA_HOME: '/var/app', FLATPAK_ID: 'com.visualstudio.code' }),
        at({}, 'darwin'),
      ],
      [
        '/x',
        '/data/sidelab',
        standard,
        standard,
        standard,
        standard,
        path.join(homedir(), 'Library', 'Application Support', 'Sidelab'),
      ],
    );
  });
});

describe('engine.json', () => {
  let home: string;
  beforeEach(async () => (home = await mkdtemp(path.join(tmpdir(), 'sidelab-home-'))));
  afterEach(async () => rm(home, { recursive: true, force: true }));

  const address = { protocol: 1, version: '1', pid: 1, host: 'h', socket: '/s', token: 't'.repeat(43), startedAtMs: 1 };
  const read = async (text: string): Promise<unknown> => {
    await writeFile(path.join(home, 'engine.json'), text);
    return readEngineAddress(home);
  };

  it('says where the engine is, or nothing while it is not whole', async () => {
    assert.equal(await readEngineAddress(home), undefined);
    assert.equal(await readEngineAddress(path.join(home, 'none')), undefined);
    assert.deepEqual(await read(JSON.stringify(address)), address);
    for (const broken of [
      '',
      JSON.stringify(address).slice(0, 20),
      '[]',
      JSON.stringify({ ...address, token: 'short' }),
    ]) {
      assert.equal(await read(broken), undefined, broken);
    }
  });
});
