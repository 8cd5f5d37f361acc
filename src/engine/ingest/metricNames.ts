/** Names of metrics as they stand in run logs: the same few again and again, in the same order. */
import { metricNameMaxLength } from '../../model/series';

/** A program that gives each point a name of its own must not fill the memory. */
const mostNames = 10_000;

const [quote, backslash, space] = [34, 92, 32];

export interface MetricName {
  readonly text: string;
  readonly bytes: Uint8Array;
  /** The name that came after it when it was met last: most probably the next one too. */
  next: MetricName | undefined;
  /** The number of the last line that had it. */
  line: number;
}

export class MetricNames {
  readonly #byText = new Map<string, MetricName>();
  #last: MetricName | undefined;

  /** Between two lines. */
  trim(): void {
    if (this.#byText.size < mostNames) return;
    this.#byText.clear();
    this.#last = undefined;
  }

  /**
   * The name at `at`, behind its first quote, with its other quote behind it. Undefined for one that is not simply what
   * stands there, that is none, or that JSON.parse would put in another place.
   */
  read(bytes: Buffer, at: number): MetricName | undefined {
    const guess = this.#last?.next;
    const name = guess && isAt(guess.bytes, bytes, at) ? guess : this.#find(bytes, at);
    if (name && this.#last) this.#last.next = name;
    if (name) this.#last = name;
    return name;
  }

  #find(bytes: Buffer, at: number): MetricName | undefined {
    let end = at;
    for (let byte = bytes[end] ?? 0; byte !== quote; byte = bytes[++end] ?? 0) {
      if (byte === backslash || byte < space) return undefined;
    }
    // UTF-8 of so many characters.
    if (end - at > 3 * metricNameMaxLength) return undefined;
    const text = bytes.toString('utf8', at, end);
    const known = this.#byText.get(text);
    if (known) return known;
    // Bytes that are no UTF-8 become the last of these; digits alone are keys that objects put in front.
    if (text === '' || text.length > metricNameMaxLength || text.includes('\uFFFD') || /^\d+$/.test(text)) {
      return undefined;
    }
    const name = { text, bytes: Uint8Array.from(bytes.subarray(at, end + 1)), next: undefined, line: 0 };
    this.#byText.set(text, name);
    return name;
  }
}

function isAt(name: Uint8Array, bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < name.length; i += 1) if (bytes[at + i] !== name[i]) return false;
  return true;
}
