/** Parameters as pairs of dotted path and value, as many as a glance takes in. */

const mostShown = 30;
const longest = 200;

/** JSON that is none gives nothing: it is shown as it is in the run's panel. */
export function flatParameters(json: string): readonly (readonly [key: string, value: string])[] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return [];
  }
  const pairs: (readonly [string, string])[] = [];
  const pending: (readonly [path: string, value: unknown])[] = [['', value]];
  for (let next = pending.pop(); next && pairs.length <= mostShown; next = pending.pop()) {
    const [path, at] = next;
    // Lists stay in one line: their places are no names.
    if (typeof at === 'object' && at !== null && !Array.isArray(at)) {
      const children = Object.entries(at).map(([key, child]) => [path === '' ? key : `${path}.${key}`, child] as const);
      pending.push(...children.toReversed());
    } else if (path !== '') pairs.push([path, shortened(typeof at === 'string' ? at : JSON.stringify(at))]);
  }
  if (pairs.length <= mostShown) return pairs;
  return [...pairs.slice(0, mostShown), ['…', 'more in the run’s panel']];
}

const shortened = (text: string): string => (text.length <= longest ? text : `${text.slice(0, longest)}…`);
