/**
 * A FAKE: an engine of protocol version 1 that knows nothing but its recording. It refuses every other version, answers
 * what was asked then with what was answered then, and says of all else what an engine of then said of it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { decode } from '@msgpack/msgpack';
import { engineAddressFile } from '../../../src/protocol/engineAddress';
import { encodeFrame } from '../../../src/protocol/socketTransport';
import { readRecording, revived } from './recordedVersion1';

const token = 't'.repeat(43);

export class RecordedEngine {
  /** Methods in the order in which they were asked. */
  readonly asked: string[] = [];
  readonly #home: string;
  readonly #recording = readRecording();
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(home: string) {
    this.#home = home;
  }

  async listen(): Promise<void> {
    mkdirSync(this.#home, { recursive: true });
    const socket = path.join(this.#home, 's');
    const server = createServer((client) => this.#serve(client));
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    this.#server = server;
    const known = { version: '0.1.0', pid: process.pid, host: 'then', startedAtMs: 0, token };
    writeFileSync(engineAddressFile(this.#home), JSON.stringify({ ...known, protocol: 1, socket }));
  }

  /** Tells every client what was told then. */
  tell(): void {
    for (const { method, params } of this.#recording.notices) {
      for (const socket of this.#sockets)
        socket.write(encodeFrame({ jsonrpc: '2.0', method, params: revived(params) }));
    }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
    let bytes = Buffer.alloc(0);
    let admitted = false;
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (!admitted) {
        const end = bytes.indexOf(10) + 1;
        if (end === 0) return;
        const greeting = bytes.subarray(0, end).toString();
        bytes = bytes.subarray(end);
        admitted = greeting === this.#recording.greeting.replace('TOKEN', token);
        if (!admitted) return void socket.end('NO protocol 1\n');
        socket.write(this.#recording.answer);
      }
      while (bytes.length >= 4 && bytes.length >= 4 + bytes.readUInt32BE(0)) {
        const length = bytes.readUInt32BE(0);
        this.#answer(socket, decode(bytes.subarray(4, 4 + length)) as { id?: number; method: string });
        bytes = bytes.subarray(4 + length);
      }
    });
  }

  #answer(socket: Socket, { id, method }: { readonly id?: number; readonly method: string }): void {
    if (id === undefined) return;
    this.asked.push(method);
    const recorded = this.#recording.requests.find((request) => request.method === method);
    const unknown = { code: -32601, message: `Unhandled method ${method}` };
    const answer = recorded ? { result: revived(recorded.result) } : { error: unknown };
    socket.write(encodeFrame({ jsonrpc: '2.0', id, ...answer }));
  }
}
