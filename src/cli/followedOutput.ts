/** What a run that is followed writes: copied when something has been heard of it, and never by two at once. */
import type { Disposable } from '../base/lifecycle';
import type { RunId } from '../model/ids';
import type { Run } from '../model/run';
import type { Source } from '../core/source';
import { OutputPump } from '../core/output/outputPump';
import type { Terminal } from './terminal';

export interface FollowedOutput extends Disposable {
  /** Calls `grew` when there may be something to copy. */
  start(grew: () => void): void;
  /** Copies all that there is by now; `run` is the followed one as it is. */
  pump(run: Run): Promise<void>;
  /** The run is settled: copies what is left, and what was kept back. */
  end(run: Run): Promise<void>;
}

/** Of a run that executes one program: its bytes as they are. */
export class SingleOutput implements FollowedOutput {
  readonly #pump: OutputPump;
  #attemptsMax = 1;

  constructor(source: Pick<Source, 'output'>, terminal: Terminal, runId: RunId, fromAttempt: number) {
    let said = fromAttempt;
    this.#pump = new OutputPump(
      source,
      runId,
      ({ bytes, attempt }) => {
        if (attempt !== said) {
          said = attempt;
          terminal.say(`attempt ${attempt} of ${this.#attemptsMax}`);
        }
        terminal.output(bytes);
      },
      { attempt: fromAttempt },
    );
  }

  start(): void {
    // Who follows the run hears of its output already.
  }

  async pump({ attempt, attemptsMax }: Run): Promise<void> {
    this.#attemptsMax = attemptsMax;
    await this.#pump.pump(attempt?.number ?? 0);
  }

  async end(run: Run): Promise<void> {
    await this.pump(run);
  }

  dispose(): void {
    // Nothing is held on to.
  }
}

/** `"tailLogs": false`: nothing is copied. */
export const noOutput: FollowedOutput = {
  start: () => undefined,
  pump: async () => undefined,
  end: async () => undefined,
  dispose: () => undefined,
};
