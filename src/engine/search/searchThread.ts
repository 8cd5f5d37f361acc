/**
 * Searches in outputs, in a thread of their own that is there while it is needed: the engine's own goes on, and a regular
 * expression that would take for ever ends with the thread. As with the store's, the bundle of the engine is its file.
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { Clock } from '../../base/clock';
import { Failure, type FailureData } from '../../base/failure';
import type { Disposable } from '../../base/lifecycle';
import { findInOutput, type FoundPage, type OutputSearch } from './findInOutput';

const role = 'sidelab-search';
/** One answer takes a fraction of a second: an expression that takes longer goes back and forth in some line. */
const patienceMs = 5000;
/** So long it is kept for the next search. */
const keptMs = 10_000;

interface Answer {
  readonly page?: FoundPage;
  readonly failure?: FailureData;
  readonly bug?: Error;
}

/** True in the thread that `OutputSearches` makes; the bundle's main module then calls `serveSearches` and nothing else. */
export const isSearchThread = (): boolean => !isMainThread && workerData === role;

/** The thread's side: one search after the other. */
export function serveSearches(): void {
  parentPort?.on('message', (search: OutputSearch) => {
    void findInOutput(search).then(
      (page) => parentPort?.postMessage({ page } satisfies Answer),
      (error: unknown) => {
        const failure = error instanceof Failure ? { failure: error.toData() } : undefined;
        const bug = error instanceof Error ? error : new Error(String(error));
        parentPort?.postMessage((failure ?? { bug }) satisfies Answer);
      },
    );
  });
}

export class OutputSearches implements Disposable {
  readonly #bundle: string;
  readonly #clock: Clock;
  #thread: Worker | undefined;
  #release: Disposable | undefined;
  /** The searches that wait for the thread, in their order. */
  #last: Promise<unknown> = Promise.resolve();
  #isDisposed = false;

  constructor(bundle: string, clock: Clock) {
    this.#bundle = bundle;
    this.#clock = clock;
  }

  /** Throws `InvalidInput` for what is no regular expression or takes too long, `Cancelled` when it was given up. */
  async find(search: OutputSearch, signal?: AbortSignal): Promise<FoundPage> {
    const turn = this.#last;
    const found = (async () => {
      await turn;
      if (signal?.aborted || this.#isDisposed) throw new Failure('Cancelled', 'The search was given up.');
      return this.#ask(search);
    })();
    this.#last = found.catch(() => undefined);
    return found;
  }

  async #ask(search: OutputSearch): Promise<FoundPage> {
    this.#release?.dispose();
    const thread = (this.#thread ??= this.#start());
    let patience: Disposable | undefined;
    let answer: Answer;
    try {
      answer = await new Promise<Answer>((resolve, reject) => {
        patience = this.#clock.after(patienceMs, () => reject(tooLong()));
        thread.removeAllListeners();
        thread.on('message', resolve).on('error', reject);
        thread.on('exit', () => reject(new Failure('Cancelled', 'The search was ended.')));
        thread.postMessage(search);
      });
    } catch (error) {
      this.#end();
      throw error;
    } finally {
      patience?.dispose();
    }
    if (!this.#isDisposed) this.#release = this.#clock.after(keptMs, () => this.#end());
    if (answer.failure) throw Failure.fromData(answer.failure);
    if (!answer.page) throw answer.bug ?? new Error('A search was not answered.');
    return answer.page;
  }

  #start(): Worker {
    const thread = new Worker(this.#bundle, { workerData: role, name: role });
    // It keeps nobody alive.
    thread.unref();
    return thread;
  }

  #end(): void {
    const thread = this.#thread;
    this.#thread = undefined;
    this.#release?.dispose();
    thread?.removeAllListeners();
    thread?.on('error', () => undefined);
    void thread?.terminate();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#end();
  }
}

const tooLong = (): Failure =>
  new Failure('InvalidInput', 'The regular expression takes too long on a line of this output.', {
    hint: 'Repetitions inside of repetitions, such as (a+)+, do that: write it without, or look for a text.',
  });
