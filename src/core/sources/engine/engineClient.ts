/** One connection to a living engine: socket, handshake, contract, greeting. When it ends, it ends; `EngineSource` makes the next. */
import { connect, type Socket } from 'node:net';
// Gives vscode-jsonrpc its platform.
import 'vscode-jsonrpc/node';
import type { Event } from '../../../base/event';
import { Failure, hasErrorCode, messageOf } from '../../../base/failure';
import type { Disposable } from '../../../base/lifecycle';
import type { Log } from '../../../base/log';
import type { Params, RequestName, Result } from '../../../protocol/contract';
import { type EngineContract, engineContract, type Submission } from '../../../protocol/engine';
import type { EngineAddress } from '../../../protocol/engineAddress';
import { engineContract1 } from '../../../protocol/engineVersion1';
import { introduce, type SpokenProtocol } from '../../../protocol/handshake';
import { ClientPeer, type NoticeListeners } from '../../../protocol/peer';
import { SocketReader, SocketWriter } from '../../../protocol/socketTransport';
import { askVersion1, type AskEngine, checkKnown } from './version1';

/** Longer than a busy engine needs, shorter than a person waits. */
const greetingTimeoutMs = 10_000;

/** Who connects, for the engine's log. */
export interface ClientIdentity {
  readonly client: string;
  readonly version: string;
  /** The editor's window that connects, or in whose terminal it is. */
  readonly window?: string;
}

export type EngineGreeting = Result<EngineContract, 'engine.hello'>;
export type EngineListeners = NoticeListeners<EngineContract>;

export interface EngineClientOptions {
  readonly identity: ClientIdentity;
  readonly listeners: EngineListeners;
  readonly log: Log;
  readonly signal?: AbortSignal;
}

export class EngineClient implements Disposable {
  readonly greeting: EngineGreeting;
  readonly #line: Line;
  readonly #socket: Socket;

  private constructor(greeting: EngineGreeting, line: Line, socket: Socket) {
    this.greeting = greeting;
    this.#line = line;
    this.#socket = socket;
  }

  /**
   * Throws `Unavailable` when nobody answers there, `Unauthorized` when the token is another engine's, `Incompatible`
   * when the engine speaks neither our version nor the one before, `Cancelled` when the signal fires.
   */
  static async open(address: EngineAddress, options: EngineClientOptions): Promise<EngineClient> {
    const socket = connect(address.socket);
    // There is always a listener: an error between two steps must not end the process. `close` follows each error.
    socket.on('error', () => undefined);
    const giveUp = (): void => void socket.destroy();
    const timer = setTimeout(giveUp, greetingTimeoutMs);
    options.signal?.addEventListener('abort', giveUp);
    let line: Line | undefined;
    try {
      if (options.signal?.aborted) throw new Failure('Cancelled', 'Connecting was given up.');
      await connected(socket);
      line = openLine(socket, await introduce(socket, address.token, address.protocol), options);
      return new EngineClient(await line.ask('engine.hello', options.identity), line, socket);
    } catch (error) {
      line?.peer.dispose();
      socket.destroy();
      if (options.signal?.aborted) throw new Failure('Cancelled', 'Connecting was given up.', { cause: error });
      throw error;
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', giveUp);
    }
  }

  get isClosed(): boolean {
    return this.#line.peer.isClosed;
  }

  /** Fires once, when the engine is gone or this was disposed. */
  readonly onDidClose: Event<void> = (listener) => this.#line.peer.onDidClose(listener);

  /** Throws `Incompatible` for a submission that the engine is too old for, before anything is made for it. */
  requireKnown(submission: Submission): void {
    if (this.#line.protocol === 1) checkKnown(submission, this.greeting.version);
  }

  async call<N extends RequestName<EngineContract>>(
    name: N,
    params: Params<EngineContract, N>,
    signal?: AbortSignal,
  ): Promise<Result<EngineContract, N>> {
    return this.#line.ask(name, params, signal);
  }

  dispose(): void {
    this.#line.peer.dispose();
    this.#socket.destroy();
  }
}

/** A connection in the version that the engine speaks, asked in today's words. */
interface Line {
  readonly protocol: SpokenProtocol;
  readonly peer: Pick<ClientPeer<EngineContract>, 'isClosed' | 'onDidClose' | 'dispose'>;
  readonly ask: AskEngine;
}

function openLine(socket: Socket, protocol: SpokenProtocol, { listeners, log }: EngineClientOptions): Line {
  const [reader, writer] = [new SocketReader(socket), new SocketWriter(socket)];
  if (protocol === 1) {
    const peer = new ClientPeer(engineContract1, reader, writer, listeners, log);
    return { protocol, peer, ask: askVersion1(peer) };
  }
  const peer = new ClientPeer(engineContract, reader, writer, listeners, log);
  return { protocol, peer, ask: async (name, params, signal) => peer.call(name, params, signal) };
}

async function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void): void => {
      socket.off('connect', onConnect).off('error', onError).off('close', onClose);
      end();
    };
    const onConnect = (): void => settle(resolve);
    const onClose = (): void => settle(() => reject(new Failure('Unavailable', 'The engine did not answer.')));
    const onError = (error: Error): void =>
      settle(() =>
        reject(
          new Failure(
            'Unavailable',
            hasErrorCode(error, 'ENOENT', 'ECONNREFUSED')
              ? 'No engine answers at its address.'
              : `The engine's socket cannot be used: ${messageOf(error)}.`,
            { cause: error },
          ),
        ),
      );
    socket.on('connect', onConnect).on('error', onError).on('close', onClose);
  });
}
