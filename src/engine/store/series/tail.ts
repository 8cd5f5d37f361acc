/** The newest points of a stream, in memory: columns that grow at their end and are cut off at their beginning. */
import { type Columns, columnNames } from './points';

const firstCapacity = 4;
/** Of a tail that never had more than a few points. */
export const smallTailBytes = 4 * 8 * firstCapacity;

export class Tail {
  #from: number;
  #length = 0;
  #capacity: number;
  /** The four columns behind one another. */
  #data: Float64Array;

  /** `from`: position in the stream of the first point. */
  constructor(from: number, capacity = firstCapacity) {
    this.#from = from;
    this.#capacity = capacity;
    this.#data = new Float64Array(4 * capacity);
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
    return this.#data.byteLength;
  }

  /** Points `from` to before `to` of the columns. */
  append({ step, time, wall, value }: Columns, from: number, to: number): void {
    const n = to - from;
    const at = this.#length;
    if (at + n > this.#capacity) this.#resize(Math.max(at + n, 2 * this.#capacity));
    const data = this.#data;
    const capacity = this.#capacity;
    if (n < 16) {
      // A typed array for so few costs more than the points.
      for (let i = 0; i < n; i += 1) {
        data[at + i] = step[from + i] ?? NaN;
        data[capacity + at + i] = time[from + i] ?? NaN;
        data[2 * capacity + at + i] = wall[from + i] ?? NaN;
        data[3 * capacity + at + i] = value[from + i] ?? NaN;
      }
    } else {
      data.set(step.subarray(from, to), at);
      data.set(time.subarray(from, to), capacity + at);
      data.set(wall.subarray(from, to), 2 * capacity + at);
      data.set(value.subarray(from, to), 3 * capacity + at);
    }
    this.#length = at + n;
  }

  /** Takes back what was appended last. */
  truncate(end: number): void {
    this.#length = Math.max(0, end - this.#from);
  }

  /** Lets go of what lies before the position. */
  dropBefore(position: number): void {
    const dropped = Math.min(this.#length, position - this.#from);
    this.#from = position;
    if (dropped <= 0) return;
    for (let c = 0; c < 4; c += 1) {
      const start = c * this.#capacity;
      this.#data.copyWithin(start, start + dropped, start + this.#length);
    }
    this.#length -= dropped;
    if (this.#capacity > 64 && this.#length * 4 < this.#capacity) this.#resize(Math.max(16, 2 * this.#length));
  }

  /** Puts points before those held. */
  prepend(columns: Columns): void {
    const older = new Tail(this.#from - columns.step.length, columns.step.length + this.#length + 16);
    older.append(columns, 0, columns.step.length);
    older.append(this.columns(this.#from, this.end), 0, this.#length);
    this.#from = older.#from;
    this.#length = older.#length;
    this.#capacity = older.#capacity;
    this.#data = older.#data;
  }

  /** Views of the points from one position to before another: good until something is appended. */
  columns(from: number, to: number): Columns {
    const view = (index: number): Float64Array => {
      const start = index * this.#capacity - this.#from;
      return this.#data.subarray(start + from, start + to);
    };
    return { step: view(0), time: view(1), wall: view(2), value: view(3) };
  }

  /** Copies into columns that others own. */
  copyTo(target: Columns, at: number, from: number, to: number): void {
    if (to - from < 16) {
      for (let c = 0; c < 4; c += 1) {
        const column = target[columnNames[c] ?? 'step'];
        const start = c * this.#capacity - this.#from;
        for (let i = from; i < to; i += 1) column[at + i - from] = this.#data[start + i] ?? NaN;
      }
      return;
    }
    const columns = this.columns(from, to);
    for (const name of columnNames) target[name].set(columns[name], at);
  }

  #resize(capacity: number): void {
    const data = new Float64Array(4 * capacity);
    for (let c = 0; c < 4; c += 1) {
      data.set(this.#data.subarray(c * this.#capacity, c * this.#capacity + this.#length), c * capacity);
    }
    this.#data = data;
    this.#capacity = capacity;
  }
}
