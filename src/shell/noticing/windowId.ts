/**
 * What a window is called towards the engine, so that it is told of what it has submitted, after a reload too. A random word that is kept with
 * the workspace: of windows that have the same folder open, the engine asks which had the focus last.
 */
import type { Memento } from 'vscode';
import { newRunId } from '../../model/ids';

const key = 'sidelab.window';

export function windowId(memory: Memento): string {
  const known: unknown = memory.get(key);
  if (typeof known === 'string') return known;
  const made = newRunId();
  // Not kept, it is another one after the next reload.
  memory.update(key, made).then(undefined, () => undefined);
  return made;
}
