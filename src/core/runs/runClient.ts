/**
 * The verbs for a run over any source, as programs and terminals use them: create, check, poll, cancel, wait. They know no
 * more than the port: what a source pushes is waited for, whatever system is behind it.
 *
 *     const runs = new RunClient(source);
 *     const run = await runs.create(submission);
 *     const ended = await runs.poll(run.id, { onChange: ({ status }) => console.log(status) });
 */
import type { RunId } from '../../model/ids';
import type { Run } from '../../model/run';
import { isSettled } from '../../model/runStatus';
import type { Submission } from '../../protocol/engine';
import type { Secrets, Source } from '../source';
import { type PolledSource, type PollOptions, pollRun } from './pollRun';

export class RunClient {
  readonly #source: PolledSource & Pick<Source, 'submit' | 'cancel'>;

  constructor(source: PolledSource & Pick<Source, 'submit' | 'cancel'>) {
    this.#source = source;
  }

  /** Submits a run; resolves when it is durable. Repeated with the same submission, it is still one run. `secrets`: those that it refers to. */
  async create(submission: Submission, secrets?: Secrets): Promise<Run> {
    return this.#source.submit(submission, secrets);
  }

  /** The run as it is now. `reference` is an id, the beginning of one, or a name (of equal names the newest). */
  async check(reference: string): Promise<Run> {
    return (await this.#source.run(reference)).run;
  }

  /** Each run once, in the order of the references. All are looked up before anything is returned: one misspelt, and it throws. */
  async checkAll(references: readonly string[]): Promise<readonly Run[]> {
    const runs = await Promise.all(references.map(async (reference) => this.check(reference)));
    return [...new Map(runs.map((run) => [run.id, run])).values()];
  }

  /** The run once it is settled; see `pollRun`. */
  async poll(runId: RunId, options?: PollOptions): Promise<Run> {
    return pollRun(this.#source, runId, options);
  }

  /** Asks for the end of a run, and resolves when the wish is durable: `poll` has the end. A settled run stays as it is. */
  async cancel(reference: string): Promise<Run> {
    const run = await this.check(reference);
    return isSettled(run.status) ? run : this.#source.cancel(run.id);
  }

  /** As `pollAll`; all are looked up before the first is waited for. */
  async wait(references: readonly string[], options?: PollOptions): Promise<readonly Run[]> {
    return this.pollAll(await this.checkAll(references), options);
  }

  /**
   * The runs once all of them are settled, in the order given. `onChange` hears of every one of them. Throws as soon as one
   * cannot be waited for; nothing is listened to afterwards.
   */
  async pollAll(runs: readonly Run[], options: PollOptions = {}): Promise<readonly Run[]> {
    const ended = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, ended.signal]) : ended.signal;
    try {
      return await Promise.all(
        runs.map(async (run) => {
          if (!isSettled(run.status)) return this.poll(run.id, { signal, onChange: options.onChange });
          options.onChange?.(run);
          return run;
        }),
      );
    } finally {
      ended.abort();
    }
  }
}
