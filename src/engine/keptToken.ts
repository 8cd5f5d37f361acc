/** The token of a home stays the same over restarts: scripts keep addresses. Owner-only, and never in the store. */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { hasErrorCode } from '../base/failure';
import type { Home } from './home';

export function keptToken(home: Home): string {
  try {
    const kept = readFileSync(home.tokenFile, 'utf8').trim();
    if (kept.length >= 32) return kept;
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT')) throw error;
  }
  const token = randomBytes(32).toString('hex');
  writeFileSync(home.tokenFile, token, { mode: 0o600 });
  return token;
}
