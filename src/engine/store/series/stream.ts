/**
 * A stream: the points of one metric in one attempt of a run, in the order of their arrival. It is the sealed chunks (below
 * `sealed`), then a tail. Rows hold it up to `kept`; what came after that is in the journal, and in memory.
 *
 * State in the stream's row: kept, sealed f64 · summary 15 × f64 · carried u8 [step, value f64] · levels u8 · per level:
 * entries u8 · entry … · crc32
 */
import { ByteReader, ByteWriter } from './bytes';
import type { StreamKey } from './chunkCodec';
import { type Carried, type NodeEntry, putEntry, takeEntry } from './nodes';
import { emptySummary, type Summary, summaryLength } from './summary';
import { Tail } from './tail';

export interface StreamState {
  readonly kept: number;
  readonly sealed: number;
  readonly summary: Summary;
  readonly carried: Carried | undefined;
  /** Entries that are in no node yet, by their level, in the order of arrival. */
  readonly levels: readonly (readonly NodeEntry[])[];
}

export const emptyState = (): StreamState => ({
  kept: 0,
  sealed: 0,
  summary: emptySummary(),
  carried: undefined,
  levels: [],
});

/** The streams of one metric of one run, by attempt. */
export interface Series {
  readonly streams: Stream[];
}

/** Points over all attempts: the revision that appends continue. */
export function revisionOf({ streams }: Series): number {
  let count = 0;
  for (const stream of streams) count += stream.count;
  return count;
}

export class Stream {
  readonly id: number;
  readonly key: StreamKey;
  state: StreamState;
  /** Of all points, also those that are not in `state` yet. */
  summary: Summary;
  readonly tail: Tail;
  /** Those of the same metric and run, by attempt; this one included once it is among them. */
  series: Series;
  /** In the queues of the upkeep: a look is cheaper than a set. */
  isListedDirty = false;
  isListedFull = false;
  /** Its rows are removed, or are when the transaction ends well: nothing of it is kept any more. */
  isErased = false;

  constructor(id: number, key: StreamKey, state: StreamState) {
    this.id = id;
    this.key = key;
    this.state = state;
    this.summary = Float64Array.from(state.summary);
    this.tail = new Tail(state.kept);
    this.series = { streams: [this] };
  }

  get count(): number {
    return this.tail.end;
  }

  get isDirty(): boolean {
    return this.tail.end > this.state.kept && !this.isErased;
  }

  /** In the order of arrival. */
  get entries(): NodeEntry[] {
    return this.state.levels.toReversed().flat();
  }
}

const scratch = new ByteWriter(8192);

export function encodeState({ kept, sealed, summary, carried, levels }: StreamState): Uint8Array {
  scratch.clear();
  scratch.f64(kept);
  scratch.f64(sealed);
  scratch.raw(summary);
  scratch.u8(carried ? 1 : 0);
  if (carried) {
    scratch.f64(carried.step);
    scratch.f64(carried.value);
  }
  scratch.u8(levels.length);
  for (const level of levels) {
    scratch.u8(level.length);
    for (const entry of level) putEntry(scratch, entry);
  }
  return scratch.sealed();
}

export function decodeState(bytes: Uint8Array): StreamState {
  const input = new ByteReader(bytes, 'The state');
  const [kept, sealed] = [input.f64(), input.f64()];
  const summary = takeSummary(input);
  const carried = input.u8() === 1 ? { step: input.f64(), value: input.f64() } : undefined;
  const levels = Array.from({ length: input.u8() }, () => Array.from({ length: input.u8() }, () => takeEntry(input)));
  return { kept, sealed, summary, carried, levels };
}

function takeSummary(input: ByteReader): Summary {
  return new Float64Array(new Uint8Array(input.take(8 * summaryLength)).buffer);
}
