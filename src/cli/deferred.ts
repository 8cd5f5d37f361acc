/** A promise that is settled from outside: what listeners hear becomes what somebody awaits. */
export class Deferred<T> {
  readonly promise: Promise<T>;
  #resolve: (value: T) => void = () => undefined;
  #reject: (reason: unknown) => void = () => undefined;

  constructor() {
    this.promise = new Promise<T>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  readonly resolve = (value: T): void => this.#resolve(value);
  readonly reject = (reason: unknown): void => this.#reject(reason);
}
