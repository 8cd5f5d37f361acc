/**
 * What a living engine leaves for the wrappers, which can read no lock: who it is (`engine.pid`), and how to start it
 * again (`engine/start`) when an attempt ends and none lives.
 */
import { rmSync, writeFileSync } from 'node:fs';
import type { Home } from './home';
import { startTime } from './execute/local/processes';
import { quoteForShell } from '../base/shellQuote';

/** What an engine needs of its environment; the attempt's own, in which the wrapper runs, must not reach it. */
const passedOn = [
  'HOME',
  'PATH',
  'USER',
  'LOGNAME',
  'LANG',
  'LC_ALL',
  'TMPDIR',
  'TZ',
  'XDG_RUNTIME_DIR',
  'DBUS_SESSION_BUS_ADDRESS',
  'REMOTE_CONTAINERS',
  'CODESPACES',
  'ELECTRON_RUN_AS_NODE',
];

export function announce(home: Home, command: readonly string[], env: NodeJS.ProcessEnv): void {
  const variables = passedOn.flatMap((name) => (env[name] === undefined ? [] : [`${name}=${env[name]}`]));
  const words = ['exec', 'env', '-i', ...[...variables, ...command].map(quoteForShell)];
  const script = [
    '# Starts the engine when an attempt has ended and none lives. Written anew by each engine.',
    `cd ${quoteForShell(home.folder)} || exit 1`,
    words.join(' '),
    '',
  ];
  writeFileSync(home.startScript, script.join('\n'), { mode: 0o700 });
  writeFileSync(home.pidFile, `${process.pid} ${startTime(process.pid) ?? '-'}\n`, { mode: 0o600 });
  forgetStart(home);
}

/** A wrapper that starts an engine makes this folder, so that others which end in the same moment start none. */
export function forgetStart(home: Home): void {
  rmSync(home.path('engine', 'starting'), { recursive: true, force: true });
}

/** Before the last look at the attempts: a wrapper that ends after this starts the next engine. */
export function withdraw(home: Home): void {
  rmSync(home.pidFile, { force: true });
}
