/**
 * The newest points of a stream, in memory: they come at the end and go at the beginning. They lie in blocks of one size, which
 * tails hand on to one another: a thousand tails that grow and shrink by themselves would tear the memory to pieces.
 */
import { type Columns, columnNames, emptyColumns } from './points';

/** Points of a block: its four columns lie behind one another. */
const blockPoints = 256;
/** A tail of a few points has a block of its own size, four times as large each time it is full. */
const firstPoints = 4;

/** Blocks of no tail. */
const spare: Float64Array[] = [];
const mostSpare = 2048;

const newBlock = (): Float64Array => spare.pop() ?? new Float64Array(4 * blockPoints);

function release(block: Float64Array | undefined): void {
  if (block?.length === 4 * blockPoints && spare.length < mostSpare) spare.push(block);
}

export class Tail {
  #from: number;
  #length = 0;
  readonly #blocks: Float64Array[] = [];
  /** Points that each block has room for: fewer than `blockPoints` only while there is one. */
  #capacity = firstPoints;
  /** Points of the first block that are no more. */
  #skipped = 0;

  /** `from`: position in the stream of the first point. */
  constructor(from: number) {
    this.#from = from;
  }

  get from(): number {
    return this.#from;
  }

  get length(): number {
    return this.#length;
  }

  /** Position behind the last point. */
  get end(): number {
    return this.#from + this.#length;
  }

  get sizeBytes(): number {
    return 4 * 8 * this.#capacity * this.#blocks.length;
  }

  /** Points `from` to before `to` of the columns. */
  append(columns: Columns, from: number, to: number): void {
    const { step, time, wall, value } = columns;
    for (let at = from; at < to;) {
      const slot = this.#skipped + this.#length;
      const index = Math.floor(slot / this.#capacity);
      const block = this.#blocks[index] ?? this.#addBlock(to - at);
      // The first block may be another one now.
      if (!block) continue;
      const capacity = this.#capacity;
      const start = slot - index * capacity;
      const n = Math.min(capacity - start, to - at);
      if (n < 16) {
        // Views for so few cost more than the points.
        for (let i = 0; i < n; i += 1) {
          block[start + i] = step[at + i] ?? NaN;
          block[capacity + start + i] = time[at + i] ?? NaN;
          block[2 * capacity + start + i] = wall[at + i] ?? NaN;
          block[3 * capacity + start + i] = value[at + i] ?? NaN;
        }
      } else {
        for (let c = 0; c < 4; c += 1) {
          block.set(columns[columnNames[c] ?? 'step'].subarray(at, at + n), c * capacity + start);
        }
      }
      this.#length += n;
      at += n;
    }
  }

  /** Takes back what was appended last. */
  truncate(end: number): void {
    this.#length = Math.max(0, end - this.#from);
    const kept = this.#length === 0 ? 0 : Math.ceil((this.#skipped + this.#length) / this.#capacity);
    for (const block of this.#blocks.splice(kept)) release(block);
    if (kept === 0) this.#skipped = 0;
  }

  /** Lets go of what lies before the position. */
  dropBefore(position: number): void {
    const dropped = Math.min(this.#length, position - this.#from);
    if (position > this.#from) this.#from = position;
    if (dropped <= 0) return;
    this.#length -= dropped;
    this.#skipped += dropped;
    const gone = this.#length === 0 ? this.#blocks.length : Math.floor(this.#skipped / this.#capacity);
    for (const block of this.#blocks.splice(0, gone)) release(block);
    this.#skipped = this.#length === 0 ? 0 : this.#skipped - gone * this.#capacity;
  }

  /** Puts points before those held. */
  prepend(columns: Columns): void {
    const held = this.columns(this.#from, this.end);
    const count = this.#length;
    this.truncate(this.#from);
    this.#from -= columns.step.length;
    this.append(columns, 0, columns.step.length);
    this.append(held, 0, count);
  }

  /** Copies of the points from one position to before another; into columns that have room, when given, and views of those. */
  columns(from: number, to: number, room?: Columns): Columns {
    const count = Math.max(0, to - from);
    const { step, time, wall, value } = room ?? emptyColumns(count);
    const into = [
      step.subarray(0, count),
      time.subarray(0, count),
      wall.subarray(0, count),
      value.subarray(0, count),
    ] as const;
    const capacity = this.#capacity;
    for (let at = 0; at < count;) {
      const slot = this.#skipped + from - this.#from + at;
      const index = Math.floor(slot / capacity);
      const start = slot - index * capacity;
      const n = Math.min(capacity - start, count - at);
      for (const [c, column] of into.entries()) {
        const block = this.#blocks[index];
        if (block) column.set(block.subarray(c * capacity + start, c * capacity + start + n), at);
      }
      at += n;
    }
    return { step: into[0], time: into[1], wall: into[2], value: into[3] };
  }

  /** Undefined when instead the one block there is became larger. */
  #addBlock(coming: number): Float64Array | undefined {
    const [only] = this.#blocks;
    if (this.#capacity === blockPoints) {
      const block = newBlock();
      this.#blocks.push(block);
      return block;
    }
    // Small ones: the first, or one in place of the one that is full.
    const wanted = this.#length + coming;
    let capacity = firstPoints;
    while (capacity < wanted && capacity < blockPoints) capacity *= 4;
    const block = capacity === blockPoints ? newBlock() : new Float64Array(4 * capacity);
    if (only) {
      for (let c = 0; c < 4; c += 1) {
        const start = c * this.#capacity + this.#skipped;
        block.set(only.subarray(start, start + this.#length), c * capacity);
      }
    }
    this.#blocks[0] = block;
    this.#capacity = capacity;
    this.#skipped = 0;
    return undefined;
  }
}
