import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import type { Message } from 'vscode-jsonrpc';
import { encodeFrame, maxFrameBytes, SocketReader } from '../../../src/protocol/socketTransport';
import { closed, connectPair, type ConnectedPair } from './connectedPair';

describe('messages on the socket', () => {
  let pair: ConnectedPair;
  beforeEach(async () => (pair = await connectPair()));
  afterEach(async () => pair.close());

  /** What the reader of a socket makes of what is sent to it. */
  function read(socket: Socket): { messages: Message[]; errors: string[]; next(count: number): Promise<Message[]> } {
    const messages: Message[] = [];
    const errors: string[] = [];
    const waiting: (() => void)[] = [];
    const reader = new SocketReader(socket);
    reader.onError((error) => errors.push(error.message));
    reader.listen((message) => {
      messages.push(message);
      for (const wake of waiting) wake();
    });
    return {
      messages,
      errors,
      next: async (count) =>
        new Promise((resolve) => {
          const check = (): void => {
            if (messages.length >= count) resolve(messages);
          };
          waiting.push(check);
          check();
        }),
    };
  }

  const message = (params: unknown): Message => ({ jsonrpc: '2.0', method: 'm', params }) as Message;

  it('arrive whole, however they were cut on the way', async () => {
    const sent = [message({ text: 'ä€😀' }), message({ empty: '' }), message({ bytes: new Uint8Array(3000).fill(7) })];
    const stream = Buffer.concat(sent.map(encodeFrame));
    for (const size of [1, 3, 5, 1000, stream.byteLength]) {
      const received = read(pair.server);
      for (let at = 0; at < stream.byteLength; at += size) pair.client.write(stream.subarray(at, at + size));
      assert.deepEqual(await received.next(sent.length), sent, `in parts of ${size}`);
      await pair.close();
      pair = await connectPair();
    }
  });

  it('keep NaN, the infinities, and columns of numbers', async () => {
    const column = new Float64Array([1.5, NaN, -Infinity, -0, Number.MAX_VALUE]);
    const part = new Float64Array([0, 1, 2, 3]).subarray(1, 3);
    const received = read(pair.server);
    pair.client.write(encodeFrame(message({ x: 'odd', column, part, lone: NaN, big: Infinity, none: undefined })));
    const [{ params }] = (await received.next(1)) as unknown as [{ params: Record<string, unknown> }];
    assert.deepEqual(params, { x: 'odd', column, part: Float64Array.of(1, 2), lone: NaN, big: Infinity });
    assert.equal((params['part'] as Float64Array).buffer.byteLength, 16, 'a copy, not a view of the frame');
  });

  it('are read once: one of many megabytes takes no longer than its bytes', async () => {
    const bytes = new Uint8Array(48 * 1024 * 1024).fill(1);
    const received = read(pair.server);
    const startMs = performance.now();
    pair.client.write(encodeFrame(message({ bytes })));
    await received.next(1);
    // Joining what there is at every packet copies tens of gigabytes.
    assert.ok(performance.now() - startMs < 10_000, `${performance.now() - startMs} ms`);
  });

  it('end the connection when one claims to be longer than allowed', async () => {
    const received = read(pair.server);
    const head = Buffer.alloc(4);
    head.writeUInt32BE(maxFrameBytes + 1);
    pair.client.write(head);
    await closed(pair.client);
    assert.deepEqual(received.errors, [`A frame of ${maxFrameBytes + 1} bytes is longer than allowed.`]);
  });

  it('end the connection when one cannot be decoded', async () => {
    const received = read(pair.server);
    pair.client.write(Buffer.from([0, 0, 0, 2, 0xc1, 0xc1]));
    await closed(pair.client);
    assert.equal(received.errors.length, 1);
    assert.deepEqual(received.messages, []);
  });

  it('are refused before they are sent when they are too long', () => {
    assert.throws(() => encodeFrame(message(new Uint8Array(maxFrameBytes))), /too long to send/);
  });
});
