/** Attempts as processes of this machine: each in a process group of its own, under a wrapper that outlives the engine. */
import { hostname } from 'node:os';
import type { Clock } from '../../../base/clock';
import type { Log } from '../../../base/log';
import type { RunId } from '../../../model/ids';
import type { Scopes } from '../../lifetime/lifetime';
import type { AttemptEvents, AttemptHandle, AttemptSpec, Executor } from '../executor';
import { abandon, isClaimed, readClaim } from './attemptFolder';
import { LocalAttempt, type LocalMachine } from './localAttempt';
import { ProcessTable } from './processes';
import type { Wrapper } from './spawnWrapper';

export class LocalExecutor implements Executor {
  readonly name = 'local';
  readonly host = hostname();
  readonly #machine: LocalMachine;

  constructor(wrapper: Wrapper, scopes: Scopes, clock: Clock, log: Log) {
    this.#machine = { wrapper, scopes, clock, log, processes: new ProcessTable(clock) };
  }

  isTaken(folder: string): boolean {
    return isClaimed(folder);
  }

  withdraw(folder: string): boolean {
    // Taken back by an engine that died before it could say so, it is ours too.
    return abandon(folder) || readClaim(folder)?.kind === 'abandoned';
  }

  attach(spec: AttemptSpec, events: AttemptEvents): AttemptHandle {
    const attempt = new LocalAttempt(spec, events, this.#machine);
    attempt.start();
    return attempt;
  }

  hasProcesses(runId: RunId, folder: string): boolean {
    const claim = readClaim(folder);
    return claim?.kind === 'claimed' && this.#machine.processes.find(runId, claim.process).length > 0;
  }
}
