/**
 * SQLite's write-ahead log, looked at without SQLite. SQLite takes the first frame that does not fit for the log's end, and
 * drops what follows without a word: right after a power cut, wrong when a page in the middle was damaged.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { endianness } from 'node:os';
import { hasErrorCode } from '../../base/failure';

const headerBytes = 32;
const frameHeaderBytes = 24;
const magicBigEndian = 0x377f0683;
const magicLittleEndian = 0x377f0682;

export interface WalContent {
  /** Size of the database in pages after its last whole transaction; undefined when it holds none. */
  readonly databasePages: number | undefined;
  /** Pages of its whole transactions. */
  readonly pages: ReadonlySet<number>;
  /** Transactions that were written after a damaged frame, and that SQLite would drop. */
  readonly droppedCommits: number;
}

/** Undefined when there is no log, or an empty one. */
export function readWal(file: string, databasePageBytes: number): WalContent | undefined {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  try {
    return readFrames(handle, databasePageBytes);
  } finally {
    closeSync(handle);
  }
}

function readFrames(handle: number, databasePageBytes: number): WalContent | undefined {
  const header = Buffer.alloc(headerBytes);
  if (readSync(handle, header, 0, headerBytes, 0) < headerBytes) return undefined;
  const magic = header.readUInt32BE(0);
  const sum = new Checksum(magic === magicBigEndian);
  sum.add(header.subarray(0, 24));
  const isSound = (magic === magicBigEndian || magic === magicLittleEndian) && sum.equals(header, 24);
  if (!isSound) return withoutHeader(handle, databasePageBytes);
  // Frames of an earlier generation lie behind those of this one, and bear other salts.
  const salts = header.subarray(16, 24);

  let fits = true;
  const pages = new Set<number>();
  let pending: number[] = [];
  let databasePages: number | undefined;
  let commitsAfter = 0;
  const frame = Buffer.alloc(frameHeaderBytes + header.readUInt32BE(8));
  for (let at = headerBytes; ; at += frame.byteLength) {
    if (readSync(handle, frame, 0, frame.byteLength, at) < frame.byteLength) break;
    const ours = salts.equals(frame.subarray(8, 16));
    const committed = frame.readUInt32BE(4);
    if (fits) {
      sum.add(frame.subarray(0, 8));
      sum.add(frame.subarray(frameHeaderBytes));
      fits = ours && sum.equals(frame, 16);
    }
    if (!fits) {
      if (ours && committed > 0) commitsAfter += 1;
      continue;
    }
    pending.push(frame.readUInt32BE(0));
    if (committed === 0) continue;
    for (const page of pending) pages.add(page);
    pending = [];
    databasePages = committed;
  }
  return { databasePages, pages, droppedCommits: acknowledged(commitsAfter) };
}

/** SQLite takes nothing of such a log. The salts that most commits bear are those of its generation. */
function withoutHeader(handle: number, pageBytes: number): WalContent {
  const commits = new Map<string, number>();
  const head = Buffer.alloc(frameHeaderBytes);
  for (let at = headerBytes; readSync(handle, head, 0, head.byteLength, at) === head.byteLength;) {
    const salts = head.toString('hex', 8, 16);
    if (head.readUInt32BE(4) > 0) commits.set(salts, (commits.get(salts) ?? 0) + 1);
    at += frameHeaderBytes + pageBytes;
  }
  return { databasePages: undefined, pages: new Set(), droppedCommits: acknowledged(Math.max(0, ...commits.values())) };
}

/** The last commit may be what a power cut tore. Each before it was on the disk before the next was begun. */
const acknowledged = (commits: number): number => Math.max(0, commits - 1);

/** The running sum of SQLite's format: two words, over pairs of words. */
class Checksum {
  readonly #swaps: boolean;
  #first = 0;
  #second = 0;

  constructor(isBigEndian: boolean) {
    this.#swaps = isBigEndian !== (endianness() === 'BE');
  }

  /** `bytes`: a multiple of 8. */
  add(bytes: Buffer): void {
    const own = Buffer.from(bytes);
    if (this.#swaps) own.swap32();
    // A copy of its own may still begin anywhere in the pool of buffers.
    const words = new Uint32Array(Uint8Array.prototype.slice.call(own).buffer);
    let first = this.#first;
    let second = this.#second;
    for (let i = 0; i + 1 < words.length; i += 2) {
      first = (first + (words[i] ?? 0) + second) >>> 0;
      second = (second + (words[i + 1] ?? 0) + first) >>> 0;
    }
    this.#first = first;
    this.#second = second;
  }

  equals(bytes: Buffer, at: number): boolean {
    return bytes.readUInt32BE(at) === this.#first && bytes.readUInt32BE(at + 4) === this.#second;
  }
}
