/**
 * Waiting for the end of a run, over any source. Nothing is asked in a rhythm: the source pushes what changes, and after a
 * lost connection, when a change may have gone by unheard, the run is read once more.
 */
import { Failure } from '../../base/failure';
import { type Disposable, DisposableStore, toDisposable } from '../../base/lifecycle';
import { type RunId, shortId } from '../../model/ids';
import type { Run } from '../../model/run';
import { isSettled } from '../../model/runStatus';
import type { Source } from '../source';

/** What polling needs of a source. */
export type PolledSource = Pick<Source, 'run' | 'connection' | 'onDidChangeRuns' | 'onDidReset'>;

export interface PollOptions {
  /** Ends the waiting, not the run: `pollRun` throws `Cancelled`. */
  readonly signal?: AbortSignal | undefined;
  /** Called with the run as it was found, and whenever the source says something of it; the settled run is the last. */
  readonly onChange?: ((run: Run) => void) | undefined;
}

/**
 * The run once it is settled. Throws `Cancelled` when the signal is aborted, and what reading the run throws; but while the
 * source is unreachable and tries again by itself, this goes on waiting: runs last longer than most troubles. A source
 * that is disposed says nothing more: whoever disposes it aborts the signal first.
 */
export async function pollRun(source: PolledSource, runId: RunId, options: PollOptions = {}): Promise<Run> {
  const { signal, onChange } = options;
  const owned = new DisposableStore();
  try {
    return await new Promise<Run>((resolve, rejectWith) => {
      // What was thrown is passed on as it is, whatever it is.
      const reject: (thrown: unknown) => void = rejectWith;
      if (signal) owned.own(onAbort(signal, () => reject(givenUp(runId, signal))));
      if (signal?.aborted) return;
      const hear = (run: Run): void => {
        if (owned.isDisposed) return;
        try {
          onChange?.(run);
        } catch (error) {
          reject(error);
          return;
        }
        if (isSettled(run.status)) resolve(run);
      };

      let heard = 0;
      let reads = 0;
      const read = async (): Promise<void> => {
        const before = heard;
        const number = ++reads;
        try {
          const { run } = await source.run(runId);
          // What was pushed meanwhile is newer; and if it is not, what is newer still is going to be pushed.
          if (heard === before) hear(run);
        } catch (error) {
          const passing = error instanceof Failure && error.code === 'Unavailable';
          // The next connection ends in a reset, which reads again; or has done so while this one failed.
          const isRepeated = number !== reads || source.connection.state !== 'connected';
          if (!passing || !isRepeated) reject(error);
        }
      };

      // Listened to before it is read: a change between the two would be missed for ever.
      owned.own(
        source.onDidChangeRuns(({ runs }) => {
          const run = runs.find(({ id }) => id === runId);
          if (!run) return;
          heard += 1;
          hear(run);
        }),
      );
      owned.own(source.onDidReset(() => void read()));
      void read();
    });
  } finally {
    owned.dispose();
  }
}

function givenUp(runId: RunId, signal: AbortSignal): Failure {
  return new Failure('Cancelled', `Waiting for the end of ${shortId(runId)} was given up.`, { cause: signal.reason });
}

function onAbort(signal: AbortSignal, call: () => void): Disposable {
  if (signal.aborted) call();
  else signal.addEventListener('abort', call, { once: true });
  return toDisposable(() => signal.removeEventListener('abort', call));
}
