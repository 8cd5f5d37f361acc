/**
 * JSON-RPC messages over `postMessage`, for both sides of a webview: each message is posted as it is, because the
 * structured clone (and VS Code's own transfer) keeps typed arrays, and a NaN in one, alive. What arrives and is no
 * JSON-RPC message belongs to someone else.
 *
 * Knows neither the window nor VS Code: who connects says how to post and how to hear.
 */
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageReader,
  type MessageWriter,
} from 'vscode-jsonrpc';

/** Calls `listener` with whatever was posted, until disposed. */
export type Hear = (listener: (data: unknown) => void) => Disposable;

/** Posts a message; a promise rejects when it cannot be delivered. */
export type Post = (message: Message) => void | PromiseLike<unknown>;

export class PostedMessageReader extends AbstractMessageReader implements MessageReader {
  readonly #hear: Hear;

  constructor(hear: Hear) {
    super();
    this.#hear = hear;
  }

  override listen(callback: DataCallback): Disposable {
    return this.#hear((data) => {
      if (isMessage(data)) callback(data);
    });
  }
}

export class PostedMessageWriter extends AbstractMessageWriter implements MessageWriter {
  readonly #post: Post;
  #ended = false;

  constructor(post: Post) {
    super();
    this.#post = post;
  }

  /** After its end nothing is posted: a late answer would reach the view's next life, which has the same ids. */
  async write(message: Message): Promise<void> {
    if (!this.#ended) await this.#post(message);
  }

  end(): void {
    this.#ended = true;
  }

  override dispose(): void {
    this.#ended = true;
    super.dispose();
  }
}

const isMessage = (data: unknown): data is Message =>
  typeof data === 'object' && data !== null && 'jsonrpc' in data && data.jsonrpc === '2.0';
