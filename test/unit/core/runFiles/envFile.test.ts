import assert from 'node:assert/strict';
import { RunFileFolder, usualPath } from './runFileFolder';

describe('files of environment variables', () => {
  let place: RunFileFolder;
  beforeEach(() => (place = new RunFileFolder()));
  afterEach(() => place.folder.remove());

  const tell = (...names: string[]): readonly string[] => [
    'node',
    '-p',
    `JSON.stringify([${names.map((n) => `process.env.${n}`).join()}])`,
  ];

  it('count more than the submitter’s environment and less than env', async () => {
    place.write('.env', '# why\nA=file\nexport B="two\\nlines"\nC=\'${run.id} #\' # note\nno variable\nD=file\n');
    const content = { command: tell('A', 'B', 'C', 'D', 'E'), envFile: '.env', env: { D: 'env' } };
    const environment = { PATH: usualPath, A: 'mine', D: 'mine', E: 'mine' };
    assert.deepEqual(JSON.parse(await place.execute(content, { environment })), [
      ...['file', 'two\nlines', '${run.id} #', 'env', 'mine'],
    ]);
  });

  it('may be several, the last one counts; references name them', async () => {
    place.write('.env', 'A=1\nB=1\n');
    place.write('local/.env', 'B=2\n');
    const content = {
      command: tell('A', 'B'),
      envFile: ['.env', '${runFileDirname}/${parameters.at}/.env'],
      parameters: { at: 'local' },
    };
    assert.equal(await place.execute(content), '["1","2"]');
    place.write('path.env', `PATH=${place.folder.join('tools')}:${usualPath}`);
    place.write('tools/mine', '#!/bin/sh\necho found\n', 0o755);
    assert.equal(await place.execute({ command: ['mine'], envFile: 'path.env' }), 'found');
  });

  it('that are missing or no texts fail at their key', async () => {
    place.write('binary', 'A=\0');
    const hint = 'It is relative to the folder of the run file.';
    assert.deepEqual(
      [
        await place.failureOf({ command: ['node'], envFile: '.env' }),
        await place.failureOf({ command: ['node'], envFile: ['binary', '.env'] }),
        await place.failureOf({ command: ['node'], envFile: '.' }),
      ],
      [
        `InvalidInput 1:21 envFile: There is no file ~/.env. ${hint}`,
        'InvalidInput 1:32 envFile[0]: ~/binary is no text: it contains NUL characters.',
        `InvalidInput 1:21 envFile: ~ is a folder. ${hint}`,
      ],
    );
  });
});
