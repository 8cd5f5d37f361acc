/** Looks through a whole output, part by part, and tells of the lines as they are found. */
import type { FoundLine, OutputPattern } from '../../model/outputSearch';
import type { OutputStream } from '../../model/outputStream';
import type { RunId } from '../../model/ids';
import type { SearchPlace, Source } from '../source';

export interface WholeOutput {
  readonly runId: RunId;
  /** Counts from 1; 0 is the newest. */
  readonly attempt: number;
  readonly stream: OutputStream;
}

export interface FoundPart {
  readonly lines: readonly FoundLine[];
  /** Which positions of lines count in. */
  readonly edition: number;
  /** Between 0 and 1: how much was looked through. */
  readonly fraction: number;
  /** The output was compacted meanwhile: what was found before is found anew. */
  readonly beginsAnew: boolean;
}

/** Ends behind the last line that there is when it comes there, or when the caller stops. Throws what the source throws. */
export async function* findOutput(
  source: Pick<Source, 'findInOutput'>,
  output: WholeOutput,
  pattern: OutputPattern,
  { limit = 200, signal }: { readonly limit?: number; readonly signal?: AbortSignal } = {},
): AsyncGenerator<FoundPart, void> {
  const beginning: SearchPlace = { from: 0, linesBefore: 0 };
  let edition: number | undefined;
  for (let place: SearchPlace | undefined = beginning; place !== undefined;) {
    const found = await source.findInOutput({ ...output, pattern, ...place, limit }, signal);
    const { lines, next, searchedTo, sizeBytes } = found;
    if (edition !== undefined && found.edition !== edition) {
      edition = undefined;
      place = beginning;
      yield { lines: [], edition: found.edition, fraction: 0, beginsAnew: true };
      continue;
    }
    edition = found.edition;
    place = next;
    yield { lines, edition, fraction: sizeBytes === 0 ? 1 : Math.min(1, searchedTo / sizeBytes), beginsAnew: false };
  }
}
