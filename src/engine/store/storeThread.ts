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
}

const role = 'sidelab-store';

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
    store = Store.open(data.file);
  } catch (error) {
    port.postMessage({ id: 0, ...describeError(error) });
    return;
  }
  port.postMessage({ id: 0 });
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
    for (const [at, result] of results.entries()) port.postMessage(answerTo(all[at]?.id ?? 0, result));
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

const answerTo = (id: number, result: PromiseSettledResult<unknown>): Answer =>
  result.status === 'fulfilled' ? { id, result: result.value } : { id, ...describeError(result.reason) };

function describeError(error: unknown): Omit<Answer, 'id'> {
  if (error instanceof Failure) return { failure: error.toData() };
  return { bug: error instanceof Error ? error : new Error(String(error)) };
}

/**
 * Opens the store in a thread that runs `bundle`. Rejects when the file cannot be opened. `onDeath` hears when the
 * thread ends unasked: the engine cannot go on then.
 */
export async function storeInThread(
  bundle: string,
  file: string,
  onDeath: (error: Error) => void,
): Promise<AsyncStore> {
  const worker = new Worker(bundle, { workerData: { role, file }, name: role });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  let nextId = 1;
  let closed = false;

  const opened = new Promise<unknown>((resolve, reject) => waiting.set(0, { resolve, reject }));
  worker.on('message', (answer: Answer) => {
    const call = waiting.get(answer.id);
    waiting.delete(answer.id);
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
  worker.on('exit', () => die(new Failure('Unavailable', 'The store is closed.')));
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
