/**
 * Random numbers from a seed, the same on every machine and for ever: trials of a sweep are found again by them.
 *
 * The generator is sfc32, "small fast counting", by Chris Doty-Humphrey (public domain), as published with his test
 * suite PractRand (https://pracrand.sourceforge.net). It needs nothing but sums and shifts of 32 bits.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** Each `stream` of a seed has numbers of its own, so that what is drawn for one thing does not move another's. */
  constructor(seed: number, stream: string) {
    this.#a = hash(stream);
    this.#b = seed | 0;
    this.#c = Math.floor(seed / 2 ** 32) | 0;
    // As published: the first words show the seed's bits still.
    for (let round = 0; round < 15; round++) this.word();
  }

  /** 32 bits, as a signed integer. */
  word(): number {
    const word = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + word) | 0;
    return word;
  }

  /** At least 0 and below 1, evenly, with all 53 bits of a double. */
  fraction(): number {
    const high = this.word() >>> 5;
    return (high * 2 ** 26 + (this.word() >>> 6)) / 2 ** 53;
  }

  /** A whole number, at least 0 and below `end`. */
  below(end: number): number {
    // The product may be rounded up to its bound.
    return Math.min(Math.floor(this.fraction() * end), end - 1);
  }

  /** Of the standard normal distribution, by Box and Muller's formula: always two fractions a number. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.fraction()));
    return radius * Math.cos(2 * Math.PI * this.fraction());
  }
}

/** FNV-1a (Fowler, Noll, Vo) over the text's UTF-16 units. */
function hash(text: string): number {
  let hashed = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hashed = Math.imul(hashed ^ text.charCodeAt(index), 0x01000193);
  }
  return hashed | 0;
}
