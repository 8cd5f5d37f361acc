/** The way between a session and its view: a contract served over `postMessage`. */
import type { Disposable } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import type { Contract } from '../../protocol/contract';
import { type Handlers, ServerPeer } from '../../protocol/peer';
import { PostedMessageReader, PostedMessageWriter } from '../../protocol/postedMessages';

/** What is used of a `vscode.Webview`. */
export interface MessageSurface {
  postMessage(message: unknown): PromiseLike<boolean>;
  onDidReceiveMessage(listener: (message: unknown) => void): Disposable;
}

export function serveOn<C extends Contract>(
  surface: MessageSurface,
  contract: C,
  handlers: Handlers<C>,
  log: Log,
): ServerPeer<C> {
  return new ServerPeer<C>(
    contract,
    new PostedMessageReader((listener) => surface.onDidReceiveMessage(listener)),
    new PostedMessageWriter((message) => surface.postMessage(message)),
    handlers,
    log,
  );
}
