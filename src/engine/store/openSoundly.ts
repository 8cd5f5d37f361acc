/** Opens the store, which is salvaged first when it is damaged. */
import { Database, DamagedStore } from './database';
import { prepareStore, salvage } from './salvage';

/**
 * Throws `Incompatible` for a store of a later version, which is left as it is, and `Storage` when a damaged one cannot be
 * repaired. `onSalvage` hears why a salvage begins, which takes minutes for a big store. The caller holds the home's lock: for a moment the files are read without SQLite's own locks.
 */
export function openSoundly(file: string, onSalvage: (why: string) => void = () => undefined): Database {
  const nowMs = Date.now();
  const wasExamined = prepareStore(file, nowMs, onSalvage);
  try {
    return Database.open(file, wasExamined);
  } catch (error) {
    if (!(error instanceof DamagedStore)) throw error;
    // Closed again by now. A log that it had is part of it: what could be read of it was whole.
    onSalvage(causeOf(error));
    salvage(file, causeOf(error), nowMs);
    return Database.open(file, true);
  }
}

const causeOf = (error: DamagedStore): string => (error.cause instanceof Error ? error.cause.message : error.message);
