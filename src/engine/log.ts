/** The engine's log: JSON lines in the home, cut to two files of bounded size. */
import { renameSync, statSync } from 'node:fs';
import pino from 'pino';
import { hasErrorCode } from '../base/failure';
import type { Log } from '../base/log';

const maxLogBytes = 5 * 1024 * 1024;

export function openLog(file: string): Log {
  try {
    if (statSync(file).size > maxLogBytes) renameSync(file, `${file}.1`);
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT')) throw error;
  }
  // Synchronous: the last line before a crash is the one that is wanted. And no transport thread, which would be loaded
  // later from a folder that may be gone by then.
  const destination = pino.destination({ dest: file, sync: true, mode: 0o600 });
  // A full disk must not end the engine by way of its diary.
  destination.on('error', () => undefined);
  const logger = pino({ base: { pid: process.pid } }, destination);
  return {
    info: (message, details) => logger.info(details ?? {}, message),
    warn: (message, details) => logger.warn(details ?? {}, message),
    error: (message, error) => logger.error({ err: error }, message),
  };
}
