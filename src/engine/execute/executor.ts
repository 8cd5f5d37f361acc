/** The port behind which attempts are executed: launch, find again after a restart, stop, and tell of start and end. */
import type { Disposable } from '../../base/lifecycle';
import type { AttemptOutcome } from '../../model/attemptEnd';
import type { RunId } from '../../model/ids';
import type { AttemptMemory } from '../../model/run';

export interface AttemptSpec {
  readonly runId: RunId;
  readonly attempt: number;
  /** The attempt's folder; output and records are written there. */
  readonly folder: string;
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** The program gets a pseudo-terminal; its two streams are one then. */
  readonly tty: boolean;
  /** It is known to have started: it must never be started again, whatever is found of it. */
  readonly hasStarted: boolean;
}

export interface AttemptStart {
  /** Leader of the attempt's process group. */
  readonly pid: number | undefined;
  readonly atMs: number;
}

export interface AttemptEvents {
  /** Called at most once, before `onEnd`. */
  onStart(start: AttemptStart): void;
  /** Its processes hold more memory than ever before in this attempt. */
  onPeakMemory(bytes: number): void;
  /** It has ended, and not with success: what it had of memory. Called at most once, before `onEnd`. */
  onMemory(memory: AttemptMemory): void;
  /** Something in the folder changed: output or run log grew. */
  onTouch(): void;
  /** Called exactly once, when no process of the attempt is left that we asked to stop, or when it exited by itself. */
  onEnd(outcome: AttemptOutcome): void;
}

export interface AttemptHandle extends Disposable {
  /** True when the attempt has ended by itself already: its result wins over a cancel that comes now. */
  hasResult(): boolean;
  /** Asks all processes of the attempt to end; one that has not started never will. */
  terminate(): void;
  /** Sends a signal to all processes of the attempt, to tell them something. */
  signal(name: NodeJS.Signals): void;
  /** Ends them. */
  kill(): void;
}

export interface Executor {
  readonly name: string;
  readonly host: string;
  /** Whether the attempt has started, or never will: it is only found again then, and nothing is prepared for it. */
  isTaken(folder: string): boolean;
  /** Takes back an attempt that may have been handed over: it never starts then. False for one that has started. */
  withdraw(folder: string): boolean;
  /**
   * Starts the attempt, or finds it again when it was started before: by this engine, or by one that died. Never starts
   * it twice. A disposed handle lets go of the attempt without ending it.
   */
  attach(spec: AttemptSpec, events: AttemptEvents): AttemptHandle;
  /** True while a process of the run lives that the attempt in this folder may have left behind. */
  hasProcesses(runId: RunId, folder: string): boolean;
}
