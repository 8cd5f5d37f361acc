/**
 * The engine's process: one per home, detached, ends by itself when nothing runs and nobody listens.
 *
 *     node engine.cjs --home DIR [--idle-ms N] [--grace-ms N] [--socket-check-ms N] [--lock-wait-ms N] [--compact-ms N]
 *         [--undelete-ms N] [--detach]
 *
 * Exit codes: 0 ended idle or asked to, 75 another engine lives in the home, 70 a bug, 1 anything else.
 */
import 'vscode-jsonrpc/node';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { every, systemClock } from '../base/clock';
import { describeFailure, Failure } from '../base/failure';
import { undeleteMs } from '../model/runChange';
import { systemAwakeClock } from './awakeClock';
import { Engine, type Successor } from './engine';
import { Home } from './home';
import { Lifetime } from './lifetime/lifetime';
import { EngineLock } from './lock';
import { openLog } from './log';
import { announce, forgetStart, withdraw } from './presence';
import { removeHome } from './removeHome';
import { isSearchThread, serveSearches } from './search/searchThread';
import { isStoreThread, serveStore, storeInThread } from './store/storeThread';

/** Replaced by the build with the extension's version. */
declare const SIDELAB_VERSION: string;

const alreadyRunning = 75;
const internalError = 70;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      home: { type: 'string' },
      'idle-ms': { type: 'string', default: '30000' },
      'grace-ms': { type: 'string', default: '10000' },
      'socket-check-ms': { type: 'string', default: '10000' },
      'lock-wait-ms': { type: 'string', default: '2000' },
      'compact-ms': { type: 'string', default: '5000' },
      'undelete-ms': { type: 'string', default: String(undeleteMs) },
      detach: { type: 'boolean', default: false },
    },
  });
  if (values.home === undefined) throw new Failure('InvalidInput', 'engine: --home DIR is missing.');
  const { detach, ...options } = values;
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const args = [...process.execArgv, __filename, ...words];
  const startAgain = (): void => spawn(process.execPath, args, { detached: true, stdio: 'ignore' }).unref();
  // A wrapper starts us inside its own session, which ends with it.
  if (detach) return startAgain();

  const home = new Home(path.resolve(values.home));
  home.prepare();
  const lock = takeLock(home, Number(values['lock-wait-ms']));
  const log = openLog(home.logFile);
  const die = (error: unknown): never => {
    try {
      log.error('The engine ends because of a bug.', error);
    } finally {
      process.exit(internalError);
    }
  };
  process.on('uncaughtException', die).on('unhandledRejection', die);

  let engine: Engine | undefined;
  let needsRestart = false;
  let stopping = false;
  const stop = (why: string, startNext?: () => void, atTheEnd?: () => void): void => {
    if (stopping || !engine) return;
    stopping = true;
    log.info('The engine ends.', { why });
    withdraw(home);
    engine
      .stop()
      .then((successorNeeded) => {
        atTheEnd?.();
        lock.dispose();
        if (startNext) startNext();
        else if (successorNeeded && !atTheEnd) startAgain();
        process.exit(0);
      })
      .catch((error: unknown) => {
        // A store that is damaged may refuse the last words; the next engine mends that, so it is started all the same.
        if (startNext) startNext();
        die(error);
      });
  };
  const restart = (): void => stop('the store is damaged, and the next engine repairs it', startAgain);

  const onNeedsRestart = (): void => {
    needsRestart = true;
    restart();
  };
  const onSalvage = (why: string): void => {
    log.warn('The store is damaged; what can be read of it is kept.', { why });
    // For a client that gives up waiting before that is done.
    console.error(`The store is damaged (${why}); what can be read of it is kept, which may take minutes. Try again.`);
  };
  const lifetime = new Lifetime({ env: process.env, clock: systemClock, log });
  // In the background: a bus that hangs keeps nobody waiting.
  void lifetime.look();
  try {
    engine = await Engine.open({
      home,
      lifetime,
      version: SIDELAB_VERSION,
      bundle: __filename,
      wrapper: path.join(path.dirname(__filename), 'wrapper.sh'),
      store: await storeInThread(__filename, home.database, { onDeath: die, onNeedsRestart, onSalvage }),
      clock: systemClock,
      awakeMs: systemAwakeClock,
      log,
      env: process.env,
      graceMs: Number(values['grace-ms']),
      socketCheckMs: Number(values['socket-check-ms']),
      compactMs: Number(values['compact-ms']),
      undeleteMs: Number(values['undelete-ms']),
      onRemoveAll: () => stop('all data is removed', undefined, () => removeHome(home)),
      onHandOver: (successor) =>
        stop(`handed over to version ${successor.version}`, () => startSuccessor(successor, words)),
    });
  } catch (error) {
    if (!needsRestart) {
      log.error('The engine could not start.', error);
      throw error;
    }
    log.error('The store is damaged, and the next engine repairs it.', error);
    lock.dispose();
    startAgain();
    process.exit(0);
  }
  announce(home, [process.execPath, ...args, '--lock-wait-ms', '0', '--detach'], process.env);
  log.info('The engine is open.', { home: home.folder, version: SIDELAB_VERSION, node: process.version });
  if (needsRestart) restart();

  process.on('SIGTERM', () => stop('SIGTERM')).on('SIGINT', () => stop('SIGINT'));
  // The terminal or window that started us may go; we stay.
  process.on('SIGHUP', () => undefined);

  const idleMs = Number(values['idle-ms']);
  let busyAtMs = systemClock.nowMs();
  every(systemClock, Math.min(5000, Math.max(100, idleMs / 3)), () => {
    if (engine?.isBusy) busyAtMs = systemClock.nowMs();
    else if (systemClock.nowMs() - busyAtMs >= idleMs) stop('idle');
  });
}

function startSuccessor({ node, bundle, isElectron }: Successor, words: readonly string[]): void {
  const env = { ...process.env };
  delete env['ELECTRON_RUN_AS_NODE'];
  if (isElectron) env['ELECTRON_RUN_AS_NODE'] = '1';
  const args = ['--disable-warning=ExperimentalWarning', bundle, ...words];
  spawn(node, args, { detached: true, stdio: 'ignore', env }).unref();
}

/** Who does not get the lock has nothing to start any more, and says so to the wrappers. */
function takeLock(home: Home, waitMs: number): EngineLock {
  try {
    return EngineLock.take(home.lockFile, waitMs);
  } catch (error) {
    forgetStart(home);
    throw error;
  }
}

if (isStoreThread()) {
  serveStore();
} else if (isSearchThread()) {
  serveSearches();
} else {
  main().catch((error: unknown) => {
    if (error instanceof Failure) {
      console.error(describeFailure(error.toData()));
      process.exit(error.code === 'Conflict' ? alreadyRunning : 1);
    }
    console.error(error);
    process.exit(internalError);
  });
}
