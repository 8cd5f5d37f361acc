/**
 * JSON-RPC messages on a socket: frames of a 4-byte big-endian length and a MessagePack body, in which typed arrays and
 * NaN survive. Frames are bounded on both sides; a frame that is too long or cannot be decoded ends the connection.
 */
import type { Socket } from 'node:net';
import { decode, Encoder, ExtensionCodec } from '@msgpack/msgpack';
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageReader,
  type MessageWriter,
} from 'vscode-jsonrpc';

export const maxFrameBytes = 64 * 1024 * 1024;

/** A reader this far behind is dropped: it starts from a snapshot when it returns, instead of filling our memory. */
const maxBacklogBytes = 128 * 1024 * 1024;

const float64Extension = 1;

const codec = new ExtensionCodec();
codec.register({
  type: float64Extension,
  encode: (value) =>
    value instanceof Float64Array ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : null,
  // A copy: the frame's bytes are not aligned to 8, and a view would keep the whole frame alive.
  decode: (bytes) => new Float64Array(Uint8Array.prototype.slice.call(bytes).buffer),
});
const encoder = new Encoder({ extensionCodec: codec, ignoreUndefined: true });

export function encodeFrame(message: unknown): Buffer {
  const body = encoder.encode(message);
  if (body.byteLength > maxFrameBytes) throw new Error(`A message of ${body.byteLength} bytes is too long to send.`);
  const frame = Buffer.allocUnsafe(4 + body.byteLength);
  frame.writeUInt32BE(body.byteLength, 0);
  frame.set(body, 4);
  return frame;
}

export class SocketReader extends AbstractMessageReader implements MessageReader {
  readonly #socket: Socket;
  #chunks: Buffer[] = [];
  #bufferedBytes = 0;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
  }

  override listen(callback: DataCallback): Disposable {
    const onData = (chunk: Buffer): void => {
      try {
        this.#take(chunk, callback);
      } catch (error) {
        this.fireError(error);
        this.#socket.destroy();
      }
    };
    const onClose = (): void => this.fireClose();
    const onError = (error: Error): void => this.fireError(error);
    this.#socket.on('data', onData).on('close', onClose).on('error', onError);
    this.#socket.resume();
    return {
      dispose: () => {
        this.#socket.off('data', onData).off('close', onClose);
      },
    };
  }

  #take(chunk: Buffer, callback: DataCallback): void {
    this.#chunks.push(chunk);
    this.#bufferedBytes += chunk.byteLength;
    while (this.#bufferedBytes >= 4) {
      const head = this.#peek(4);
      const length = head.readUInt32BE(0);
      if (length > maxFrameBytes) throw new Error(`A frame of ${length} bytes is longer than allowed.`);
      if (this.#bufferedBytes < 4 + length) return;
      const frame = this.#peek(4 + length);
      const rest = frame.subarray(4 + length);
      if (rest.byteLength > 0) this.#chunks[0] = rest;
      else this.#chunks.shift();
      this.#bufferedBytes -= 4 + length;
      // Not as a Buffer: what is decoded would be Buffers too, whose `slice` does not copy.
      const body = new Uint8Array(frame.buffer, frame.byteOffset + 4, length);
      callback(decode(body, { extensionCodec: codec }) as Message);
    }
  }

  /** Joins chunks only when the first is shorter than what is wanted, so that a long frame is copied once. */
  #peek(bytes: number): Buffer {
    const first = this.#chunks[0];
    if (first && first.byteLength >= bytes) return first;
    const joined = Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }
}

export class SocketWriter extends AbstractMessageWriter implements MessageWriter {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    socket.on('close', () => this.fireClose());
  }

  async write(message: Message): Promise<void> {
    if (this.#socket.destroyed) {
      // The socket's own `close` comes a little later: whoever asks now must not think that the connection lives.
      this.fireClose();
      throw new Error('The socket is closed.');
    }
    if (this.#socket.writableLength > maxBacklogBytes) {
      this.#socket.destroy();
      throw new Error('The other side reads too slowly.');
    }
    this.#socket.write(encodeFrame(message));
  }

  end(): void {
    this.#socket.end();
  }
}
