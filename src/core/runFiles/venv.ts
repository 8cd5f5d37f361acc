/** Activates a virtual environment: what its `activate` script does to the environment, without a shell. */
import path from 'node:path';
import { type Environment, mergeEnvironment } from './environment';
import { exists, isExecutable } from './findProgram';
import { ProblemFailure } from './problemFailure';
import { type ActivePython, interpreterIn, venvPrograms, withProgramsFirst } from './pythonEnvironment';

/** Throws `InvalidInput` for a folder that is missing, is no virtual environment, or lost the Python it was made with. */
export async function activateVenv(environment: Environment, folder: string): Promise<ActivePython> {
  const make = `Make it with: python -m venv ${folder}`;
  if (!(await exists(folder))) {
    throw new ProblemFailure('missing-python', `There is no virtual environment ${folder}.`, { hint: make });
  }
  if (!(await exists(path.join(folder, 'pyvenv.cfg')))) {
    throw new ProblemFailure('missing-python', `${folder} is no virtual environment: it has no pyvenv.cfg.`, {
      hint: make,
    });
  }
  const programs = venvPrograms(folder);
  // A link to a Python that was removed since is the usual way in which they break.
  if (!(await isExecutable(interpreterIn(programs)))) {
    throw new ProblemFailure('missing-python', `The virtual environment ${folder} is broken: its Python is gone.`, {
      hint: `Make it anew: python -m venv --clear ${folder}`,
    });
  }
  const active = new Map(
    mergeEnvironment(environment, { VIRTUAL_ENV: folder, VIRTUAL_ENV_PROMPT: path.basename(folder) }),
  );
  active.delete('PYTHONHOME');
  return { environment: withProgramsFirst(active, programs), programs };
}
