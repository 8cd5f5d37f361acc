/**
 * One attempt on this machine, from its wrapper's spawn, or from being found again, to the end of its processes.
 *
 * Everything is read from the attempt's folder and from the process table, never remembered: so an attempt that this
 * engine started and one that it found are the same thing. `#look` reads them and says what is new.
 */
import type { ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { type Clock, every } from '../../../base/clock';
import { hasErrorCode, messageOf } from '../../../base/failure';
import { DisposableSlot, DisposableStore } from '../../../base/lifecycle';
import type { Log } from '../../../base/log';
import type { AttemptOutcome } from '../../../model/attemptEnd';
import type { Scopes } from '../../lifetime/lifetime';
import type { AttemptEvents, AttemptHandle, AttemptSpec } from '../executor';
import { abandon, type ProcessIdentity, readClaim, readExit } from './attemptFolder';
import { FolderWatch } from './folderWatch';
import { measureMachine } from './measureMachine';
import { countOomKills, type OomCounts, oomKillsBetween } from './oomKills';
import { type ProcessTable, signalProcesses } from './processes';
import { spawnWrapper, type Wrapper, wrapperHasNoRoom, wrapperSaid } from './spawnWrapper';

/** An attempt that is no child of ours tells nobody when it ends without a record. */
const livenessMs = 2000;
const recheckMs = 100;
/** How long the wrapper may take to write its record after its program was killed. */
const recordMs = 500;
/** A torn claim is finished within a moment, or never. */
const tornMs = 2000;
/** How long is waited for room on the disk, descriptors or processes before the next try. */
const shortageMs = 1000;

const firstSampleMs = 250;
const sampleMs = 8000;
const scopeAfterMs = 1000;
/** Less is not worth a write. */
const notableGrowth = 1.02;

export interface LocalMachine {
  readonly wrapper: Wrapper;
  readonly processes: ProcessTable;
  readonly scopes: Scopes;
  readonly clock: Clock;
  readonly log: Log;
}

type End =
  | { readonly kind: 'exited'; readonly exitCode: number; readonly atMs: number }
  | { readonly kind: 'gone' }
  | { readonly kind: 'refused'; readonly detail: string };

export class LocalAttempt implements AttemptHandle {
  readonly #spec: AttemptSpec;
  readonly #events: AttemptEvents;
  readonly #machine: LocalMachine;
  readonly #owned = new DisposableStore();
  readonly #recheck = this.#owned.own(new DisposableSlot());
  readonly #retry = this.#owned.own(new DisposableSlot());
  readonly #sample = this.#owned.own(new DisposableSlot());
  #child: ChildProcess | undefined;
  #childEnded = false;
  #spawnError: string | undefined;
  #started = false;
  #stopping = false;
  #killedAtMs: number | undefined;
  /** When it was first seen to be gone: all that it began, it began before. */
  #leaderGoneAtMs: number | undefined;
  #peakMemoryBytes = 0;
  /** When it began; unknown for one that an engine before this one has begun. */
  #oomKillsBefore: OomCounts | undefined;
  /** How often a scope may still be asked for; none once it is there. */
  #scopeTries = 3;
  #ended = false;

  constructor(spec: AttemptSpec, events: AttemptEvents, machine: LocalMachine) {
    this.#spec = spec;
    this.#events = events;
    this.#machine = machine;
  }

  /** Never throws: what keeps an attempt from starting is its outcome. */
  start(): void {
    try {
      mkdirSync(this.#spec.folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      if (isShortage(error)) return this.#tryLater(() => this.start());
      return this.#later(0, { kind: 'refused', detail: messageOf(error) });
    }
    const watch = this.#owned.own(new FolderWatch(this.#spec.folder, this.#machine.clock, () => this.#touch()));
    watch.start();
    if (readClaim(this.#spec.folder)) {
      this.#owned.own(every(this.#machine.clock, livenessMs, () => this.#look()));
    } else if (this.#spec.hasStarted) {
      // It had a claim once: its folder was taken away, and with it what it left.
      return this.#later(0, { kind: 'gone' });
    } else {
      // Without a claim it never started: whichever wrapper claims it first runs it, a late one of a dead engine included.
      // Its claim is seen by the watch, or by the end of the wrapper.
      return this.#spawn();
    }
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
    this.#guard(() => {
      if (readClaim(this.#spec.folder) || !abandon(this.#spec.folder)) this.#signal('SIGTERM', true);
    });
    this.#later(0);
  }

  signal(name: NodeJS.Signals): void {
    this.#guard(() => this.#signal(name, true));
  }

  kill(): void {
    this.#stopping = true;
    this.#guard(() => {
      const nowMs = this.#machine.clock.nowMs();
      this.#killedAtMs ??= nowMs;
      // The wrapper last: it writes down the exit code of what is killed before it.
      this.#signal('SIGKILL', nowMs - this.#killedAtMs >= recordMs);
    });
    this.#later(recheckMs);
  }

  #spawn(): void {
    this.#childEnded = false;
    try {
      this.#oomKillsBefore = countOomKills();
      const child = spawnWrapper(this.#spec, this.#machine.wrapper);
      this.#child = child;
      child.on('error', (error) => this.#spawnFailed(error));
      child.on('exit', (code) => {
        if (code === wrapperHasNoRoom) return this.#tryLater(() => this.#spawn());
        this.#childEnded = true;
        this.#look();
      });
      // The engine may end while the attempt goes on.
      child.unref();
    } catch (error) {
      this.#spawnFailed(error);
    }
  }

  #spawnFailed(error: unknown): void {
    if (isShortage(error)) return this.#tryLater(() => this.#spawn());
    this.#childEnded = true;
    this.#spawnError = messageOf(error);
    this.#later(0);
  }

  /** Room comes back; a run that waits for it is not failed for it. */
  #tryLater(again: () => void): void {
    this.#machine.log.warn('An attempt waits for room on the disk, or for descriptors.', { runId: this.#spec.runId });
    this.#retry.set(
      this.#machine.clock.after(shortageMs, () => {
        if (this.#ended) return;
        if (!this.#stopping) return again();
        this.#childEnded = true;
        this.#look();
      }),
    );
  }

  #touch(): void {
    if (this.#ended) return;
    this.#events.onTouch();
    this.#look();
  }

  #later(delayMs: number, end?: End): void {
    this.#recheck.set(this.#machine.clock.after(delayMs, () => (end ? this.#end(end) : this.#look())));
  }

  #look(): void {
    if (!this.#ended) this.#guard(() => this.#lookAtFiles());
  }

  /** A file that cannot be read for want of descriptors is looked at again; a bug is logged and does not end the engine. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!isShortage(error)) this.#machine.log.error(`Run ${this.#spec.runId} could not be looked at.`, error);
      this.#later(isShortage(error) ? recheckMs : livenessMs);
    }
  }

  #lookAtFiles(): void {
    const claim = readClaim(this.#spec.folder);
    if (claim?.kind === 'claimed' && !this.#started) {
      this.#started = true;
      this.#events.onStart({ pid: claim.process.pid, atMs: claim.atMs });
      this.#sampleLater(firstSampleMs);
      if (this.#ended) return;
    }
    if (claim === undefined) return this.#lookUnclaimed();
    if (claim.kind === 'abandoned') return this.#end({ kind: 'refused', detail: claim.why });

    const exit = readExit(this.#spec.folder);
    if (exit && !this.#stopping) return this.#end({ kind: 'exited', ...exit });

    const leader = claim.kind === 'claimed' ? claim.process : undefined;
    if (leader && this.#machine.processes.isAlive(leader)) {
      if (this.#stopping) this.#goOnStopping();
      return;
    }
    const nowMs = this.#machine.clock.nowMs();
    if (claim.kind === 'torn' && nowMs - claim.atMs < tornMs) return this.#later(recheckMs);
    // The leader is gone. Its record may have come between the two looks; others of its processes may live on.
    this.#leaderGoneAtMs ??= nowMs;
    const others = leader ? this.#machine.processes.find(this.#spec.runId, leader, this.#leaderGoneAtMs) : [];
    if (others.length > 0) {
      if (this.#stopping) return this.#goOnStopping();
      return this.#later(livenessMs);
    }
    const record = readExit(this.#spec.folder);
    this.#end(record ? { kind: 'exited', ...record } : { kind: 'gone' });
  }

  #lookUnclaimed(): void {
    if (!this.#childEnded || !abandon(this.#spec.folder)) return;
    this.#end({ kind: 'refused', detail: this.#spawnError ?? wrapperSaid(this.#spec.folder) });
  }

  /** Soon after the start, then less and less often: short runs have a figure too, long ones cost nothing. */
  #sampleLater(delayMs: number): void {
    this.#sample.set(
      this.#machine.clock.after(delayMs, () => {
        this.#guard(() => this.#sampleMemory());
        // Short attempts end before they would need one.
        if (delayMs >= scopeAfterMs) this.#guard(() => this.#enterScope());
        this.#sampleLater(Math.min(sampleMs, delayMs * 2));
      }),
    );
  }

  #sampleMemory(): void {
    const leader = this.#leader();
    if (!leader || this.#ended) return;
    const bytes = this.#machine.processes.memoryBytes(this.#spec.runId, leader);
    if (bytes <= this.#peakMemoryBytes * notableGrowth) return;
    this.#peakMemoryBytes = bytes;
    this.#events.onPeakMemory(bytes);
  }

  /** Apart from the engine and other attempts: none of them is ended with another, nor with the login that began it. */
  #enterScope(): void {
    const { scopes, processes, log } = this.#machine;
    const leader = this.#leader();
    if (!scopes.areUsed || !leader || this.#ended || this.#scopeTries === 0) return;
    this.#scopeTries -= 1;
    const { runId, attempt } = this.#spec;
    const others = processes.find(runId, leader).flatMap(({ pid }) => (pid === leader.pid ? [] : [pid]));
    scopes
      .adopt(`sidelab-${runId}-${attempt}.scope`, `Sidelab run ${runId}`, [leader.pid, ...others])
      .then((isThere) => {
        if (isThere) this.#scopeTries = 0;
      })
      .catch((error: unknown) => log.error(`Run ${runId} got no scope of its own.`, error));
  }

  /** While ending: what was asked to end is looked at again soon, what was killed is killed again (it may have forked). */
  #goOnStopping(): void {
    if (this.#killedAtMs !== undefined) this.kill();
    else this.#later(recheckMs);
  }

  #signal(signal: NodeJS.Signals, leaderToo: boolean): void {
    const leader = this.#leader();
    if (!leader) return;
    const { processes } = this.#machine;
    if (leaderToo && processes.isAlive(leader)) {
      // To the group at once: nothing that forks in between slips through.
      signalProcesses([-leader.pid], signal);
      const strays = processes.find(this.#spec.runId, leader).filter(({ inGroup }) => !inGroup);
      return signalProcesses(
        strays.map(({ pid }) => pid),
        signal,
      );
    }
    const found = processes.find(this.#spec.runId, leader).map(({ pid }) => pid);
    signalProcesses(leaderToo ? found : found.filter((pid) => pid !== leader.pid), signal);
  }

  #leader(): ProcessIdentity | undefined {
    const claim = readClaim(this.#spec.folder);
    return claim?.kind === 'claimed' ? claim.process : undefined;
  }

  #end(end: End): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#owned.dispose();
    const outcome: AttemptOutcome = end.kind === 'exited' ? end : { ...end, atMs: this.#machine.clock.nowMs() };
    try {
      if (end.kind === 'gone' || (end.kind === 'exited' && end.exitCode !== 0)) this.#tellMemory();
    } finally {
      // Whatever cannot be measured: a run whose end nobody hears of would never settle.
      this.#events.onEnd(outcome);
    }
  }

  #tellMemory(): void {
    const { group, machine } = this.#oomKillsBefore ? oomKillsBetween(this.#oomKillsBefore, countOomKills()) : {};
    this.#events.onMemory({
      limitBytes: measureMachine().memoryBytes,
      ...(group === undefined ? {} : { oomKillsInGroup: group }),
      ...(machine === undefined ? {} : { oomKillsOnMachine: machine }),
    });
  }
}

/** What passes by itself, or when somebody makes room. */
const isShortage = (error: unknown): boolean =>
  hasErrorCode(error, 'ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM');
