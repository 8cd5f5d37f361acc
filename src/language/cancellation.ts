/** Tokens of the protocol as signals, which the core takes. */
import type { CancellationToken } from 'vscode-languageserver';

export function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}
