/**
 * What the editor's debuggers are told to start: the command of a resolved run in their words. Pure: which debuggers there are,
 * and what the files contain that a command names, is for others to find out.
 */
import path from 'node:path';
import { Failure } from '../../base/failure';
import { splitNode, splitPython } from './commandWords';

export interface ProgramToDebug {
  /** What the session is called. */
  readonly name: string;
  /** Filled; the program is an absolute path. */
  readonly command: readonly string[];
  readonly cwd: string;
  /** All that the program is to have. */
  readonly env: Readonly<Record<string, string>>;
}

/** Null takes a variable away that the debugger itself has. */
type DebugEnvironment = Readonly<Record<string, string | null>>;

interface Common {
  readonly request: 'launch';
  readonly name: string;
  readonly cwd: string;
  readonly env: DebugEnvironment;
  readonly args: readonly string[];
}

export interface NodeDebugConfiguration extends Common {
  readonly type: 'node';
  readonly runtimeExecutable: string;
  readonly runtimeArgs: readonly string[];
  readonly program?: string;
  readonly console: 'internalConsole';
  readonly outputCapture: 'std';
  readonly internalConsoleOptions: 'openOnSessionStart';
}

export interface PythonDebugConfiguration extends Common {
  readonly type: 'debugpy';
  readonly python: string;
  readonly pythonArgs: readonly string[];
  readonly program?: string;
  readonly module?: string;
  readonly code?: string;
  readonly envFile: '';
  readonly console: 'integratedTerminal';
  readonly justMyCode: true;
  readonly subProcess: true;
}

export type DebugConfiguration = NodeDebugConfiguration | PythonDebugConfiguration;

/** Package managers and launchers that start Node themselves: it inherits the debugger. */
const nodeLaunchers = /^(npm|npx|pnpm|pnpx|yarn|tsx|ts-node|ts-node-esm)$/;
const pythons = /^(python|pypy)(\d+(\.\d+)*)?t?w?$/;

/** Which debugger a program needs, by its name; undefined when its name does not tell. */
export function debuggerOf(program: string): DebugConfiguration['type'] | undefined {
  const name = programName(program);
  if (/^(node|nodejs)$/.test(name) || nodeLaunchers.test(name)) return 'node';
  return pythons.test(name) ? 'debugpy' : undefined;
}

/** `base` is the environment that the debugger would hand on. Throws `InvalidInput` for what none of them can start. */
export function debugConfiguration(run: ProgramToDebug, base: NodeJS.ProcessEnv): DebugConfiguration {
  const [program = ''] = run.command;
  switch (debuggerOf(program)) {
    case 'node':
      return nodeConfiguration(run, base);
    case 'debugpy':
      return pythonConfiguration(run, base);
    case undefined:
      throw notDebuggable(program);
  }
}

export const notDebuggable = (program: string): Failure =>
  new Failure('InvalidInput', `No debugger can start "${programName(program)}".`, {
    hint: 'What can be debugged is a Node program (node, npm, npx, tsx, …) or a Python one (python, or a script whose first line names it). Of a shell script, debug the program that it starts, in a "command" of its own.',
  });

/** No terminal for Node: its command line there would begin with the whole environment, secrets too. */
function nodeConfiguration(run: ProgramToDebug, base: NodeJS.ProcessEnv): NodeDebugConfiguration {
  const [runtimeExecutable = '', ...words] = run.command;
  const isLauncher = nodeLaunchers.test(programName(runtimeExecutable));
  const { options, target, args } = isLauncher
    ? { options: words, target: { kind: 'options' } as const, args: [] }
    : splitNode(words);
  if (!target) throw nothingToDebug(runtimeExecutable, 'node train.mjs');
  return {
    type: 'node',
    ...commonOf(run, base),
    runtimeExecutable,
    runtimeArgs: options,
    ...(target.kind === 'options' ? {} : { program: path.resolve(run.cwd, target.text) }),
    args,
    console: 'internalConsole',
    outputCapture: 'std',
    internalConsoleOptions: 'openOnSessionStart',
  };
}

function pythonConfiguration(run: ProgramToDebug, base: NodeJS.ProcessEnv): PythonDebugConfiguration {
  const [python = '', ...words] = run.command;
  const { options, target, args } = splitPython(words);
  if (!target || target.kind === 'options') throw nothingToDebug(python, 'python train.py');
  const text = target.kind === 'program' ? path.resolve(run.cwd, target.text) : target.text;
  return {
    type: 'debugpy',
    ...commonOf(run, base),
    python,
    pythonArgs: options,
    [target.kind]: text,
    args,
    // Else a `.env` of the workspace is read, which the run does not have.
    envFile: '',
    console: 'integratedTerminal',
    justMyCode: true,
    // Launchers such as torchrun start the program in processes of their own.
    subProcess: true,
  };
}

const nothingToDebug = (program: string, example: string): Failure =>
  new Failure('InvalidInput', `This starts "${programName(program)}" without a program to debug.`, {
    hint: `Name one in the command, as in "${example}".`,
  });

function commonOf({ name, cwd, env }: ProgramToDebug, base: NodeJS.ProcessEnv): Omit<Common, 'args'> {
  const taken = Object.keys(base).filter((variable) => !Object.hasOwn(env, variable));
  return {
    request: 'launch',
    name,
    cwd,
    env: { ...Object.fromEntries(taken.map((variable) => [variable, null])), ...env },
  };
}

/** "python3.12" of "/usr/bin/python3.12", "npm" of "C:\node\npm.cmd". */
const programName = (program: string): string =>
  (program.split(/[\\/]/).at(-1) ?? program).replace(/\.(exe|cmd|bat)$/i, '');
