/**
 * What a person may write where an id is asked for: the id, a name (of equal names the newest), a unique prefix of an id,
 * or the way to a task (`dag/train`).
 */
import { Failure } from '../../base/failure';
import { isIdPrefix, type RunId } from '../../model/ids';
import { type Database, text } from './database';

/** Throws `NotFound`, or `InvalidInput` naming some of the runs that an ambiguous prefix fits. */
export function findRunReference(db: Database, reference: string): RunId {
  const exact = db.get('SELECT id FROM run WHERE id = ? AND deleted_ms IS NULL', reference);
  if (exact) return text(exact, 'id') as RunId;
  // A run by itself is meant rather than a task of that name in some newer graph.
  const named = db.get(
    'SELECT id FROM run WHERE name = ? AND deleted_ms IS NULL ORDER BY parent IS NOT NULL, sequence DESC LIMIT 1',
    reference,
  );
  if (named) return text(named, 'id') as RunId;
  const inside = findInside(db, reference);
  if (inside) return inside;
  // A range instead of LIKE, so that the index on id serves: '~' is after every character of an id.
  const fitting = isIdPrefix(reference)
    ? db.all(
        'SELECT id, name FROM run WHERE id >= ? AND id < ? AND deleted_ms IS NULL ORDER BY id LIMIT 4',
        reference,
        `${reference}~`,
      )
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

/** `dag/train/fold-1`: a run, and from there on the names of tasks. Names may hold a slash: each place to cut is tried. */
function findInside(db: Database, reference: string): RunId | undefined {
  for (let cut = reference.lastIndexOf('/'); cut > 0; cut = reference.lastIndexOf('/', cut - 1)) {
    const task = reference.slice(cut + 1);
    let parent: RunId;
    try {
      parent = findRunReference(db, reference.slice(0, cut));
    } catch (error) {
      if (error instanceof Failure && error.code === 'NotFound') continue;
      throw error;
    }
    const found = db.get(
      `SELECT child.id FROM run AS child JOIN run AS above ON above.sequence = child.parent
        WHERE above.id = ? AND child.task = ?`,
      parent,
      task,
    );
    if (found) return text(found, 'id') as RunId;
  }
  return undefined;
}
