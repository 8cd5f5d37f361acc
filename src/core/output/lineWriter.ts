/** Makes lines of the bytes that a program writes. Of a line that was rewritten in place, as progress bars do, its last state. */
import type { CopiedOutput } from './outputPump';

/** Where copied output goes. */
export interface OutputWriter {
  readonly write: (output: CopiedOutput) => void;
  /** Writes what was kept back. */
  readonly end: () => void;
}

/** A line that no end is seen of; more is taken for a line of its own. */
const longestLine = 64 * 1024;
const lineFeed = 10;
const carriageReturn = 13;

/** Calls with all lines of a part at once, each without its end; half a line is kept back until the rest comes. */
export function lineWriter(onLines: (lines: readonly Buffer[]) => void): OutputWriter {
  let unfinished = Buffer.alloc(0);
  let attempt = 0;
  const end = (): void => {
    if (unfinished.byteLength > 0) onLines([lastState(unfinished)]);
    unfinished = Buffer.alloc(0);
  };
  return {
    write: (output) => {
      // What one attempt left unfinished, the next does not go on with.
      if (output.attempt !== attempt) end();
      attempt = output.attempt;
      let rest = Buffer.concat([unfinished, output.bytes]);
      const lines: Buffer[] = [];
      for (let at = rest.indexOf(lineFeed); at >= 0; at = rest.indexOf(lineFeed)) {
        lines.push(lastState(rest.subarray(0, at)));
        rest = rest.subarray(at + 1);
      }
      if (lines.length > 0) onLines(lines);
      unfinished = Buffer.from(rest);
      if (unfinished.byteLength > longestLine) end();
    },
    end,
  };
}

function lastState(line: Buffer): Buffer {
  const end = line.at(-1) === carriageReturn ? line.byteLength - 1 : line.byteLength;
  const from = end === 0 ? 0 : line.lastIndexOf(carriageReturn, end - 1) + 1;
  return line.subarray(from, end);
}
