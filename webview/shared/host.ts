/**
 * The webview's line to the extension host: the one VS Code API object there may be, as a peer of a typed contract and as
 * the state that survives a reload of the window. Importing it gives `vscode-jsonrpc` its platform, the browser.
 */
import 'vscode-jsonrpc/browser';
import type { Static, TSchema } from '@sinclair/typebox';
import { Check } from '@sinclair/typebox/value';
import { toDisposable } from '../../src/base/lifecycle';
import type { Contract } from '../../src/protocol/contract';
import { ClientPeer, type NoticeListeners } from '../../src/protocol/peer';
import { type Hear, PostedMessageReader, PostedMessageWriter } from '../../src/protocol/postedMessages';
import { consoleLog } from './consoleLog';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

// VS Code throws when it is acquired twice, so the module holds it.
const vscode = acquireVsCodeApi();

const hearWindow: Hear = (listener) => {
  const onMessage = (event: MessageEvent<unknown>): void => listener(event.data);
  window.addEventListener('message', onMessage);
  return toDisposable(() => window.removeEventListener('message', onMessage));
};

export function connectHost<C extends Contract>(contract: C, listeners: NoticeListeners<C>): ClientPeer<C> {
  const reader = new PostedMessageReader(hearWindow);
  const writer = new PostedMessageWriter((message) => vscode.postMessage(message));
  return new ClientPeer(contract, reader, writer, listeners, consoleLog);
}

/** What was kept before the reload, or undefined when there is nothing or nothing of this shape. */
export function keptState<T extends TSchema>(schema: T): Static<T> | undefined {
  const state = vscode.getState();
  return Check(schema, state) ? state : undefined;
}

export const keepState = (state: object): void => vscode.setState(state);
