/** The key `python`: which Python a run gets. How one is activated is known to `venv.ts` and `conda.ts`. */
import { entriesOf } from './once';
import path from 'node:path';
import type { RunFile, Task } from '../../model/runFile';
import { activateConda } from './conda';
import type { References } from './earlyReferences';
import { type Environment, findVariable } from './environment';
import { exists, isExecutable } from './findProgram';
import { type ActivePython, venvPrograms, withProgramsFirst } from './pythonEnvironment';
import { ProblemFailure } from './problemFailure';
import { atKey, type RunToResolve } from './runToResolve';
import { activateVenv } from './venv';

/** `environment` with the Python active that the run file asks for; undefined when that cannot be known by looking only. */
export async function activatePython(
  run: RunToResolve,
  python: NonNullable<RunFile['python']>,
  environment: Environment,
  references: References,
): Promise<ActivePython | undefined> {
  const base = path.dirname(run.path);
  const conda = async (name: string): Promise<ActivePython | undefined> =>
    activateConda({ environment, name, base, onlyLook: run.onlyLook ?? false });
  if (python === 'selected') return atKey(run, ['python'], async () => activateSelected(run, environment, conda));
  if ('venv' in python) {
    const folder = path.resolve(base, await references.fillNow(['python', 'venv'], python.venv));
    return atKey(run, ['python', 'venv'], async () => activateVenv(environment, folder));
  }
  const name = await references.fillNow(['python', 'conda'], python.conda);
  return atKey(run, ['python', 'conda'], async () => conda(name));
}

/** Whether the run file, or a task in it, asks for the interpreter that the editor has chosen. */
export function wantsSelectedPython({ python, tasks, group }: RunFile | Task): boolean {
  if (python === 'selected') return true;
  // There may be thousands, and it is asked with every key.
  if (tasks && entriesOf(tasks).some(([, task]) => wantsSelectedPython(task))) return true;
  return group?.some(wantsSelectedPython) ?? false;
}

/** The editor's choice, or, where there is none, as in a terminal, what is active there. */
async function activateSelected(
  { selectedPython }: RunToResolve,
  environment: Environment,
  conda: (name: string) => Promise<ActivePython | undefined>,
): Promise<ActivePython | undefined> {
  if (selectedPython !== undefined) return activateInterpreter(selectedPython, environment, conda);
  const venv = findVariable(environment, 'VIRTUAL_ENV');
  if (venv) return activateVenv(environment, path.resolve(venv));
  const prefix = findVariable(environment, 'CONDA_PREFIX');
  if (prefix && (await exists(path.join(prefix, 'conda-meta')))) {
    // Its scripts ran when it was activated: only PATH may have changed since.
    const programs = condaPrograms(prefix);
    return { environment: withProgramsFirst(environment, programs), programs };
  }
  throw new ProblemFailure('missing-python', 'No Python is selected.', {
    hint: 'Choose one with "Python: Select Interpreter" in VS Code, activate an environment in the terminal, or write { "venv": ".venv" }.',
  });
}

/** An interpreter belongs to a virtual environment, to a conda environment, or to neither. */
async function activateInterpreter(
  interpreter: string,
  environment: Environment,
  conda: (name: string) => Promise<ActivePython | undefined>,
): Promise<ActivePython | undefined> {
  if (!(await isExecutable(interpreter))) {
    throw new ProblemFailure('missing-python', `The selected Python ${interpreter} is no program.`, {
      hint: 'Choose another with "Python: Select Interpreter".',
    });
  }
  const programs = path.dirname(interpreter);
  const above = path.dirname(programs);
  if (programs === venvPrograms(above) && (await exists(path.join(above, 'pyvenv.cfg')))) {
    return { ...(await activateVenv(environment, above)), interpreter };
  }
  for (const prefix of [programs, above]) {
    if (!(await exists(path.join(prefix, 'conda-meta')))) continue;
    const active = await conda(prefix);
    return active && { ...active, interpreter };
  }
  // What is active in the submitter's environment is another Python's.
  const plain = new Map(environment);
  for (const name of ['VIRTUAL_ENV', 'VIRTUAL_ENV_PROMPT', 'PYTHONHOME']) plain.delete(name);
  return { environment: withProgramsFirst(plain, programs), programs, interpreter };
}

const condaPrograms = (prefix: string): string => (process.platform === 'win32' ? prefix : path.join(prefix, 'bin'));
