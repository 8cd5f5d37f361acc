import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rmSync, symlinkSync } from 'node:fs';
import { promisify } from 'node:util';
import { RunFileFolder, usualPath } from './runFileFolder';

const makeAnew = 'Make it anew: python -m venv --clear';

describe('the Python of a run', () => {
  let place: RunFileFolder;
  beforeEach(() => (place = new RunFileFolder()));
  afterEach(() => place.folder.remove());

  /** Looks like one from outside: a pyvenv.cfg, and a `python` that tells its own path and what is active. */
  function standIn(name: string): string {
    place.write(`${name}/pyvenv.cfg`, 'home = /usr/bin\n');
    place.write(`${name}/bin/python`, '#!/bin/sh\necho "$0 $VIRTUAL_ENV ${PYTHONHOME-none} ${PATH%%:*}"\n', 0o755);
    return place.folder.join(name);
  }

  it('is a virtual environment’s, activated: for the program and for what it starts', async () => {
    standIn('.venv');
    const environment = { PATH: usualPath, PYTHONHOME: '/other', VIRTUAL_ENV: '/other' };
    const told = '~/.venv/bin/python ~/.venv none ~/.venv/bin';
    const python = { venv: '.venv' };
    assert.equal(await place.execute({ command: ['python'], python }, { environment }), told);
    assert.equal(await place.execute({ command: ['sh', '-c', 'python'], python }, { environment }), told);
    const named = { python: { venv: '${parameters.at}' }, parameters: { at: '.venv' } };
    assert.equal(await place.execute({ command: ['python'], ...named }, { environment }), told);
  });

  it('comes first also when env sets a PATH', async () => {
    standIn('.venv');
    const env = { PATH: `/nowhere:${usualPath}`, VIRTUAL_ENV: 'mine' };
    assert.equal(
      await place.execute({ command: ['python'], python: { venv: '.venv' }, env }),
      '~/.venv/bin/python mine none ~/.venv/bin',
    );
  });

  it('is a real one’s, with its packages', async function () {
    this.timeout(60_000);
    const venv = place.folder.join('real');
    try {
      await promisify(execFile)('python3', ['-m', 'venv', '--without-pip', venv]);
    } catch {
      this.skip(); // This machine has no Python, or one without venv.
    }
    const command = ['python', '-c', 'import sys; print(sys.prefix)'];
    assert.equal(await place.execute({ command, python: { venv: 'real' } }), '~/real');
    assert.equal(
      await place.execute({ command, python: 'selected' }, { selectedPython: `${venv}/bin/python` }),
      '~/real',
    );
  });

  it('fails at its key for an environment that is missing, none, or broken', async () => {
    standIn('broken');
    rmSync(place.folder.join('broken/bin/python'));
    symlinkSync('/nowhere/python3.9', place.folder.join('broken/bin/python'));
    place.write('plain/file', '');
    const failureOf = async (venv: string): Promise<string> =>
      place.failureOf({ command: ['python'], python: { venv } });
    assert.deepEqual(
      [await failureOf('gone'), await failureOf('plain'), await failureOf('broken')],
      [
        'InvalidInput 1:33 python.venv: There is no virtual environment ~/gone. Make it with: python -m venv ~/gone',
        'InvalidInput 1:33 python.venv: ~/plain is no virtual environment: it has no pyvenv.cfg. Make it with: python -m venv ~/plain',
        `InvalidInput 1:33 python.venv: The virtual environment ~/broken is broken: its Python is gone. ${makeAnew} ~/broken`,
      ],
    );
  });

  it('is the selected interpreter’s environment, or the interpreter itself', async () => {
    const selected = { command: ['python'], python: 'selected' };
    const inVenv = `${standIn('.venv')}/bin/python`;
    assert.equal(
      await place.execute(selected, { selectedPython: inVenv }),
      '~/.venv/bin/python ~/.venv none ~/.venv/bin',
    );
    // As in /usr/bin of many systems: no plain `python`.
    const plain = place.write('usr/bin/python3.12', '#!/bin/sh\necho "$0 ${VIRTUAL_ENV-none} ${PATH%%:*}"\n', 0o755);
    const environment = { PATH: usualPath, VIRTUAL_ENV: '/other' };
    assert.equal(
      await place.execute(selected, { selectedPython: plain, environment }),
      '~/usr/bin/python3.12 none ~/usr/bin',
    );
    assert.equal(
      await place.failureOf(selected, { selectedPython: place.folder.join('gone') }),
      'InvalidInput 1:23 python: The selected Python ~/gone is no program. Choose another with "Python: Select Interpreter".',
    );
  });

  it('is what is active in a terminal, where no editor selects', async () => {
    const selected = { command: ['python'], python: 'selected' };
    const environment = { PATH: usualPath, VIRTUAL_ENV: standIn('.venv'), CONDA_PREFIX: place.folder.join('base') };
    assert.equal(await place.execute(selected, { environment }), '~/.venv/bin/python ~/.venv none ~/.venv/bin');
    place.write('base/conda-meta/history', '');
    place.write('base/bin/python', '#!/bin/sh\necho base "$CONDA_PREFIX"\n', 0o755);
    const conda = { PATH: usualPath, CONDA_PREFIX: place.folder.join('base') };
    assert.equal(await place.execute(selected, { environment: conda }), 'base ~/base');
    assert.equal(
      await place.failureOf(selected),
      'InvalidInput 1:23 python: No Python is selected. Choose one with "Python: Select Interpreter" in VS Code, activate an environment in the terminal, or write { "venv": ".venv" }.',
    );
  });

  it('is refused while typing when it is none of the three', async () => {
    const help = 'python: Write "selected", { "venv": ".venv" } or { "conda": "NAME" }.';
    assert.deepEqual(await place.problems('{"command": ["a"], "python": "3.12"}'), [help]);
    assert.deepEqual(await place.problems('{"command": ["a"], "python": {"venv": "a", "conda": "b"}}'), [
      'python.conda: There is no key conda here. It belongs elsewhere, or does not go with what is beside it: move it, or leave it out.',
    ]);
  });
});
