/**
 * Activates a conda environment. Its packages bring scripts that set variables (CUDA, GDAL, compilers), so that PATH alone
 * would not do: conda itself activates it, once, for a Python that prints what its environment has become.
 *
 * What is relied on: `conda run -n NAME PROGRAM…` (or `-p FOLDER`) runs a program in the activated environment and fails
 * with conda's words on stderr when there is no such environment; `conda env list --json` answers `{"envs": [FOLDER…]}`.
 */
import path from 'node:path';
import { Type } from '@sinclair/typebox';
import { Check } from '@sinclair/typebox/value';
import { Failure } from '../../base/failure';
import { askProgram, type Answer } from '../../code/askProgram';
import { type Environment, findVariable, mergeEnvironment } from './environment';
import { findProgram, isExecutable } from './findProgram';
import { ProblemFailure } from './problemFailure';
import { type ActivePython } from './pythonEnvironment';

export interface CondaQuery {
  readonly environment: Environment;
  /** Of the environment, or its folder when it contains a slash. */
  readonly name: string;
  /** Absolute; what a folder is relative to. */
  readonly base: string;
  /** Only look whether there is a conda: what it would say is not known without running it. */
  readonly onlyLook?: boolean;
  /** Conda needs a second or two; activation scripts are anybody's. */
  readonly timeLimitMs?: number;
}

const Activated = Type.Tuple([Type.String(), Type.Record(Type.String(), Type.String())]);
const Listed = Type.Object({ envs: Type.Array(Type.String()) });

/** Activation scripts may print; what follows this is ours. */
const mark = 'sidelab-environment:';
/** Without double quotes, which cmd takes for its own. */
const tellEnvironment = `import json,os,sys;print('\\n${mark}'+json.dumps([sys.executable,dict(os.environ)]))`;

/** What a shell says of itself, and not of the environment. */
const ofTheShell = ['_', 'PWD', 'OLDPWD', 'SHLVL'];

/** Undefined when it only looked. Throws `InvalidInput` that says what conda said. */
export async function activateConda(query: CondaQuery): Promise<ActivePython | undefined> {
  const { environment, name, base, onlyLook = false, timeLimitMs = 60_000 } = query;
  const conda = await findConda(environment, base);
  if (onlyLook) return undefined;
  const which = /[\\/]/.test(name) ? ['-p', path.resolve(base, name)] : ['-n', name];
  const ask = async (args: readonly string[]): Promise<Answer> =>
    askProgram({ program: conda, args, cwd: base, environment, timeLimitMs });
  // -I: a json.py beside the run file is not Python's.
  const answer = await ask(['run', ...which, 'python', '-I', '-c', tellEnvironment]);
  if (answer.end === 'time limit') {
    throw new ProblemFailure('missing-python', `conda did not activate "${name}" within ${timeLimitMs / 1000} s.`, {
      hint: `Try in a terminal: conda run ${which.join(' ')} python --version`,
    });
  }
  const activated = answer.end === 'succeeded' ? decode(answer.stdout) : undefined;
  if (!activated) throw await refusal(name, answer, ask);
  const [interpreter, variables] = activated;
  const active = new Map(Object.entries(variables));
  for (const variable of ofTheShell) {
    const before = findVariable(environment, variable);
    if (before === undefined) active.delete(variable);
    else active.set(variable, before);
  }
  return { environment: mergeEnvironment(active, {}), programs: path.dirname(interpreter), interpreter };
}

/** Conda's shell function names its program; windows and scripts may have it in PATH only. */
async function findConda(environment: Environment, cwd: string): Promise<string> {
  const named = findVariable(environment, 'CONDA_EXE');
  if (named && (await isExecutable(named))) return named;
  try {
    return await findProgram({ program: 'conda', cwd, environment });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new ProblemFailure('missing-python', 'There is no conda.', {
      hint: 'It is looked for in CONDA_EXE and PATH of whoever submits: run "conda init", and open the window or terminal anew.',
      cause: error,
    });
  }
}

async function refusal(
  name: string,
  answer: Answer,
  ask: (args: readonly string[]) => Promise<Answer>,
): Promise<Failure> {
  const lines = answer.stderr.split(/\r?\n/).filter((line) => line.trim() !== '');
  const said = lines.find((line) => /Error\b.*:|not found/i.test(line)) ?? lines.at(-1);
  const names = await listNames(ask);
  const hint = names.length > 0 ? `Its environments are ${names.join(', ')}.` : undefined;
  return new Failure(
    'InvalidInput',
    said === undefined
      ? `conda did not activate "${name}", and did not say why.`
      : `conda did not activate "${name}": ${said.trim()}`,
    hint === undefined ? {} : { hint },
  );
}

async function listNames(ask: (args: readonly string[]) => Promise<Answer>): Promise<readonly string[]> {
  const answer = await ask(['env', 'list', '--json']);
  const listed = answer.end === 'succeeded' ? parse(answer.stdout) : undefined;
  if (!Check(Listed, listed)) return [];
  return listed.envs
    .slice(0, 20)
    .map((folder) => (path.basename(path.dirname(folder)) === 'envs' ? path.basename(folder) : folder));
}

function decode(stdout: string): readonly [string, Readonly<Record<string, string>>] | undefined {
  const line = stdout.split(/\r?\n/).findLast((each) => each.startsWith(mark));
  const value = line === undefined ? undefined : parse(line.slice(mark.length));
  return Check(Activated, value) ? value : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
