/**
 * Where the engine is: the home's folder, and `engine.json` in it, which a living engine writes and clients read.
 * A file that names a dead engine is normal: whether one lives is judged by its lock, never by this file or a pid.
 */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { type Static, Type } from '@sinclair/typebox';
import { Check } from '@sinclair/typebox/value';
import { hasErrorCode } from '../base/failure';

export const EngineAddressSchema = Type.Object({
  protocol: Type.Integer(),
  version: Type.String(),
  pid: Type.Integer(),
  host: Type.String(),
  /** Path of the socket, or name of the pipe on Windows. */
  socket: Type.String(),
  token: Type.String({ minLength: 32 }),
  startedAtMs: Type.Number(),
});
export type EngineAddress = Static<typeof EngineAddressSchema>;

/** There while a run has ended that no window was told of: a window looks for it, and wakes the engine. */
export const untoldFile = (home: string): string => path.join(home, 'untold');

export const engineAddressFile = (home: string): string => path.join(home, 'engine.json');

/** The platform's data folder; `SIDELAB_HOME` overrides. Snap and Flatpak move the XDG folders per revision: not followed. */
export function homeFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string {
  if (env['SIDELAB_HOME']) return path.resolve(env['SIDELAB_HOME']);
  if (platform === 'win32')
    return path.join(env['LOCALAPPDATA'] ?? path.join(homedir(), 'AppData', 'Local'), 'Sidelab');
  if (platform === 'darwin') return path.join(homedir(), 'Library', 'Application Support', 'Sidelab');
  const xdg = env['SNAP'] || env['FLATPAK_ID'] ? undefined : env['XDG_DATA_HOME'];
  return path.join(xdg && path.isAbsolute(xdg) ? xdg : path.join(homedir(), '.local', 'share'), 'sidelab');
}

/** Undefined when there is none, or when it is not (yet) whole. */
export async function readEngineAddress(home: string): Promise<EngineAddress | undefined> {
  let text: string;
  try {
    text = await readFile(engineAddressFile(home), 'utf8');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
  try {
    const value: unknown = JSON.parse(text);
    return Check(EngineAddressSchema, value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
