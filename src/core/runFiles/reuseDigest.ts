/**
 * What the result of a run depends on, as far as that is known at submission: command, parameters, its own variables and the
 * algorithm's version. The engine adds what may change until it starts: the code, and what is in the inputs. Names, limits
 * and labels change no result.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { canonicalJson } from '../../model/canonicalJson';
import { escapeLate, hasLateReference } from '../../model/references';
import type { Reuse } from '../../model/reuse';
import type { RunFile, Task } from '../../model/runFile';
import type { Launch } from './resolveLaunch';
import type { RunEnvironment } from './runEnvironment';
import type { RunToResolve } from './runToResolve';

/** Raised when what counts changes: keys of before then fit no more. */
const version = 2;

export function reuseDigest(
  run: RunToResolve & { readonly file: RunFile | Task },
  launch: Launch,
  {
    environment,
    ownNames,
    references,
    interpreter,
  }: Pick<RunEnvironment, 'environment' | 'ownNames' | 'references' | 'interpreter'>,
): Reuse {
  const own = [...ownNames].sort();
  const depends = {
    version,
    command: launch.command,
    cwd: launch.cwd,
    parameters: JSON.parse(launch.parametersJson) as unknown,
    env: own.map((name) => [name, environment.get(name) ?? '']),
    inputs: references.inputs.map(({ name }) => name),
    algorithm: [run.file.algorithm ?? '', run.file.version ?? ''],
    interpreter: interpreter ?? '',
    tty: launch.tty ?? false,
  };
  const digest = createHash('sha256').update(canonicalJson(depends)).digest('hex');
  return { digest, codeFolders: [...codeFolders(run, launch)] };
}

/** The run file's, and that in which the program starts unless it is made by a run. */
function codeFolders({ path: runFile, code }: RunToResolve, { cwd }: Launch): ReadonlySet<string> {
  const beside = escapeLate(path.dirname(runFile));
  const folders = new Set([code?.intoSnapshot(beside) ?? beside]);
  if (!hasLateReference(code?.inPlace(cwd) ?? cwd)) folders.add(cwd);
  return folders;
}
