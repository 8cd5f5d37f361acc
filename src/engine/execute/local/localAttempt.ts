/**
 * One attempt on this machine, from its wrapper's spawn, or from being found again, to the end of its processes.
 *
 * Everything is read from the attempt's folder and from the process table, never remembered: so an attempt that this
 * engine started and one that it found are the same thing. `#look` reads them and says what is new.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Clock, every } from '../../../base/clock';
import { hasErrorCode, messageOf } from '../../../base/failure';
import { DisposableSlot, DisposableStore } from '../../../base/lifecycle';
import type { AttemptEvents, AttemptHandle, AttemptOutcome, AttemptSpec } from '../executor';
import { abandon, exitFile, type ProcessIdentity, readClaim, readExit } from './attemptFolder';
import { FolderWatch } from './folderWatch';
import { findProcesses, isAlive, machineIdentity, signalProcesses, startTime } from './processes';

/** An attempt that is no child of ours tells nobody when it ends without a record. */
const livenessMs = 2000;
const recheckMs = 100;
/** How long the wrapper may take to write its record after its program was killed. */
const recordMs = 500;
/** A torn claim is finished within a moment, or never. */
const tornMs = 2000;

export interface Wrapper {
  /** Path of wrapper.sh, in the home. */
  readonly script: string;
  readonly home: string;
}

export class LocalAttempt implements AttemptHandle {
  readonly #spec: AttemptSpec;
  readonly #events: AttemptEvents;
  readonly #wrapper: Wrapper;
  readonly #clock: Clock;
  readonly #owned = new DisposableStore();
  readonly #recheck = this.#owned.own(new DisposableSlot());
  #child: ChildProcess | undefined;
  #childEnded = false;
  #spawnError: string | undefined;
  #started = false;
  #stopping = false;
  #killedAtMs: number | undefined;
  #ended = false;

  constructor(spec: AttemptSpec, events: AttemptEvents, wrapper: Wrapper, clock: Clock) {
    this.#spec = spec;
    this.#events = events;
    this.#wrapper = wrapper;
    this.#clock = clock;
  }

  start(): void {
    mkdirSync(this.#spec.folder, { recursive: true, mode: 0o700 });
    const watch = this.#owned.own(new FolderWatch(this.#spec.folder, this.#clock, () => this.#touch()));
    watch.start();
    // Without a claim it never started: whichever wrapper claims it first runs it, a late one of a dead engine included.
    if (readClaim(this.#spec.folder)) this.#owned.own(every(this.#clock, livenessMs, () => this.#look()));
    else this.#spawn();
    this.#later(0);
  }

  dispose(): void {
    this.#ended = true;
    this.#owned.dispose();
    this.#child?.removeAllListeners();
    // Node throws for an error that nobody hears.
    this.#child?.on('error', () => undefined);
  }

  hasResult(): boolean {
    return readExit(this.#spec.folder) !== undefined;
  }

  terminate(): void {
    this.#stopping = true;
    if (readClaim(this.#spec.folder) || !abandon(this.#spec.folder)) this.#signal('SIGTERM', true);
    this.#later(0);
  }

  kill(): void {
    this.#stopping = true;
    this.#killedAtMs ??= this.#clock.nowMs();
    // The wrapper last: it writes down the exit code of what is killed before it.
    const leader = this.#leader();
    const spareLeader = leader !== undefined && this.#clock.nowMs() - this.#killedAtMs < recordMs;
    this.#signal('SIGKILL', !spareLeader);
    this.#later(recheckMs);
  }

  #spawn(): void {
    const { command, cwd, env, folder } = this.#spec;
    try {
      if (!statSync(cwd).isDirectory()) throw new Error(`${cwd} is not a folder`);
      const { boot, space } = machineIdentity();
      const log = openSync(path.join(folder, 'wrapper.log'), 'a', 0o600);
      try {
        const child = spawn('/bin/sh', [this.#wrapper.script, folder, boot, space, this.#wrapper.home, ...command], {
          cwd,
          env,
          detached: true,
          stdio: ['ignore', 'ignore', log],
        });
        this.#child = child;
        child.on('error', (error) => this.#spawnFailed(error));
        child.on('exit', () => {
          this.#childEnded = true;
          this.#look();
        });
        // The engine may end while the attempt goes on.
        child.unref();
      } finally {
        closeSync(log);
      }
    } catch (error) {
      this.#spawnFailed(error);
    }
  }

  #spawnFailed(error: unknown): void {
    this.#childEnded = true;
    this.#spawnError = hasErrorCode(error, 'ENOENT') ? `the folder ${this.#spec.cwd} does not exist` : messageOf(error);
    this.#later(0);
  }

  #touch(): void {
    if (this.#ended) return;
    this.#events.onTouch();
    this.#look();
  }

  #later(delayMs: number): void {
    this.#recheck.set(this.#clock.after(delayMs, () => this.#look()));
  }

  #look(): void {
    if (this.#ended) return;
    const claim = readClaim(this.#spec.folder);
    if (claim?.kind === 'claimed' && !this.#started) {
      this.#started = true;
      this.#events.onStart({ pid: claim.process.pid, atMs: claim.atMs });
      if (this.#ended) return;
    }
    if (claim === undefined) return this.#lookUnclaimed();
    if (claim.kind === 'abandoned') return this.#end({ kind: 'refused', detail: 'stopped before it started' });

    const exit = readExit(this.#spec.folder);
    if (exit && !this.#stopping) return this.#end({ kind: 'exited', ...exit });

    const leader = this.#leader();
    if (leader && isAlive(leader)) {
      if (this.#stopping) this.#goOnStopping();
      return;
    }
    if (!leader && this.#clock.nowMs() - claim.atMs < tornMs) return this.#later(recheckMs);
    // The leader is gone. Its record may have come between the two looks; others of its processes may live on.
    const others = leader ? findProcesses(this.#spec.runId, leader) : [];
    if (others.length > 0) {
      if (this.#stopping) return this.#goOnStopping();
      return this.#later(livenessMs);
    }
    const record = readExit(this.#spec.folder);
    this.#end(record ? { kind: 'exited', ...record } : { kind: 'gone' });
  }

  #lookUnclaimed(): void {
    if (!this.#childEnded || !abandon(this.#spec.folder)) return;
    this.#end({ kind: 'refused', detail: this.#spawnError ?? this.#wrapperSaid() });
  }

  /** While ending: what was asked to end is looked at again soon, what was killed is killed again (it may have forked). */
  #goOnStopping(): void {
    if (this.#killedAtMs !== undefined) this.kill();
    else this.#later(recheckMs);
  }

  #signal(signal: NodeJS.Signals, leaderToo: boolean): void {
    const leader = this.#leader();
    if (!leader) return;
    const found = findProcesses(this.#spec.runId, leader);
    if (leaderToo && startTime(leader.pid) === leader.start) {
      // To the group at once: nothing that forks in between slips through.
      signalProcesses([-leader.pid, ...found.filter((p) => !p.inGroup).map((p) => p.pid)], signal);
    } else {
      signalProcesses(
        found.map((p) => p.pid).filter((pid) => leaderToo || pid !== leader.pid),
        signal,
      );
    }
  }

  #leader(): ProcessIdentity | undefined {
    const claim = readClaim(this.#spec.folder);
    return claim?.kind === 'claimed' ? claim.process : undefined;
  }

  #wrapperSaid(): string {
    try {
      const said = readFileSync(path.join(this.#spec.folder, 'wrapper.log'), 'utf8').trim();
      return said === '' ? `the wrapper ended before ${exitFile(this.#spec.folder)}` : said.slice(0, 500);
    } catch (error) {
      return messageOf(error);
    }
  }

  #end(
    outcome:
      { kind: 'exited'; exitCode: number; atMs: number } | { kind: 'gone' } | { kind: 'refused'; detail: string },
  ): void {
    this.#ended = true;
    this.#owned.dispose();
    const whole: AttemptOutcome = outcome.kind === 'exited' ? outcome : { ...outcome, atMs: this.#clock.nowMs() };
    this.#events.onEnd(whole);
  }
}
