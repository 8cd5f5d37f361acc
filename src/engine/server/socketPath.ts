/**
 * Where the socket lies: in the user's runtime folder, because socket paths are short (about 100 bytes) and homes may be
 * on network file systems. The name comes from the home, so that each home has its own.
 */
import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { Failure } from '../../base/failure';

const longestPathBytes = 100;

/** Makes the folder, owner-only, and returns the path. Throws `Unauthorized` for a folder that somebody else prepared. */
export function prepareSocketPath(home: string, env: NodeJS.ProcessEnv): string {
  const name = createHash('sha256').update(home).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\sidelab-${userInfo().username}-${name}`;
  const folders = [
    ...(env['XDG_RUNTIME_DIR'] ? [path.join(env['XDG_RUNTIME_DIR'], 'sidelab')] : []),
    path.join(tmpdir(), `sidelab-${userInfo().uid}`),
    path.join('/tmp', `sidelab-${userInfo().uid}`),
  ];
  let problem: unknown;
  for (const folder of folders) {
    const socket = path.join(folder, `${name}.sock`);
    if (Buffer.byteLength(socket) > longestPathBytes) continue;
    try {
      prepareFolder(folder);
      return socket;
    } catch (error) {
      problem = error;
    }
  }
  throw new Failure('Unavailable', `There is no folder for the engine's socket: ${folders.join(', ')}.`, {
    cause: problem,
  });
}

function prepareFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // In a shared folder anybody may have made it before us: it must be a folder, no link, and ours.
  const stat = lstatSync(folder);
  if (!stat.isDirectory() || stat.uid !== userInfo().uid) {
    throw new Failure('Unauthorized', `${folder} belongs to somebody else; the engine does not listen there.`);
  }
  if ((stat.mode & 0o077) !== 0) chmodSync(folder, 0o700);
}
