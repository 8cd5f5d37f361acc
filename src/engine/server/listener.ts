/**
 * Listens on the home's socket and writes `engine.json`. The token is checked on the raw socket before anything is
 * parsed. A socket that was deleted under a living engine (a logout removes the runtime folder) is bound anew.
 */
import { chmodSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { type Clock, every } from '../../base/clock';
import { hasErrorCode } from '../../base/failure';
import { DisposableStore } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import { type EngineAddress, engineAddressFile } from '../../protocol/engineAddress';
import { admit, type SpokenProtocol } from '../../protocol/handshake';
import { prepareSocketPath } from './socketPath';

/** Windows and terminals of one user; more than this is a fault of theirs, not a reason to run out of descriptors. */
const maxConnections = 500;

export interface ListenerOptions {
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly address: Omit<EngineAddress, 'socket'>;
  /** How often the socket's presence is checked. */
  readonly checkMs: number;
  readonly clock: Clock;
  readonly log: Log;
  /** A peer that knows the token, and the version that it speaks. */
  readonly onPeer: (socket: Socket, protocol: SpokenProtocol) => void;
}

export class Listener {
  readonly #options: ListenerOptions;
  readonly #owned = new DisposableStore();
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #socketPath = '';
  #inode: number | undefined;
  #binding = false;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    await this.#bind();
    if (process.platform !== 'win32')
      this.#owned.own(every(this.#options.clock, this.#options.checkMs, () => this.#check()));
  }

  /** Listens no more, and ends the connections. */
  async stop(): Promise<void> {
    this.#owned.dispose();
    rmSync(engineAddressFile(this.#options.home), { force: true });
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  async #bind(): Promise<void> {
    const { home, env } = this.#options;
    this.#socketPath = prepareSocketPath(home, env);
    // We hold the home's lock: a socket that lies there is a dead engine's.
    if (process.platform !== 'win32') rmSync(this.#socketPath, { force: true });
    const server = createServer((socket) => this.#connected(socket));
    server.maxConnections = maxConnections;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#socketPath, resolve);
    });
    server.on('error', (error) => this.#options.log.error('The socket failed.', error));
    this.#server = server;
    if (process.platform !== 'win32') {
      chmodSync(this.#socketPath, 0o600);
      this.#inode = statSync(this.#socketPath).ino;
    }
    this.#writeAddress();
  }

  #writeAddress(): void {
    const file = engineAddressFile(this.#options.home);
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, JSON.stringify({ ...this.#options.address, socket: this.#socketPath }, null, 2), {
      mode: 0o600,
    });
    renameSync(temporary, file);
  }

  #connected(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    admit(socket, this.#options.address.token)
      .then((protocol) => {
        if (protocol !== undefined && !socket.destroyed) this.#options.onPeer(socket, protocol);
      })
      .catch((error: unknown) => {
        this.#options.log.error('A peer could not be admitted.', error);
        socket.destroy();
      });
  }

  #check(): void {
    if (this.#binding) return;
    try {
      if (statSync(this.#socketPath).ino === this.#inode) return;
    } catch (error) {
      if (!hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'EACCES')) throw error;
    }
    this.#binding = true;
    this.#rebind()
      .catch((error: unknown) => this.#options.log.error('The socket could not be bound anew.', error))
      .finally(() => {
        this.#binding = false;
      });
  }

  async #rebind(): Promise<void> {
    this.#options.log.warn('The socket is gone; binding it anew.', { socket: this.#socketPath });
    // Connections of before live on: only the name is gone. The old server closes when they end.
    this.#server?.close();
    await this.#bind();
  }
}
