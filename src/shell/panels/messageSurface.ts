/** The way between a session and its view: a contract served over `postMessage`. */
import type { Disposable } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import type { Contract } from '../../protocol/contract';
// Gives vscode-jsonrpc its platform.
import 'vscode-jsonrpc/node';
import { type Handlers, ServerPeer } from '../../protocol/peer';
import { PostedMessageReader, PostedMessageWriter } from '../../protocol/postedMessages';

/** What is used of a `vscode.Webview`. */
export interface MessageSurface {
  postMessage(message: unknown): PromiseLike<boolean>;
  onDidReceiveMessage(listener: (message: unknown) => void): Disposable;
}

/**
 * A panel that is hidden has no view: nobody is told anything. A question is answered all the same, because whoever asks is
 * there, even if VS Code has not said so yet; what the last view asked when it was dropped is heard late, too.
 */
export const surfaceOf = (panel: { readonly visible: boolean; readonly webview: MessageSurface }): MessageSurface => ({
  postMessage: (message) =>
    panel.visible || !isNotice(message) ? panel.webview.postMessage(message) : Promise.resolve(false),
  onDidReceiveMessage: (listener) => panel.webview.onDidReceiveMessage(listener),
});

const isNotice = (message: unknown): boolean =>
  typeof message === 'object' && message !== null && 'method' in message && !('id' in message);

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
