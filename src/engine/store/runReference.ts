/** What a person may write where an id is asked for: the id, a name (of equal names the newest), or a unique prefix of an id. */
import { Failure } from '../../base/failure';
import type { RunId } from '../../model/ids';
import { type Database, text } from './database';

/** Throws `NotFound`, or `InvalidInput` naming some of the runs that an ambiguous prefix fits. */
export function findRunReference(db: Database, reference: string): RunId {
  const exact = db.get('SELECT id FROM run WHERE id = ?', reference);
  if (exact) return text(exact, 'id') as RunId;
  const named = db.get('SELECT id FROM run WHERE name = ? ORDER BY sequence DESC LIMIT 1', reference);
  if (named) return text(named, 'id') as RunId;
  // A range instead of LIKE, so that the index on id serves: '~' is after every character of an id.
  const fitting = /^[a-z2-7]{1,16}$/.test(reference)
    ? db.all('SELECT id, name FROM run WHERE id >= ? AND id < ? ORDER BY id LIMIT 4', reference, `${reference}~`)
    : [];
  const [first, second] = fitting;
  if (!first) throw new Failure('NotFound', `There is no run called ${reference}.`);
  if (!second) return text(first, 'id') as RunId;
  const some = fitting.slice(0, 3).map((row) => `${text(row, 'id')} (${text(row, 'name')})`);
  throw new Failure(
    'InvalidInput',
    `"${reference}" fits more than one run: ${some.join(', ')}${fitting.length > 3 ? ', …' : ''}.`,
    {
      hint: 'Write more of the id.',
    },
  );
}
