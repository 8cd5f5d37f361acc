/**
 * The environment that a run is submitted with, or tried again with. What counts more stands further down:
 *
 *     the submitter's, cleaned     `envFile`, its last file     what activating `python` sets     `env`
 *
 * The folder of the activated Python is first in PATH even when `env` sets a PATH.
 */
import path from 'node:path';
import { escapeLate } from '../../model/references';
import { openReferences, type References } from './earlyReferences';
import { readEnvFile } from './envFile';
import { cleanEnvironment, type Environment, mergeEnvironment } from './environment';
import { activatePython } from './python';
import { withProgramsFirst } from './pythonEnvironment';
import { atKey, orElse, type RunToResolve } from './runToResolve';

export interface RunEnvironment {
  /** Values are texts for the engine's `fillReferences`. */
  readonly environment: Environment;
  readonly references: References;
  /** The variables that the run file sets, itself or by its `envFile`. */
  readonly ownNames: readonly string[];
  /** What the words `python` and `python3` mean; absent where PATH says it. */
  readonly interpreter?: string;
  /** It was only looked at: where programs are found is not known. */
  readonly unknown: boolean;
}

/** Throws `InvalidInput` at the key `envFile`, `env` or `python`. */
export async function resolveEnvironment(run: RunToResolve): Promise<RunEnvironment> {
  const { env, envFile, python, parameters } = run.file;
  const submitter = cleaned(run.environment, run.once);
  const references = await openReferences(run, submitter);
  const ofInputs = JSON.stringify([env, envFile, python])?.includes('${inputs') ? references.inputs : undefined;
  const ofParameters = JSON.stringify([env, envFile, python])?.includes('${parameters') ? parameters : undefined;
  const make = async (): Promise<Omit<RunEnvironment, 'references'>> => makeEnvironment(run, submitter, references);
  const made = run.once
    ? await run.once.get(['environment', env, envFile, python, ofParameters, ofInputs], make)
    : await make();
  return { ...made, references };
}

/** Of thousands of tasks all have the same. An environment that is given does not change while it is resolved by. */
function cleaned(environment: NodeJS.ProcessEnv, once: RunToResolve['once']): Environment {
  return once ? once.now(['submitter'], () => cleanEnvironment(environment)) : cleanEnvironment(environment);
}

async function makeEnvironment(
  run: RunToResolve,
  submitter: Environment,
  references: References,
): Promise<Omit<RunEnvironment, 'references'>> {
  const { file } = run;
  const { python: wanted } = file;
  const { ownNames, ...withFiles } = await withEnvFiles(run, submitter, references);
  let { environment } = withFiles;
  const withoutPython = environment;
  const python =
    wanted && (await orElse(run, async () => activatePython(run, wanted, withoutPython, references), undefined));
  if (python) environment = python.environment;
  environment = new Map(Array.from(environment, ([name, value]) => [name, escapeLate(value)]));
  const own: [string, string][] = [];
  for (const [name, value] of Object.entries(file.env ?? {}))
    own.push([name, await orElse(run, async () => references.fill(['env', name], value), '')]);
  environment = mergeEnvironment(environment, Object.fromEntries(own));
  if (python) environment = withProgramsFirst(environment, escapeLate(python.programs));
  return {
    environment,
    ownNames: [...new Set([...ownNames, ...Object.keys(file.env ?? {})])],
    ...(python?.interpreter === undefined ? {} : { interpreter: python.interpreter }),
    unknown: file.python !== undefined && !python,
  };
}

async function withEnvFiles(
  run: RunToResolve,
  submitter: Environment,
  references: References,
): Promise<Pick<RunEnvironment, 'environment' | 'ownNames'>> {
  const ownNames: string[] = [];
  const { envFile = [] } = run.file;
  let environment = submitter;
  for (const [index, written] of (typeof envFile === 'string' ? [envFile] : envFile).entries()) {
    const key = typeof envFile === 'string' ? ['envFile'] : ['envFile', index];
    const variables = await orElse(
      run,
      async () => {
        const file = path.resolve(path.dirname(run.path), await references.fillNow(key, written));
        return atKey(run, key, async () => readEnvFile(file));
      },
      new Map<string, string>(),
    );
    const pairs = Object.fromEntries(variables);
    ownNames.push(...Object.keys(pairs));
    environment = mergeEnvironment(environment, pairs);
  }
  return { environment, ownNames };
}
