/**
 * The store in a thread of its own: commits wait for the disk there, and sockets and timers go on here. The one bundle
 * of the engine is the thread's file too, so that nothing is loaded later from a folder that may be gone by then.
 */
import { isMainThread, type MessagePort, parentPort, Worker, workerData } from 'node:worker_threads';
import { Failure, type FailureData } from '../../base/failure';
import { type AsyncStore, callMethod } from './asyncStore';
import { Store } from './store';

interface Call {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly failure?: FailureData;
  readonly bug?: Error;
  /** A broken page was met: the next start mends the store. */
  readonly needsRestart?: boolean;
  /** The store is damaged, and is salvaged before it opens: why. */
  readonly salvages?: string;
}

const role = 'sidelab-store';
/** Left to itself, under load the thread gets a hundred MB more for what lives for a moment, is no faster, and gives none back. */
const youngMb = 32;
/** In place of the id of a call: the opening, and an answer to no call. */
const opening = 0;
const news = -1;

/** True in the thread that `storeInThread` makes; the bundle's main module then calls `serveStore` and nothing else. */
export const isStoreThread = (): boolean => !isMainThread && asRole(workerData)?.role === role;

function asRole(data: unknown): { readonly role: string; readonly file: string } | undefined {
  if (typeof data !== 'object' || data === null || !('role' in data) || !('file' in data)) return undefined;
  return typeof data.role === 'string' && typeof data.file === 'string'
    ? { role: data.role, file: data.file }
    : undefined;
}

/** The thread's side. */
export function serveStore(): void {
  const port = parentPort;
  const data = asRole(workerData);
  if (!port || !data) throw new Error('serveStore runs in the store thread only.');
  let store: Store;
  try {
    store = Store.open(data.file, (salvages) => port.postMessage({ id: news, salvages } satisfies Answer));
  } catch (error) {
    port.postMessage({ id: opening, ...describeError(error) } satisfies Answer);
    return;
  }
  port.postMessage({ id: opening } satisfies Answer);
  let calls: Call[] = [];
  const work = (): void => {
    const all = calls;
    calls = [];
    const results = store.together(
      all.map(
        ({ method, args }) =>
          () =>
            callMethod(store, method, args),
      ),
    );
    for (const [at, result] of results.entries()) {
      const { id = news, method = '' } = all[at] ?? {};
      const answer = answerTo(id, result);
      port.postMessage(answer, answersInColumns.has(method) ? columnsOf(answer.result) : []);
    }
    if (store.needsRestart()) port.postMessage({ id: news, needsRestart: true } satisfies Answer);
  };
  port.on('message', (call: Call) => {
    if (call.method === 'close') {
      work();
      port.postMessage(answerTo(call.id, { status: 'fulfilled', value: store.close() }));
      port.close();
      return;
    }
    // What came while the disk was waited for is taken together.
    if (calls.push(call) === 1) setImmediate(work);
  });
}

/** Methods that answer in columns made for the answer: they go to the other thread as they are, without a copy. */
const answersInColumns: ReadonlySet<string> = new Set(['windows', 'points']);

function columnsOf(result: unknown): ArrayBuffer[] {
  const objects: unknown[] = Array.isArray(result) ? result : [result];
  return objects.flatMap((object) =>
    typeof object === 'object' && object !== null
      ? Object.values(object).flatMap((column: unknown) =>
          column instanceof Float64Array ? [column.buffer as ArrayBuffer] : [],
        )
      : [],
  );
}

const answerTo = (id: number, result: PromiseSettledResult<unknown>): Answer =>
  result.status === 'fulfilled' ? { id, result: result.value } : { id, ...describeError(result.reason) };

function describeError(error: unknown): Omit<Answer, 'id'> {
  if (error instanceof Failure) return { failure: error.toData() };
  return { bug: error instanceof Error ? error : new Error(String(error)) };
}

export interface StoreThreadEvents {
  /** The thread has ended unasked: the engine cannot go on. */
  readonly onDeath: (error: Error) => void;
  /** The store is damaged, and the next start mends it. May be told more than once. */
  readonly onNeedsRestart: () => void;
  /** Before it opens: the store is damaged, and what can be read of it is kept. */
  readonly onSalvage: (why: string) => void;
}

/** Opens the store in a thread that runs `bundle`. Rejects when the file cannot be opened. */
export async function storeInThread(
  bundle: string,
  file: string,
  { onDeath, onNeedsRestart, onSalvage }: StoreThreadEvents,
): Promise<AsyncStore> {
  const resourceLimits = { maxYoungGenerationSizeMb: youngMb };
  const worker = new Worker(bundle, { workerData: { role, file }, name: role, resourceLimits });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  let nextId = 1;
  let closed = false;

  const opened = new Promise<unknown>((resolve, reject) => waiting.set(opening, { resolve, reject }));
  worker.on('message', (answer: Answer) => {
    const call = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.needsRestart) onNeedsRestart();
    if (answer.salvages !== undefined) onSalvage(answer.salvages);
    // The thread ends by itself then, and may have done so before whoever waits hears of it.
    if (answer.id === opening && (answer.failure || answer.bug)) closed = true;
    if (answer.failure) call?.reject(Failure.fromData(answer.failure));
    else if (answer.bug) call?.reject(answer.bug);
    else call?.resolve(answer.result);
  });
  const die = (error: Error): void => {
    for (const call of waiting.values()) call.reject(error);
    waiting.clear();
    if (!closed) onDeath(error);
    closed = true;
  };
  worker.on('error', die);
  worker.on('exit', (code) =>
    die(new Failure('Unavailable', `The thread of the store has ended (exit code ${code}).`)),
  );
  await opened;

  return new Proxy({} as AsyncStore, {
    get: (_target, name) => {
      if (name === 'then') return undefined;
      return async (...args: readonly unknown[]) =>
        new Promise((resolve, reject) => {
          if (closed) return reject(new Failure('Unavailable', 'The store is closed.'));
          if (name === 'close') closed = true;
          const id = nextId++;
          waiting.set(id, { resolve, reject });
          postTo(worker, { id, method: String(name), args });
        });
    },
  });
}

function postTo(port: Pick<MessagePort, 'postMessage'>, call: Call): void {
  port.postMessage(call);
}
