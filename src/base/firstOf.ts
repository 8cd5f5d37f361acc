/** At most so many of what there is: of thousands of names only those that are shown are looked at. */
export function firstOf<T>(count: number, all: Iterable<T>): T[] {
  const first: T[] = [];
  for (const each of all) {
    if (first.length >= count) break;
    first.push(each);
  }
  return first;
}
