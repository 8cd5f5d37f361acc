/**
 * JSON-RPC messages over a webview's `postMessage`: each is posted as it is, so that typed arrays travel as binary. The
 * view is a webview like any other: what
 * it sends is dropped here unless it is a message, and decoded by the contract otherwise.
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

/** What is used of a `vscode.Webview`. */
export interface MessageSurface {
  postMessage(message: unknown): PromiseLike<boolean>;
  onDidReceiveMessage(listener: (message: unknown) => void): Disposable;
}

export class WebviewReader extends AbstractMessageReader implements MessageReader {
  readonly #surface: MessageSurface;

  constructor(surface: MessageSurface) {
    super();
    this.#surface = surface;
  }

  override listen(callback: DataCallback): Disposable {
    return this.#surface.onDidReceiveMessage((message) => {
      if (isMessage(message)) callback(message);
    });
  }
}

export class WebviewWriter extends AbstractMessageWriter implements MessageWriter {
  readonly #surface: MessageSurface;
  #ended = false;

  constructor(surface: MessageSurface) {
    super();
    this.#surface = surface;
  }

  /** After its end nothing is posted: a late answer would reach the view's next life, which has the same ids. */
  async write(message: Message): Promise<void> {
    if (!this.#ended) await this.#surface.postMessage(message);
  }

  end(): void {
    this.#ended = true;
  }

  override dispose(): void {
    this.#ended = true;
    super.dispose();
  }
}

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && 'jsonrpc' in value && value.jsonrpc === '2.0';
}
