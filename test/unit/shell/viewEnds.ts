/** The two ends between a session and its view, and what a workspace keeps, in memory. */
import { Emitter } from '../../../src/base/event';
import type { MessageSurface } from '../../../src/shell/panels/messageSurface';

/** Two ends of a `postMessage`: what one posts, the other hears later. */
export function surfaces(): [MessageSurface, MessageSurface] {
  const toView = new Emitter<unknown>();
  const toHost = new Emitter<unknown>();
  const surface = (out: Emitter<unknown>, incoming: Emitter<unknown>): MessageSurface => ({
    postMessage: async (message) => {
      setImmediate(() => out.fire(structuredClone(message)));
      return true;
    },
    onDidReceiveMessage: (listener) => incoming.event(listener),
  });
  return [surface(toView, toHost), surface(toHost, toView)];
}

export class FakeMemento {
  readonly #values = new Map<string, unknown>();

  get<T>(key: string): T | undefined {
    return this.#values.get(key) as T | undefined;
  }

  async update(key: string, value: unknown): Promise<void> {
    this.#values.set(key, value);
  }
}
