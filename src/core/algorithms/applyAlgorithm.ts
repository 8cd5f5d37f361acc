/**
 * What an algorithm lends to a run file that names it: its command, its compute, what it knows of its metrics, and the defaults of its
 * parameters. The parameters are checked by the algorithm's schema first; what is wrong stands at its key in the run file.
 */
import path from 'node:path';
import type { Failure } from '../../base/failure';
import { algorithmFolder } from '../../model/algorithm';
import { fillReferences } from '../../model/references';
import type { RunFile, Task, WithCommand } from '../../model/runFile';
import { placeholder, schemaAt } from '../runFiles/check/schemaParts';
import { withoutByteOrderMark } from '../runFiles/jsonTree';
import { type Once } from '../runFiles/once';
import { type KeyFailure, ProblemFailure } from '../runFiles/problemFailure';
import { type KeyPath, problemFailure } from '../runFiles/runFileProblem';
import { failureAtKey, type Varied } from '../runFiles/runToResolve';
import { findSchemaProblems } from '../runFiles/schemaProblems';
import { TextLines } from '../runFiles/textLines';
import { type AlgorithmFound, findAlgorithm } from './findAlgorithm';
import { fillDefaults, requiredNames, schemaOfRunFileWith } from './parameterSchema';

export interface RunFileToComplete {
  readonly file: RunFile | Task;
  /** Where the task stands in the run file; absent is the file itself. */
  readonly at?: KeyPath;
  /** Plugins have changed it: not all of its parameters are written in the text. */
  readonly isPatched?: boolean;
  /** The file's text: where the places of failures are found. */
  readonly text: string;
  /** Absolute path of the run file. */
  readonly path: string;
  readonly varied?: Varied;
  readonly once?: Once;
  /** For who wants all that is wrong: told of each failure. What it is asked for is made without what failed. */
  readonly onFailure?: (failure: KeyFailure) => void;
}

/** The run file with a command: its own, its script's or its algorithm's. Throws `InvalidInput` at the key that it is about. */
export async function applyAlgorithm(run: RunFileToComplete): Promise<WithCommand<RunFile | Task>> {
  const { command, script, algorithm: name, version } = run.file;
  if (name === undefined) {
    if (command !== undefined) return { ...run.file, command };
    if (script === undefined) throw new Error('A run file without a program passed its checks.');
    return { ...run.file, command: scriptCommand(script) };
  }
  const folder = path.dirname(run.path);
  const find = async (): Promise<AlgorithmFound> => findAlgorithm({ name, version, folder });
  const found = await (run.once ? run.once.get(['algorithm', name, version, folder], find) : find());
  if ('failure' in found) throw failureAt(run, found.keyPath, found.failure);
  const { content: algorithm, path: file } = found.file;
  await checkParameters(run, algorithm.parameters);
  return {
    ...run.file,
    version: algorithm.version,
    command: algorithm.command.map((word) => fillFolder(word, path.dirname(file))),
    ...(run.file.compute === undefined && algorithm.compute !== undefined ? { compute: algorithm.compute } : {}),
    ...(algorithm.metrics ? { metrics: { ...algorithm.metrics, ...run.file.metrics } } : {}),
    parameters: fillDefaults(algorithm.parameters, run.file.parameters ?? {}),
  };
}

/** A script is the shell's own text: what looks like a reference of ours there is left to the shell. */
export const scriptCommand = (script: string): string[] => [
  'sh',
  '-e',
  '-c',
  script.replace(/(?<!\$)\$+(?=\{)/g, (dollars) => dollars + dollars),
];

async function checkParameters(run: RunFileToComplete, schema: Readonly<Record<string, unknown>>): Promise<void> {
  if (run.file.parameters === undefined) {
    const missing = requiredNames(schema);
    if (missing.length === 0) return;
    const message = `The algorithm needs ${missing.length === 1 ? 'a parameter' : 'parameters'}: ${missing.join(', ')}.`;
    const value = Object.fromEntries(missing.map((name) => [name, placeholder(schemaAt(schema, [name]), schema)]));
    const failure = new ProblemFailure('missing-parameters', message, {
      hint: 'Add "parameters".',
      mends: () => [{ kind: 'add', key: 'parameters', value, isBeside: true }],
    });
    tell(run, failureAt(run, ['algorithm'], failure));
    return;
  }
  // A task's parameters are not all written where it stands: it inherits some, and a sweep varies some.
  const isTask = run.isPatched || run.varied !== undefined || (run.at !== undefined && run.at.length > 0);
  const text = isTask ? JSON.stringify({ parameters: run.file.parameters }) : withoutByteOrderMark(run.text);
  const within = schemaOfRunFileWith(schema);
  const problems = await findSchemaProblems(new TextLines(text, run.path), within);
  const errors = problems.filter(({ severity }) => severity === 'error').sort((a, b) => a.offset - b.offset);
  const [first] = errors;
  if (!first) return;
  if (!isTask && !run.onFailure) throw problemFailure(run.path, first, errors.length - 1);
  for (const { code, message, hint, keyPath, mends } of errors) {
    const failure = new ProblemFailure(code, message, {
      ...(hint === undefined ? {} : { hint }),
      ...(mends ? { mends: () => mends().filter(({ node }) => node === undefined) } : {}),
    });
    tell(run, failureAt(run, keyPath, failure));
  }
}

/** Before the run file's own references, which would not know this one. A folder may be called as one reads. */
function fillFolder(word: string, folder: string): string {
  return fillReferences(word, (name) => (name === algorithmFolder ? folder.replaceAll('${', '$${') : undefined));
}

function tell({ onFailure }: RunFileToComplete, failure: KeyFailure): void {
  if (!onFailure) throw failure;
  onFailure(failure);
}

const failureAt = (run: RunFileToComplete, keyPath: KeyPath, failure: Failure): KeyFailure =>
  failureAtKey(run, [...(run.at ?? []), ...keyPath], failure);
