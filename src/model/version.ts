/** Versions of algorithms and of our own releases: which of two is the later one. */

/**
 * Orders versions: below 0 when `a` is the lower. Numbers count as numbers, a missing one as 0; what comes before a
 * release is lower than it. (Ranges such as "^1.2" are not understood, so these lines need no package.)
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parseVersion(a), parseVersion(b)];
  for (let index = 0; index < Math.max(left.numbers.length, right.numbers.length); index += 1) {
    const difference = (left.numbers[index] ?? 0) - (right.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.before === right.before) return 0;
  if (left.before === '' || right.before === '') return left.before === '' ? 1 : -1;
  return left.before.localeCompare(right.before, 'en', { numeric: true });
}

function parseVersion(version: string): { readonly numbers: readonly number[]; readonly before: string } {
  const dash = version.indexOf('-');
  const release = dash < 0 ? version : version.slice(0, dash);
  return {
    numbers: release.split('.').map((part) => Number.parseInt(part, 10) || 0),
    before: dash < 0 ? '' : version.slice(dash + 1),
  };
}
