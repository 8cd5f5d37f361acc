/**
 * Plans and dry runs in a thread of their own: one of thousands of tasks takes a second or two, and what is wrong with the next
 * key is told meanwhile. It begins with the first question and ends some time after the last plan is looked at. The bundle of the
 * language server is its file. What is given up is given up in the midst: the thread reads nothing while it works, but it sees
 * memory that both share.
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { Clock } from '../../base/clock';
import { Failure, type FailureData, type FilePlace, messageOf } from '../../base/failure';
import type { Disposable } from '../../base/lifecycle';
import type { RunId } from '../../model/ids';
import type { Queue } from '../../protocol/engine';
import type { DryRunAnswer, PlanAnswer, PlanDetails, ResolveAnswer } from '../../protocol/language';
import { GivenUp, type PlanAsker, Plans, type TextToPlan } from './plans';

const role = 'sidelab-plans';
/** So long it is kept for the next question. */
const keptMs = 60_000;

interface DryRunPlace {
  readonly home: string;
  readonly queue?: Queue | undefined;
}

type Question =
  | { readonly do: 'plan'; readonly key: string; readonly file: TextToPlan }
  | { readonly do: 'resolve'; readonly file: TextToPlan }
  | { readonly do: 'dryRun'; readonly file: TextToPlan; readonly place: DryRunPlace }
  | { readonly do: 'details' | 'place'; readonly key: string; readonly runId: RunId }
  | { readonly do: 'forget'; readonly key: string };

/** What is asked back, of who asks. */
type Asked = Exclude<keyof PlanAsker, 'isGivenUp'>;

/** To the thread. `givenUp` is not 0 once nobody waits. */
type ToThread =
  | { readonly id: number; readonly question: Question; readonly givenUp: Int32Array }
  | { readonly id: number; readonly told: unknown }
  | { readonly id: number; readonly failure: FailureData };

type FromThread =
  | { readonly id: number; readonly asks: Asked }
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly failure: FailureData }
  | { readonly id: number; readonly isGivenUp: true }
  | { readonly id: number; readonly bug: Error };

/** True in the thread that `PlanningThread` makes; the bundle's main module then calls `servePlans` and nothing else. */
export const isPlanningThread = (): boolean => !isMainThread && workerData === role;

/** The thread's side. */
export function servePlans(): void {
  const plans = new Plans();
  /** What is asked back: of each question one thing at a time. */
  const asking = new Map<number, { resolve: (told: never) => void; reject: (failure: Failure) => void }>();
  const tell = (message: FromThread): void => parentPort?.postMessage(message);
  /** One plan after the other; details of the last one need not wait. */
  let turn: Promise<unknown> = Promise.resolve();
  parentPort?.on('message', (message: ToThread) => {
    const { id } = message;
    if (!('question' in message)) {
      if ('failure' in message) asking.get(id)?.reject(Failure.fromData(message.failure));
      else asking.get(id)?.resolve(message.told as never);
      asking.delete(id);
      return;
    }
    const { question, givenUp } = message;
    const askBack = async <T>(asks: Asked): Promise<T> =>
      new Promise<T>((resolve, reject) => {
        asking.set(id, { resolve, reject });
        tell({ id, asks });
      });
    const asker: PlanAsker = {
      isGivenUp: () => Atomics.load(givenUp, 0) !== 0,
      findSelectedPython: async () => askBack('findSelectedPython'),
      findCapacity: async () => askBack('findCapacity'),
    };
    const answer = async (): Promise<unknown> => {
      switch (question.do) {
        case 'plan':
          return plans.plan(question.key, question.file, asker);
        case 'resolve':
          return plans.resolve(question.file, asker);
        case 'dryRun':
          return plans.dryRun(question.file, question.place, asker);
        case 'details':
          return plans.details(question.key, question.runId);
        case 'place':
          return plans.placeOf(question.key, question.runId);
        case 'forget':
          return plans.forget(question.key);
      }
    };
    const isLong = question.do === 'plan' || question.do === 'dryRun' || question.do === 'resolve';
    const begun = isLong ? turn.then(answer) : answer();
    if (isLong) turn = begun.catch(() => undefined);
    void begun.then(
      (made) => tell({ id, answer: made }),
      (error: unknown) => tell({ id, ...describeError(error) }),
    );
  });
}

type Described = { failure: FailureData } | { isGivenUp: true } | { bug: Error };

function describeError(error: unknown): Described {
  if (error instanceof GivenUp) return { isGivenUp: true };
  if (error instanceof Failure) return { failure: error.toData() };
  return { bug: error instanceof Error ? error : new Error(String(error)) };
}

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly asked: AskedBack;
}

/** What the thread cannot know. */
export type AskedBack = Pick<PlanAsker, Asked>;

const knowsNothing: AskedBack = {
  findSelectedPython: async () => Promise.resolve(undefined),
  findCapacity: async () => Promise.resolve(undefined),
};

export class PlanningThread implements Disposable {
  readonly #bundle: string;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Waiting>();
  /** Plans that somebody looks at: the thread is kept for them. */
  readonly #keys = new Set<string>();
  #thread: Worker | undefined;
  #release: Disposable | undefined;
  #lastId = 0;

  constructor(bundle: string, clock: Clock) {
    this.#bundle = bundle;
    this.#clock = clock;
  }

  /** Throws `GivenUp` after `signal`, and `Unavailable` when the thread has ended. */
  async plan(key: string, file: TextToPlan, asked: AskedBack, signal: AbortSignal): Promise<PlanAnswer> {
    this.#keys.add(key);
    return (await this.#ask({ do: 'plan', key, file }, asked, signal)) as PlanAnswer;
  }

  async dryRun(file: TextToPlan, place: DryRunPlace, asked: AskedBack, signal: AbortSignal): Promise<DryRunAnswer> {
    return (await this.#ask({ do: 'dryRun', file, place }, asked, signal)) as DryRunAnswer;
  }

  async resolve(file: TextToPlan, asked: AskedBack, signal: AbortSignal): Promise<ResolveAnswer> {
    return (await this.#ask({ do: 'resolve', file }, asked, signal)) as ResolveAnswer;
  }

  /** Undefined where no plan of the key could be made yet, by this thread. */
  async details(key: string, runId: RunId): Promise<PlanDetails | undefined> {
    return this.#keys.has(key)
      ? ((await this.#ask({ do: 'details', key, runId })) as PlanDetails | undefined)
      : undefined;
  }

  /** Likewise. */
  async placeOf(key: string, runId: RunId): Promise<FilePlace | undefined> {
    return this.#keys.has(key) ? ((await this.#ask({ do: 'place', key, runId })) as FilePlace | undefined) : undefined;
  }

  async forget(key: string): Promise<void> {
    if (this.#keys.delete(key)) await this.#ask({ do: 'forget', key });
  }

  async #ask(question: Question, asked = knowsNothing, signal?: AbortSignal): Promise<unknown> {
    if (signal?.aborted) throw new GivenUp();
    this.#release?.dispose();
    const thread = (this.#thread ??= this.#start());
    const givenUp = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const giveUp = (): void => void Atomics.store(givenUp, 0, 1);
    signal?.addEventListener('abort', giveUp);
    const id = (this.#lastId += 1);
    try {
      return await new Promise<unknown>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject, asked });
        thread.postMessage({ id, question, givenUp } satisfies ToThread);
      });
    } finally {
      this.#waiting.delete(id);
      signal?.removeEventListener('abort', giveUp);
      if (this.#waiting.size === 0 && this.#keys.size === 0) {
        this.#release = this.#clock.after(keptMs, () => this.#end());
      }
    }
  }

  #start(): Worker {
    const thread = new Worker(this.#bundle, { workerData: role, name: role });
    thread.on('message', (message: FromThread) => void this.#hear(thread, message));
    thread.on('error', (error) => this.#lose(thread, messageOf(error)));
    thread.on('exit', (code) => this.#lose(thread, `exit code ${code}`));
    // It keeps nobody alive.
    thread.unref();
    return thread;
  }

  async #hear(thread: Worker, message: FromThread): Promise<void> {
    const { id } = message;
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    if ('asks' in message) {
      thread.postMessage({ id, ...(await answerTo(waiting.asked[message.asks])) } satisfies ToThread);
    } else if ('answer' in message) waiting.resolve(message.answer);
    else if ('failure' in message) waiting.reject(Failure.fromData(message.failure));
    else waiting.reject('bug' in message ? message.bug : new GivenUp());
  }

  /** The next question starts another one, which knows of no plan. */
  #lose(thread: Worker, why: string): void {
    if (this.#thread !== thread) return;
    this.#thread = undefined;
    this.#keys.clear();
    const lost = new Failure('Unavailable', `The thread that looks at run files has ended: ${why}.`);
    for (const { reject } of [...this.#waiting.values()]) reject(lost);
  }

  #end(): void {
    const thread = this.#thread;
    this.#thread = undefined;
    this.#release?.dispose();
    void thread?.terminate();
  }

  dispose(): void {
    this.#end();
    this.#keys.clear();
    for (const { reject } of [...this.#waiting.values()]) reject(new GivenUp());
  }
}

/** Who does not answer knows nothing; but what a user can mend is told. */
async function answerTo(find: () => Promise<unknown>): Promise<{ told: unknown } | { failure: FailureData }> {
  try {
    return { told: await find() };
  } catch (error) {
    return error instanceof Failure ? { failure: error.toData() } : { told: undefined };
  }
}
