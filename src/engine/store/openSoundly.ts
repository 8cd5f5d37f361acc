/** Opens the store, which is salvaged first when it is damaged. */
import { Database, DamagedStore } from './database';
import { prepareStore, salvage } from './salvage';

/**
 * Throws `Incompatible` for a store of a later version, which is left as it is, and `Storage` when a damaged one cannot be
 * repaired. `openSeries` reads what the series need to go on. `onSalvage` hears why a salvage begins, which takes minutes for a big store. The caller holds the home's lock: for a moment the files are read without SQLite's own locks.
 */
export function openSoundly<T>(
  file: string,
  openSeries: (db: Database) => T,
  onSalvage: (why: string) => void = () => undefined,
): { readonly db: Database; readonly series: T } {
  const nowMs = Date.now();
  const wasExamined = prepareStore(file, nowMs, onSalvage);
  try {
    return open(file, wasExamined, openSeries);
  } catch (error) {
    if (!(error instanceof DamagedStore)) throw error;
    // Closed again by now. A log that it had is part of it: what could be read of it was whole.
    onSalvage(causeOf(error));
    salvage(file, causeOf(error), nowMs);
    return open(file, true, openSeries);
  }
}

function open<T>(
  file: string,
  wasExamined: boolean,
  openSeries: (db: Database) => T,
): { readonly db: Database; readonly series: T } {
  const db = Database.open(file, wasExamined);
  try {
    return { db, series: db.guard(() => openSeries(db)) };
  } catch (error) {
    db.close();
    throw error;
  }
}

const causeOf = (error: DamagedStore): string => (error.cause instanceof Error ? error.cause.message : error.message);
