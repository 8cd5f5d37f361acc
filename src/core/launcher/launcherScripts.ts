/**
 * Small scripts that start a program by the editor's own Node: `sidelab` for the editor's terminals, and `node` for machines that have
 * none. On a desktop that Node is an Electron, which is one only when told so.
 */
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { hasErrorCode } from '../../base/failure';
import { quoteForShell } from '../../base/shellQuote';

export interface EditorNode {
  /** Path of the program. */
  readonly program: string;
  readonly isElectron: boolean;
}

export interface Script {
  readonly name: string;
  readonly text: string;
}

/** `cli` is the path of the CLI's bundle. An update of the extension removes it: a terminal of before says so. */
export function sidelabScript(node: EditorNode, cli: string, platform: NodeJS.Platform): Script {
  const gone = 'Sidelab was updated or removed: open a new terminal.';
  if (platform === 'win32') {
    const check = `@if not exist ${quoteForCmd(cli)} (echo ${gone} 1>&2 & exit /b 1)`;
    return { name: 'sidelab.cmd', text: cmd(check, node, [cli]) };
  }
  const check = `[ -f ${quoteForShell(cli)} ] || { echo ${quoteForShell(gone)} >&2; exit 1; }`;
  return { name: 'sidelab', text: sh(check, node, ['--disable-warning=ExperimentalWarning', cli]) };
}

export function nodeScript(node: EditorNode, platform: NodeJS.Platform): Script {
  return platform === 'win32'
    ? { name: 'node.cmd', text: cmd('', node, []) }
    : { name: 'node', text: sh('# There is no Node on this machine but the editor’s.', node, []) };
}

function sh(first: string, { program, isElectron }: EditorNode, words: readonly string[]): string {
  const told = isElectron ? ['ELECTRON_RUN_AS_NODE=1', 'export ELECTRON_RUN_AS_NODE'] : [];
  const command = `exec ${[program, ...words].map(quoteForShell).join(' ')} "$@"`;
  return ['#!/bin/sh', '# Written by the extension Sidelab.', first, ...told, command, ''].join('\n');
}

function cmd(first: string, { program, isElectron }: EditorNode, words: readonly string[]): string {
  const told = isElectron ? ['@set ELECTRON_RUN_AS_NODE=1'] : [];
  const command = `@${[program, ...words].map(quoteForCmd).join(' ')} %*`;
  return ['@setlocal', first, ...told, command, ''].filter((line) => line !== '').join('\r\n') + '\r\n';
}

/** Of a path: it has no quotes on Windows, and `%` is doubled. */
const quoteForCmd = (word: string): string => `"${word.replaceAll('%', '%%')}"`;

/** Written only where it differs, and put in place whole: terminals of other windows use it meanwhile. */
export async function writeScript(folder: string, { name, text }: Script): Promise<string> {
  const file = path.join(folder, name);
  if ((await readIfThere(file)) === text) return file;
  await mkdir(folder, { recursive: true });
  const fresh = `${file}.${process.pid}`;
  await writeFile(fresh, text);
  await chmod(fresh, 0o755);
  await rename(fresh, file);
  return file;
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** The editor's Node, as this process is executed by it. */
export const editorNode = (): EditorNode => ({
  program: process.execPath,
  isElectron: process.versions['electron'] !== undefined,
});
