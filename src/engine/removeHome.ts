/** Removes all that Sidelab keeps in a home, while the engine's lock is held and nothing else of it lives. */
import { readdirSync, rmSync } from 'node:fs';
import { partOfHome } from '../protocol/homeParts';
import type { Home } from './home';

/** The lock stays until this process ends: the next engine begins after that. What others have put there stays as well. */
export function removeHome(home: Home): void {
  for (const name of readdirSync(home.folder)) {
    if (name === 'engine.lock' || partOfHome(name) === undefined) continue;
    // A window that waits for the next engine may write to its folders meanwhile.
    rmSync(home.path(name), { recursive: true, force: true, maxRetries: 5 });
  }
}
