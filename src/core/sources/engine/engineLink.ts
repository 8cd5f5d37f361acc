/**
 * The life of the connection to the engine, which outlives every single one of them.
 *
 *     idle ──asked──▶ connecting ──▶ connected ──lost──▶ connecting
 *      ▲                  │  ▲
 *      └─nothing to find──┴──┴──◀── failed (tries again by itself, rarer and rarer)
 *
 * Once connected, or once somebody has asked for something, it starts an engine where none lives: runs must be settled
 * even when nobody looks. Only `connectIfAlive` never does.
 */
import type { Clock } from '../../../base/clock';
import { type Event, Emitter } from '../../../base/event';
import { Failure, messageOf } from '../../../base/failure';
import { type Disposable, DisposableSlot } from '../../../base/lifecycle';
import type { Log } from '../../../base/log';
import type { Params, RequestName, Result } from '../../../protocol/contract';
import type { EngineContract } from '../../../protocol/engine';
import type { SourceConnection } from '../../source';
import { CallTimes } from './callTimes';
import type { ClientIdentity, EngineClient, EngineListeners } from './engineClient';
import type { EngineReach } from './engineProcess';

export interface EngineLinkOptions {
  readonly reach: EngineReach;
  readonly identity: ClientIdentity;
  /** Hear notices from a connection that is ready; what came before is part of what is read after. */
  readonly listeners: Required<EngineListeners>;
  /** Makes a new connection ready: watches and follows. */
  readonly prepare: (client: EngineClient) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

const shortestRetryMs = 100;
const longestRetryMs = 5000;
/** After so many failures in a row the cause is not passing by itself. */
const patience = 20;
const patientRetryMs = 30_000;
/** A request that was cut off so often is given up: something kills each engine that it reaches. */
const longestPatience = 5;

interface Flight {
  readonly starts: boolean;
  readonly client: Promise<EngineClient | undefined>;
}

export class EngineLink implements Disposable {
  /** Of requests that were answered. */
  readonly times = new CallTimes();
  readonly #options: EngineLinkOptions;
  readonly #didChange: Emitter<SourceConnection>;
  readonly #didReset: Emitter<void>;
  readonly #retry = new DisposableSlot<Disposable>();
  readonly #disposal = new AbortController();
  #connection: SourceConnection;
  #client: EngineClient | undefined;
  #flight: Flight | undefined;
  #failures = 0;
  /** A connection was lost or could not be made: what was read before may be old. */
  #hadTrouble = false;

  constructor(options: EngineLinkOptions) {
    this.#options = options;
    const onError = (error: unknown): void => options.log.error('A listener of the engine source failed.', error);
    this.#didChange = new Emitter(onError);
    this.#didReset = new Emitter(onError);
    this.#connection = { state: 'idle', sinceMs: options.clock.nowMs() };
  }

  get connection(): SourceConnection {
    return this.#connection;
  }

  /** The connection in use, if there is one. */
  get client(): EngineClient | undefined {
    return this.#client;
  }

  readonly onDidChangeConnection: Event<SourceConnection> = (listener) => this.#didChange.event(listener);
  readonly onDidReset: Event<void> = (listener) => this.#didReset.event(listener);

  /** Connects to an engine that lives; starts none. Why an engine that lives cannot be used is the connection's reason. */
  async connectIfAlive(): Promise<boolean> {
    try {
      return (await this.#reach(false)) !== undefined;
    } catch (error) {
      if (error instanceof Failure) return false;
      throw error;
    }
  }

  /** Connects, and starts what must run for it. Throws `Failure`. */
  async connect(): Promise<EngineClient> {
    const client = await this.#reach(true);
    if (!client) throw new Error('A connection that may start an engine ended without one.');
    return client;
  }

  /** Every request of the contract may be repeated, so one that a lost connection cut off is asked again, some times. */
  async call<N extends RequestName<EngineContract>>(
    name: N,
    params: Params<EngineContract, N>,
    signal?: AbortSignal,
  ): Promise<Result<EngineContract, N>> {
    const startedAtMs = performance.now();
    const answer = await this.use(async (client) => client.call(name, params, signal));
    this.times.add(name, performance.now() - startedAtMs);
    return answer;
  }

  /** As `call`, for several requests that belong to one connection. */
  async use<T>(work: (client: EngineClient) => Promise<T>): Promise<T> {
    for (let cuts = 0; ; cuts += 1) {
      const client = await this.connect();
      try {
        return await work(client);
      } catch (error) {
        const cutOff = error instanceof Failure && error.code === 'Unavailable' && client.isClosed;
        if (!cutOff || cuts >= longestPatience || this.#disposal.signal.aborted) throw error;
      }
    }
  }

  dispose(): void {
    if (this.#disposal.signal.aborted) return;
    this.#disposal.abort();
    this.#retry.dispose();
    this.#client?.dispose();
    this.#client = undefined;
    this.#didChange.dispose();
    this.#didReset.dispose();
  }

  /** One attempt at a time: who comes while it is under way waits for it. */
  async #reach(starts: boolean): Promise<EngineClient | undefined> {
    if (this.#disposal.signal.aborted) throw new Failure('Cancelled', 'The engine source was closed.');
    if (this.#client && !this.#client.isClosed) return this.#client;
    const flight = this.#flight;
    if (!flight) {
      this.#retry.set(undefined);
      // Begun a moment later, so that a listener which asks at once finds this flight.
      const client = Promise.resolve().then(async () => this.#attempt(starts));
      this.#flight = { starts, client };
      return client;
    }
    if (flight.starts || !starts) return flight.client;
    const client = await flight.client.catch(() => undefined);
    return client ?? this.#reach(true);
  }

  async #attempt(starts: boolean): Promise<EngineClient | undefined> {
    if (starts) this.#setConnection('connecting', this.#hadTrouble ? this.#connection.reason : undefined);
    try {
      const client = await this.#open(starts);
      if (!client) {
        this.#setConnection('idle');
        return undefined;
      }
      if (this.#disposal.signal.aborted) {
        client.dispose();
        throw new Failure('Cancelled', 'The engine source was closed.');
      }
      this.#client = client;
      this.#failures = 0;
      this.#setConnection('connected');
      if (this.#hadTrouble) this.#didReset.fire();
      this.#hadTrouble = false;
      return client;
    } catch (error) {
      if (this.#disposal.signal.aborted)
        throw new Failure('Cancelled', 'The engine source was closed.', { cause: error });
      this.#hadTrouble = true;
      this.#failures += 1;
      if (!(error instanceof Failure)) this.#options.log.error('Connecting to the engine ended in a bug.', error);
      this.#setConnection('failed', messageOf(error));
      this.#retryLater(starts);
      throw error;
    } finally {
      this.#flight = undefined;
    }
  }

  /** A client that is ready: it watches, and follows what is followed. */
  async #open(starts: boolean): Promise<EngineClient | undefined> {
    const { reach, identity, log, prepare, listeners } = this.#options;
    let ready = false;
    const options = {
      identity,
      log,
      signal: this.#disposal.signal,
      listeners: {
        'runs.changed': (notice) => {
          if (ready) listeners['runs.changed'](notice);
        },
        'run.appended': (notice) => {
          if (ready) listeners['run.appended'](notice);
        },
        'secrets.lacking': (notice) => {
          if (ready) listeners['secrets.lacking'](notice);
        },
        'queue.changed': (notice) => {
          if (ready) listeners['queue.changed'](notice);
        },
        'ends.told': (notice) => {
          if (ready) listeners['ends.told'](notice);
        },
      } satisfies Required<EngineListeners>,
    };
    const client = starts ? await reach.connectOrStart(options) : await reach.connectIfAlive(options);
    if (!client) return undefined;
    try {
      await prepare(client);
      if (this.#disposal.signal.aborted || client.isClosed) {
        throw new Failure('Unavailable', 'The engine closed the connection.');
      }
    } catch (error) {
      client.dispose();
      throw error;
    }
    ready = true;
    client.onDidClose(() => this.#lose(client));
    return client;
  }

  #lose(client: EngineClient): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#hadTrouble = true;
    client.dispose();
    this.#setConnection('connecting', 'The connection to the engine was lost.');
    this.#retryLater(true);
  }

  #retryLater(starts: boolean): void {
    const delayMs =
      this.#failures > patience
        ? patientRetryMs
        : Math.min(longestRetryMs, shortestRetryMs * 2 ** Math.min(10, this.#failures));
    const retry = (): void => {
      // Why it failed is the connection's reason; the next attempt is under way then.
      this.#reach(starts).catch((error: unknown) => {
        if (!(error instanceof Failure)) this.#options.log.error('The next attempt failed as well.', error);
      });
    };
    this.#retry.set(this.#options.clock.after(delayMs, retry));
  }

  #setConnection(state: SourceConnection['state'], reason?: string): void {
    if (this.#disposal.signal.aborted) return;
    const before = this.#connection;
    if (before.state === state && before.reason === reason) return;
    const sinceMs = before.state === state ? before.sinceMs : this.#options.clock.nowMs();
    this.#connection = { state, sinceMs, ...(reason === undefined ? {} : { reason }) };
    this.#didChange.fire(this.#connection);
  }
}
