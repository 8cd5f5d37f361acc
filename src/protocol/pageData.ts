/**
 * Values of our contracts as text within a page, for what a page is to know before it can be told anything: JSON, with the bytes
 * of typed arrays in base64, so that a NaN in one stays what it is. Safe inside of a `<script>` that is no program.
 */

declare function btoa(bytes: string): string;
declare function atob(text: string): string;

const float64Key = '$float64';
/** As many arguments as a call surely takes. */
const chunkBytes = 8192;

export const toPageText = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    part instanceof Float64Array ? { [float64Key]: toBase64(part) } : part,
  ).replaceAll('<', '\\u003c');

/** Of what was not written by `toPageText`, anything may come out: it is for a schema to tell. */
export const fromPageText = (text: string): unknown =>
  JSON.parse(text, (_key, part: unknown) => {
    if (typeof part !== 'object' || part === null || !(float64Key in part)) return part;
    const base64 = part[float64Key];
    return typeof base64 === 'string' ? fromBase64(base64) : part;
  });

function toBase64(numbers: Float64Array): string {
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + chunkBytes)));
  }
  return btoa(parts.join(''));
}

function fromBase64(base64: string): Float64Array {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length - (text.length % 8));
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = text.charCodeAt(i);
  return new Float64Array(bytes.buffer);
}
