/** Which lines of a text differ from those of another, as `diff` tells it: for short texts, such as run files. */

/** Lines with `- `, `+ ` or two blanks in front; those that are equal only up to `around` lines from one that is not. */
export function lineChanges(before: string, now: string, around = 2): readonly string[] {
  const [a, b] = [linesOf(before), linesOf(now)];
  // More would take longer than it is worth: both are told whole then.
  const all = a.length * b.length > 4_000_000 ? [...a.map(removed), ...b.map(added)] : merged(a, b);
  const isNear = all.map((_, at) =>
    all.slice(Math.max(0, at - around), at + around + 1).some((line) => line[0] !== ' '),
  );
  return all.filter((_, at) => isNear[at]);
}

const removed = (line: string): string => `- ${line}`;
const added = (line: string): string => `+ ${line}`;

const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

/** By the longest common subsequence. */
function merged(a: readonly string[], b: readonly string[]): string[] {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const result: string[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    const [mine, other] = [a[i], b[j]];
    if (mine !== undefined && mine === other) {
      result.push(`  ${mine}`);
      i += 1;
      j += 1;
    } else if (mine !== undefined && (other === undefined || at(i + 1, j) >= at(i, j + 1))) {
      result.push(removed(mine));
      i += 1;
    } else if (other !== undefined) {
      result.push(added(other));
      j += 1;
    }
  }
  return result;
}
