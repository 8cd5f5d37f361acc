/** The store as the rest of the engine sees it: the same methods, each answering later. */
import { Store } from './store';

type Methods<T> = {
  readonly [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<R> : never;
};

export type AsyncStore = Methods<Store>;

/** A store in this very thread: for tests, and for an engine that is opened inside another process. */
export function storeInThisThread(file: string): AsyncStore {
  const store = Store.open(file);
  return new Proxy({} as AsyncStore, {
    get: (_target, name) =>
      // `then` is asked for by `await`; a proxy that answers it looks like a promise that never settles.
      name === 'then' ? undefined : async (...args: readonly unknown[]) => callMethod(store, String(name), args),
  });
}

/** Calls a method of the store by its name; the names come from `AsyncStore`, which is made of the store's own. */
export function callMethod(store: Store, name: string, args: readonly unknown[]): unknown {
  const method: unknown = Reflect.get(store, name);
  if (typeof method !== 'function') throw new Error(`The store has no method ${name}.`);
  return Reflect.apply(method, store, args);
}
