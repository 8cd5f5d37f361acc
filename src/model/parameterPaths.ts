/** Nested parameters as people write them: by dotted paths (`model.width`), and as words of a command line. */

export type Parameters = Readonly<Record<string, unknown>>;

/** The value at each path, objects on the way included, in the order of the file. Of equal paths the first counts. */
export function parameterPaths(parameters: Parameters): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>();
  const visit = (object: Parameters, prefix: string): void => {
    for (const [key, value] of Object.entries(object)) {
      const path = prefix + key;
      if (!found.has(path)) found.set(path, value);
      if (isObject(value)) visit(value, `${path}.`);
    }
  };
  visit(parameters, '');
  return found;
}

/** A value inside a text: texts as they are, all else as JSON. */
export const parameterText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/**
 * `{"lr": 0.1, "model": {"width": 256}}` as `--lr 0.1 --model.width 256`, the form that argparse, click, simple-parsing,
 * tyro, commander and most others read:
 *
 * - `true` is `--name`, `false` is `--no-name` (Python's `BooleanOptionalAction`);
 * - a list is its name once and then its elements (`--layers 64 32`), those that are no scalars as JSON;
 * - `null`, an empty list and an empty object have no words: the program's own default counts;
 * - a text that begins with a dash is `--name=-text`, since it would be read as a flag.
 */
export function parameterFlags(parameters: Parameters): string[] {
  const words: string[] = [];
  for (const [path, value] of parameterPaths(parameters)) {
    if (value === null || isObject(value)) continue;
    if (typeof value === 'boolean') words.push(value ? `--${path}` : `--no-${path}`);
    else if (Array.isArray(value)) words.push(...(value.length > 0 ? [`--${path}`, ...value.map(parameterText)] : []));
    else if (typeof value === 'string' && value.startsWith('-')) words.push(`--${path}=${value}`);
    else words.push(`--${path}`, parameterText(value));
  }
  return words;
}

/**
 * `{"lr": 0.1, "model": {"width": 256}}` as `lr=0.1 model.width=256`, the form that hydra, OmegaConf and many others read.
 * Unlike flags these say everything:
 *
 * - `null` is `name=null`, a list `name=[64,32]`, an empty object `name={}`, an object in a list `{a: 1}`;
 * - a text that would be read as something else is quoted: `'0.1'`, `'true'`, `'a, b'`;
 * - what stands before a name belongs to it: `{"+trainer.fast": true}` is `+trainer.fast=true`.
 */
export function parameterOverrides(parameters: Parameters): string[] {
  return Array.from(parameterPaths(parameters))
    .filter(([, value]) => !isObject(value) || Object.keys(value).length === 0)
    .map(([path, value]) => `${path}=${overrideText(value)}`);
}

function overrideText(value: unknown): string {
  if (typeof value === 'string') return isPlainText(value) ? value : quoted(value);
  if (Array.isArray(value)) return `[${value.map(overrideText).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  // Without the space YAML takes `a:1` for a name.
  const parts = Object.entries(value).map(
    ([key, part]) => `${isPlainText(key) ? key : quoted(key)}: ${overrideText(part)}`,
  );
  return `{${parts.join(',')}}`;
}

/** Read as that very text by hydra's grammar and by YAML alike. */
const isPlainText = (text: string): boolean =>
  /^[A-Za-z_/.][\w/.:+@%*?|$-]*$/.test(text) &&
  !text.endsWith(':') &&
  !/^(?:true|false|null|yes|no|on|off|nan|inf)$/i.test(text) &&
  !/^\.(?:inf|nan|\d.*)$/i.test(text);

/** YAML knows no `\\'`, so another quotation mark is taken where that is enough. Hydra wants backslashes doubled before one alone. */
const quoted = (text: string): string =>
  text.includes("'") && !/["\\]/.test(text)
    ? `"${text}"`
    : `'${text.replace(/(\\*)(?:'|$)/g, (found, slashes: string) => slashes + slashes + (found.endsWith("'") ? "\\'" : ''))}'`;

const isObject = (value: unknown): value is Parameters =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
