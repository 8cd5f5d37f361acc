import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { activateConda } from '../../../../src/core/runFiles/conda';
import { isFailure } from '../../../support/isFailure';
import { until } from '../../../support/temporaryFolder';
import { RunFileFolder, usualPath } from './runFileFolder';

/**
 * Stands in for conda, which is not installed on the machines that test. It assumes of the real one:
 * - `conda run (-n NAME | -p FOLDER) PROGRAM…` activates the environment, its activate.d scripts included, and runs the
 *   program with its output on stdout and its exit code;
 * - for an unknown one it exits with 1 and says "EnvironmentLocationNotFound: Not a conda environment: FOLDER" on stderr;
 * - activation sets CONDA_PREFIX and CONDA_DEFAULT_ENV, and puts the environment's bin first in PATH;
 * - `conda env list --json` prints {"envs": […]}, the root folder first.
 * The environment's `python` is a stand-in too: it prints what the real one would for the program that it is given.
 */
const condaScript = `#!/bin/sh
root=$(dirname "$(dirname "$0")")
if [ "$1 $2 $3" = "env list --json" ]; then
  printf '{"envs": ["%s", "%s/envs/torch"]}' "$root" "$root"; exit 0
fi
[ "$1" = run ] || exit 64
case $2 in -n) prefix=$root/envs/$3 ;; -p) prefix=$3 ;; *) exit 64 ;; esac
shift 3
if ! [ -d "$prefix/conda-meta" ]; then
  echo >&2; echo "EnvironmentLocationNotFound: Not a conda environment: $prefix" >&2; echo >&2; exit 1
fi
export CONDA_PREFIX="$prefix" CONDA_DEFAULT_ENV="\${prefix##*/}" PATH="$prefix/bin:$PATH" SHLVL=7
for script in "$prefix"/etc/conda/activate.d/*.sh; do [ -e "$script" ] && . "$script"; done
exec "$@"
`;
const pythonScript = `#!${process.execPath}
if (process.argv[2] === '-I') {
  const mark = /'\\\\n([^']*:)'/.exec(process.argv[4])[1];
  console.log('\\n' + mark + JSON.stringify([process.env.CONDA_PREFIX + '/bin/python', process.env]));
} else console.log(process.argv[1], process.env.CONDA_DEFAULT_ENV, process.env.CUDA_HOME, process.env.SHLVL);
`;

describe('the conda environment of a run', () => {
  let place: RunFileFolder;
  let conda: string;
  beforeEach(() => {
    place = new RunFileFolder();
    conda = place.write('conda/bin/conda', condaScript, 0o755);
    mkdirSync(place.folder.join('conda/envs/torch/conda-meta'), { recursive: true });
    place.write('conda/envs/torch/bin/python', pythonScript, 0o755);
    place.write('conda/envs/torch/etc/conda/activate.d/cuda.sh', 'echo activating; export CUDA_HOME=/cuda\n');
  });
  afterEach(() => place.folder.remove());

  const command = ['python', 'train.py'];
  const python = { conda: 'torch' };

  it('is activated by conda, so that its packages’ own scripts count', async () => {
    const told = '~/conda/envs/torch/bin/python torch /cuda undefined';
    assert.equal(
      await place.execute({ command, python }, { environment: { PATH: usualPath, CONDA_EXE: conda } }),
      told,
    );
    const viaPath = { PATH: `${path.dirname(conda)}:${usualPath}` };
    assert.equal(await place.execute({ command, python }, { environment: viaPath }), told);
    const env = { CUDA_HOME: '/mine' };
    assert.equal(
      await place.execute({ command, python, env }, { environment: viaPath }),
      told.replace('/cuda', '/mine'),
    );
  });

  it('may be named by its folder, or by the interpreter that is selected', async () => {
    const environment = { PATH: usualPath, CONDA_EXE: conda, SHLVL: '1' };
    const told = '~/conda/envs/torch/bin/python torch /cuda 1';
    const byFolder = { conda: './conda/envs/${parameters.name}' };
    assert.equal(
      await place.execute({ command, python: byFolder, parameters: { name: 'torch' } }, { environment }),
      told,
    );
    const selectedPython = place.folder.join('conda/envs/torch/bin/python');
    assert.equal(await place.execute({ command, python: 'selected' }, { environment, selectedPython }), told);
  });

  it('is told by a real Python, whatever lies beside the run file', async function () {
    const { stdout } = await promisify(execFile)('sh', ['-c', 'command -v python3 || true']);
    if (stdout === '') this.skip(); // This machine has no Python.
    place.write('json.py', 'raise SystemExit(1)');
    mkdirSync(place.folder.join('conda/envs/real/conda-meta'), { recursive: true });
    place.write('conda/envs/real/bin/python', `#!/bin/sh\nexec "${stdout.trim()}" "$@"\n`, 0o755);
    const odd = 'a "b"\n$c ü';
    const environment = new Map(Object.entries({ PATH: usualPath, CONDA_EXE: conda, ODD: odd }));
    const active = await activateConda({ environment, name: 'real', base: place.folder.path });
    assert.equal(active?.environment.get('ODD'), odd);
    assert.equal(active.environment.get('CONDA_DEFAULT_ENV'), 'real');
  });

  it('fails at its key in conda’s words, with the environments that there are', async () => {
    const environment = { PATH: usualPath, CONDA_EXE: conda };
    assert.equal(
      await place.failureOf({ command, python: { conda: 'jax' } }, { environment }),
      'InvalidInput 1:44 python.conda: conda did not activate "jax": EnvironmentLocationNotFound: Not a conda environment: ~/conda/envs/jax Its environments are ~/conda, torch.',
    );
    assert.equal(
      await place.failureOf({ command, python }),
      'InvalidInput 1:44 python.conda: There is no conda. It is looked for in CONDA_EXE and PATH of whoever submits: run "conda init", and open the window or terminal anew.',
    );
  });

  it('is not waited for without end, and leaves no process behind', async () => {
    place.write(
      'conda/envs/torch/etc/conda/activate.d/slow.sh',
      `sleep 600 & echo $! >"${place.folder.join('pid')}"; wait\n`,
    );
    const environment = new Map([
      ['PATH', usualPath],
      ['CONDA_EXE', conda],
    ]);
    const query = { environment, name: 'torch', base: place.folder.path, timeLimitMs: 1500 };
    await assert.rejects(activateConda(query), isFailure('InvalidInput', /did not activate "torch" within 1.5 s/));
    const pid = Number(readFileSync(place.folder.join('pid'), 'utf8'));
    await until(() => !lives(pid), 'the end of what conda started');
  });

  it('is not run while typing', async () => {
    place.write('conda/envs/torch/etc/conda/activate.d/ran.sh', `: >"${place.folder.join('ran')}"\n`);
    const environment = { PATH: usualPath, CONDA_EXE: conda };
    const { command: unresolved } = await place.resolve({ command, python }, { environment, onlyLook: true });
    assert.deepEqual(unresolved, command);
  });
});

/** A process that has ended and was not yet asked for its end counts as ended. */
function lives(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
