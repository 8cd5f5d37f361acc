/**
 * What the result of a run depends on, as far as that is known at submission: command, parameters, its own variables, the
 * algorithm's version and the code. The engine adds what is in the inputs. Names, limits and labels change no result.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { canonicalJson } from '../../model/canonicalJson';
import { unescapeLate } from '../../model/references';
import type { RunFile, Task } from '../../model/runFile';
import { gitTreeOf } from '../packaging/gitTree';
import type { Launch } from './resolveLaunch';
import type { RunEnvironment } from './runEnvironment';
import type { RunToResolve } from './runToResolve';

/** Raised when what counts changes: keys of before then fit no more. */
const version = 1;

export async function reuseDigest(
  run: RunToResolve & { readonly file: RunFile | Task },
  launch: Launch,
  {
    environment,
    ownNames,
    references,
    interpreter,
  }: Pick<RunEnvironment, 'environment' | 'ownNames' | 'references' | 'interpreter'>,
): Promise<string> {
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
    code: await codeOf(run, launch),
  };
  return createHash('sha256').update(canonicalJson(depends)).digest('hex');
}

/** All that git would keep of the working tree; without git the files that the command names, its program among them. */
async function codeOf(run: RunToResolve, launch: Launch): Promise<unknown> {
  // What a snapshot will have is looked for where it is taken from.
  const inPlace = (text: string): string => run.code?.inPlace(text) ?? text;
  const [command, cwd] = [launch.command.map(inPlace), inPlace(launch.cwd)];
  const folder = path.isAbsolute(cwd) ? unescapeLate(cwd) : path.dirname(run.path);
  // A run file is what is being edited: what of it counts is counted above.
  const find = async (): Promise<string | undefined> => gitTreeOf(folder, run.environment, { except: ['*.run.json'] });
  const tree = await (run.once ? run.once.get(['git tree', folder], find) : find());
  const named = await Promise.all(command.map(async (word) => digestOfFile(path.resolve(folder, unescapeLate(word)))));
  return { tree: tree ?? '', named: named.map((digest) => digest ?? '') };
}

async function digestOfFile(file: string): Promise<string | undefined> {
  try {
    if (!(await stat(file)).isFile()) return undefined;
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
    return hash.digest('hex');
  } catch (error) {
    // A word of a command need not be a file.
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}
