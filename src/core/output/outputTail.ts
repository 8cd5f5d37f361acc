/** Where the last lines of an output begin. Reads backwards, and keeps nothing of what it reads: outputs may be large. */
import type { OutputQuery, Source } from '../source';

const partBytes = 256 * 1024;
const newline = 10;

export type OutputPlace = Pick<OutputQuery, 'runId' | 'attempt' | 'stream'>;

/** Byte offset of the first of the last `lines` lines; the newline that ends the output ends its last line. */
export async function findTail(source: Pick<Source, 'output'>, place: OutputPlace, lines: number): Promise<number> {
  const { sizeBytes } = await source.output({ ...place, from: 0, maxBytes: 1 });
  let left = lines;
  // The last byte is left out: if it is a newline, nothing follows it.
  for (let end = sizeBytes - 1; end > 0;) {
    const from = Math.max(0, end - partBytes);
    const { bytes } = await source.output({ ...place, from, maxBytes: end - from });
    if (bytes.byteLength === 0) break;
    for (let at = bytes.lastIndexOf(newline); at >= 0; at = at === 0 ? -1 : bytes.lastIndexOf(newline, at - 1)) {
      left -= 1;
      if (left === 0) return from + at + 1;
    }
    end = from;
  }
  return 0;
}
