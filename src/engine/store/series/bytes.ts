/** Writing and reading of bytes, little-endian, and the check sum that every blob of series ends with. */
import { crc32 } from 'node:zlib';

/** What was read is not what was written: the page that held it is damaged. */
export class DamagedBytes extends Error {
  constructor(what: string) {
    super(`${what} of a series is damaged.`);
  }
}

export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#length;
  }

  u8(value: number): void {
    this.#room(1);
    this.#bytes[this.#length++] = value;
  }

  u16(value: number): void {
    this.#room(2);
    this.#view.setUint16(this.#length, value, true);
    this.#length += 2;
  }

  u32(value: number): void {
    this.#room(4);
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
  }

  /** Over what was written before. */
  setU32(at: number, value: number): void {
    this.#view.setUint32(at, value, true);
  }

  f64(value: number): void {
    this.#room(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** The content of a typed array, as it lies in memory. */
  raw(array: ArrayBufferView): void {
    this.#room(array.byteLength);
    this.#bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), this.#length);
    this.#length += array.byteLength;
  }

  text(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.u16(bytes.byteLength);
    this.raw(bytes);
  }

  /** What was written, with its check sum behind it: good until something else is written. */
  sealed(): Uint8Array {
    const length = this.#length;
    this.u32(crc32(this.#bytes.subarray(0, length)));
    this.#length = length;
    return this.#bytes.subarray(0, length + 4);
  }

  clear(): void {
    this.#length = 0;
  }

  #room(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #end: number;
  #at = 0;

  /** `what` names it when its check sum is wrong: `DamagedBytes` is thrown then. */
  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = bytes.byteLength - 4;
    if (this.#end < 0 || crc32(bytes.subarray(0, this.#end)) !== this.#view.getUint32(this.#end, true)) {
      throw new DamagedBytes(what);
    }
  }

  get hasMore(): boolean {
    return this.#at < this.#end;
  }

  u8(): number {
    return this.#view.getUint8(this.#at++);
  }

  u16(): number {
    this.#at += 2;
    return this.#view.getUint16(this.#at - 2, true);
  }

  u32(): number {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, true);
  }

  f64(): number {
    this.#at += 8;
    return this.#view.getFloat64(this.#at - 8, true);
  }

  text(): string {
    return new TextDecoder().decode(this.take(this.u16()));
  }

  /** A view of the next bytes. */
  take(length: number): Uint8Array {
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  skip(length: number): void {
    this.#at += length;
  }

  get position(): number {
    return this.#at;
  }

  seek(position: number): void {
    this.#at = position;
  }
}
