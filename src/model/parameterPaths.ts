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

const isObject = (value: unknown): value is Parameters =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
