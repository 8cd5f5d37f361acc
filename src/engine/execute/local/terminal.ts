/**
 * A pseudo-terminal without a native module: by `script`, which Linux (util-linux) and macOS bring. It passes the exit
 * code on, copies what the terminal shows to stdout, and keeps no typescript.
 */
import { quoteForShell } from '../../../base/shellQuote';

/** As the descriptions of the run file's `tty` say. */
const size = { columns: 120, rows: 40 };

export function inTerminal(command: readonly string[], platform: NodeJS.Platform = process.platform): string[] {
  if (platform === 'darwin') return ['script', '-q', '-e', '/dev/null', ...command];
  // `script` hands its command to a shell; the terminal it makes has no size of its own.
  const line = `stty cols ${size.columns} rows ${size.rows}; exec ${command.map(quoteForShell).join(' ')}`;
  return ['script', '-q', '-e', '-f', '-c', line, '/dev/null'];
}
