/** Tells whoever waits why nothing happens: the connection was lost, cannot be made, or is there again. */
import type { Disposable } from '../base/lifecycle';
import type { CommandContext } from './context';

export function sayConnection({ source, terminal }: Pick<CommandContext, 'source' | 'terminal'>): Disposable {
  return source.onDidChangeConnection(({ state, reason }) => {
    if (reason !== undefined && (state === 'failed' || state === 'connecting')) terminal.say(reason);
    else if (state === 'connected') terminal.say('Connected to the engine again.');
  });
}
