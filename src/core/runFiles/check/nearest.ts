/** The name that somebody meant who wrote another. */
import { distance } from 'fastest-levenshtein';

/**
 * The closest of `names`, or undefined when none is close: up to a third of its letters may differ. Capitals and the signs
 * between words do not count, so that `retry_delay` is `retryDelay`.
 */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  const wanted = plain(name);
  let found: { readonly name: string; readonly away: number } | undefined;
  for (const other of names) {
    const candidate = plain(other);
    const most = Math.max(1, Math.floor(Math.min(wanted.length, candidate.length) / 3));
    if (other === name || Math.abs(wanted.length - candidate.length) > most) continue;
    // Equal but for capitals is nearer than anything else.
    const away = wanted === candidate ? distance(name, other) / 1000 : distance(wanted, candidate);
    if (away <= most && (found === undefined || away < found.away)) found = { name: other, away };
  }
  return found?.name;
}

const plain = (name: string): string => name.toLowerCase().replace(/[-_ ]/g, '');
