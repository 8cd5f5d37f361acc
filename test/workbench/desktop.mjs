/**
 * Is there a desktop VS Code that can show a window here? Not the `code` of a remote terminal, and not as root or
 * without a display, where it would refuse.
 */
import fs from 'node:fs';
import path from 'node:path';

/** @returns {string | undefined} the command that opens it */
export function findDesktop() {
  const { env, platform } = process;
  const wanted = env['VSCODE_EXECUTABLE_PATH'];
  if (wanted) return wanted;
  if (platform === 'linux' && (process.getuid?.() === 0 || !(env['DISPLAY'] || env['WAYLAND_DISPLAY'])))
    return undefined;
  return candidates().find((file) => fs.existsSync(file) && !isRemote(file));
}

/** @returns {string[]} */
function candidates() {
  const name = process.platform === 'win32' ? 'code.cmd' : 'code';
  const onPath = (process.env['PATH'] ?? '').split(path.delimiter).map((folder) => path.join(folder, name));
  if (process.platform !== 'darwin') return onPath;
  return [...onPath, '/Applications/Visual Studio Code.app/Contents/Resources/app/bin/code'];
}

/** @param {string} file */
const isRemote = (file) => /remote-cli|code-server|vscode-server/.test(fs.realpathSync(file));
