/**
 * The two ends of a contract on a `vscode-jsonrpc` connection. Every call is answered: with a result, with the failure
 * that was thrown, or, when the connection ends, with `Unavailable`.
 *
 * The composition root imports `vscode-jsonrpc/node` or `/browser` once, which gives the library its platform.
 */
import type { TSchema } from '@sinclair/typebox';
import { Errors } from '@sinclair/typebox/errors';
import { Check } from '@sinclair/typebox/value';
import {
  type CancellationToken,
  CancellationTokenSource,
  createMessageConnection,
  ErrorCodes,
  type MessageConnection,
  type MessageReader,
  type MessageWriter,
  ResponseError,
} from 'vscode-jsonrpc';
import { type Event, Emitter } from '../base/event';
import { Failure, type FailureData, failureCodes, messageOf } from '../base/failure';
import { type Disposable, DisposableStore } from '../base/lifecycle';
import type { Log } from '../base/log';
import type { Contract, Notice, NotificationName, Params, RequestName, Result } from './contract';

/** JSON-RPC error code of a `Failure`; its data is a `FailureData`. */
const failureErrorCode = 1;

/** One handler for each request of the contract. The signal fires when the caller gives up or goes away. */
export type Handlers<C extends Contract> = {
  readonly [N in RequestName<C>]: (params: Params<C, N>, signal: AbortSignal) => Promise<Result<C, N>>;
};

export type NoticeListeners<C extends Contract> = {
  readonly [N in NotificationName<C>]?: (notice: Notice<C, N>) => void;
};

abstract class Peer<C extends Contract> implements Disposable {
  protected readonly contract: C;
  protected readonly connection: MessageConnection;
  protected readonly owned = new DisposableStore();
  readonly #didClose = new Emitter<void>();
  #closed = false;

  protected constructor(contract: C, reader: MessageReader, writer: MessageWriter, log: Log) {
    this.contract = contract;
    this.connection = createMessageConnection(reader, writer, {
      error: (message) => log.warn(message),
      warn: (message) => log.warn(message),
      info: () => undefined,
      log: () => undefined,
    });
    this.connection.onError(([error]) => {
      log.warn('A connection broke.', { error: error.message });
      this.dispose();
    });
    this.connection.onClose(() => this.dispose());
  }

  /** Fires once, when the other side is gone or this side was disposed. */
  readonly onDidClose: Event<void> = (listener) => this.#didClose.event(listener);

  get isClosed(): boolean {
    return this.#closed;
  }

  dispose(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.owned.dispose();
    // Ends the transport too: a socket that stayed open would keep the other side waiting for us.
    this.connection.end();
    this.connection.dispose();
    this.#didClose.fire();
    this.#didClose.dispose();
  }
}

/** The end that calls requests and hears notifications. */
export class ClientPeer<C extends Contract> extends Peer<C> {
  readonly #pending = new Set<(failure: Failure) => void>();

  constructor(contract: C, reader: MessageReader, writer: MessageWriter, listeners: NoticeListeners<C>, log: Log) {
    super(contract, reader, writer, log);
    for (const [name, schema] of Object.entries(contract.notifications)) {
      this.connection.onNotification(name, (notice: unknown) => {
        const listener = (listeners as Record<string, ((notice: unknown) => void) | undefined>)[name];
        if (!listener) return;
        try {
          listener(decode(schema, notice, name));
        } catch (error) {
          log.error(`The notification ${name} could not be handled.`, error);
        }
      });
    }
    this.connection.listen();
  }

  async call<N extends RequestName<C>>(name: N, params: Params<C, N>, signal?: AbortSignal): Promise<Result<C, N>> {
    if (this.isClosed) throw connectionClosed();
    if (signal?.aborted) throw new Failure('Cancelled', `${name} was given up.`);
    const shape = this.contract.requests[name];
    if (!shape) throw new Error(`The contract has no request ${name}.`);
    const source = new CancellationTokenSource();
    const onAbort = (): void => source.cancel();
    signal?.addEventListener('abort', onAbort);
    let rejectOnClose: ((failure: Failure) => void) | undefined;
    try {
      const closed = new Promise<never>((_resolve, reject) => {
        rejectOnClose = reject;
        this.#pending.add(reject);
      });
      const answer: unknown = await Promise.race([this.connection.sendRequest(name, params, source.token), closed]);
      return decode(shape.result, answer, name);
    } catch (error) {
      throw fromWire(error);
    } finally {
      if (rejectOnClose) this.#pending.delete(rejectOnClose);
      signal?.removeEventListener('abort', onAbort);
      source.dispose();
    }
  }

  override dispose(): void {
    const waiting = [...this.#pending];
    this.#pending.clear();
    super.dispose();
    for (const reject of waiting) reject(connectionClosed());
  }
}

/** The end that answers requests and sends notifications. */
export class ServerPeer<C extends Contract> extends Peer<C> {
  constructor(contract: C, reader: MessageReader, writer: MessageWriter, handlers: Handlers<C>, log: Log) {
    super(contract, reader, writer, log);
    const gone = new AbortController();
    this.owned.own({ dispose: () => gone.abort() });
    for (const [name, shape] of Object.entries(contract.requests)) {
      this.connection.onRequest(name, async (params: unknown, token: CancellationToken) => {
        const given = new AbortController();
        const listening = token.onCancellationRequested(() => given.abort());
        try {
          const handler = (handlers as Record<string, (params: unknown, signal: AbortSignal) => Promise<unknown>>)[
            name
          ];
          if (!handler) throw new Error(`No handler for ${name}.`);
          return await handler(decode(shape.params, params, name), AbortSignal.any([given.signal, gone.signal]));
        } catch (error) {
          if (error instanceof Failure) return new ResponseError(failureErrorCode, error.message, error.toData());
          log.error(`The request ${name} ended in a bug.`, error);
          return new ResponseError(-32603, `Internal error in ${name}: ${messageOf(error)}`);
        } finally {
          listening.dispose();
        }
      });
    }
    this.connection.listen();
  }

  /** Sends without waiting; what cannot be sent any more is dropped, the other side starts from a snapshot when it returns. */
  notify<N extends NotificationName<C>>(name: N, notice: Notice<C, N>): void {
    if (this.isClosed) return;
    this.connection.sendNotification(name, notice).catch(() => this.dispose());
  }
}

function decode<T extends TSchema>(schema: T, value: unknown, name: string): unknown {
  if (Check(schema, value)) return value;
  const first = Errors(schema, value).First();
  throw new Failure(
    'InvalidInput',
    `${name}: ${first?.path || 'the message'}: ${first?.message ?? 'is not as agreed'}.`,
    {
      hint: 'The two sides are of different versions: reload the window.',
    },
  );
}

const connectionClosed = (): Failure => new Failure('Unavailable', 'The connection was closed.');

/** The library's words for a connection that ended while a call waited, or before it could be sent. */
const lostOnTheWay: readonly number[] = [
  ErrorCodes.PendingResponseRejected,
  ErrorCodes.ConnectionInactive,
  ErrorCodes.MessageWriteError,
];

function fromWire(error: unknown): unknown {
  if (!(error instanceof ResponseError)) return error;
  if (lostOnTheWay.includes(error.code))
    return new Failure('Unavailable', connectionClosed().message, { cause: error });
  if (error.code === ErrorCodes.MethodNotFound)
    return new Failure('Incompatible', 'The running engine is older than this window and does not know that yet.', {
      hint: 'It is replaced by a later one once its runs have ended and all windows are closed.',
      cause: error,
    });
  const data: unknown = error.data;
  if (error.code === failureErrorCode && isFailureData(data)) return Failure.fromData(data);
  return new Error(error.message, { cause: error });
}

function isFailureData(data: unknown): data is FailureData {
  if (typeof data !== 'object' || data === null || !('code' in data) || !('message' in data)) return false;
  const { code, message } = data;
  return failureCodes.some((known) => known === code) && typeof message === 'string';
}
