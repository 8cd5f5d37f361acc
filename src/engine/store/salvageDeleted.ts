/** Deleted runs after a salvage: nothing is removed for good by what damage has made of a number. */
import type { Database } from './database';

/**
 * A tree is hidden as its top is. What could still be brought back can be for as long as if it had just been deleted; what had begun to
 * be removed is removed.
 */
export function mendDeleted(db: Database, nowMs: number): void {
  db.run('UPDATE run SET deleted_ms = ? WHERE deleted_ms <> 0', nowMs);
  db.run(
    `UPDATE run SET deleted_ms = (SELECT top.deleted_ms FROM run AS top WHERE top.sequence = run.root)
      WHERE root IS NOT NULL
        AND deleted_ms IS NOT (SELECT top.deleted_ms FROM run AS top WHERE top.sequence = run.root)`,
  );
}
