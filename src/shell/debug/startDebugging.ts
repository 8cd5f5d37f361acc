/** Starts a program under the editor's debugger, exactly as it was resolved. */
import { randomUUID } from 'node:crypto';
import { debug, type DebugConfigurationProvider, extensions, l10n, type WorkspaceFolder } from 'vscode';
import { Failure } from '../../base/failure';
import type { DebugConfiguration } from '../../core/debug/debugConfiguration';
import { KeptTexts } from '../../core/debug/keptTexts';
import { MissingExtension } from '../missingExtension';

const mark = '__sidelab';

/** `secrets`: values that stand in it, which others who look at configurations before the session begins do not see. */
export async function startDebugging(
  folder: WorkspaceFolder | undefined,
  configuration: DebugConfiguration,
  secrets: Iterable<string>,
): Promise<void> {
  requireDebugger(configuration.type);
  const id = randomUUID();
  const texts = new KeptTexts(id, secrets);
  const provider: DebugConfigurationProvider = {
    resolveDebugConfigurationWithSubstitutedVariables: (_folder, resolved) => {
      if (resolved[mark] !== id) return resolved;
      const restored = texts.restore(resolved);
      delete restored[mark];
      return restored;
    },
  };
  const restoring = debug.registerDebugConfigurationProvider('*', provider);
  try {
    if (await debug.startDebugging(folder, { ...texts.hide(configuration), [mark]: id })) return;
    throw new Failure('Cancelled', 'The debugger did not start.');
  } finally {
    restoring.dispose();
  }
}

const debuggers: Readonly<Record<DebugConfiguration['type'], readonly [message: string, name: string, id: string]>> = {
  node: [l10n.t('The editor has no debugger for Node: it is disabled.'), 'JavaScript Debugger', 'ms-vscode.js-debug'],
  debugpy: [l10n.t('The editor has no debugger for Python.'), 'Python Debugger', 'ms-python.debugpy'],
};

/** Whoever contributes it: there is more than one extension that does. */
function requireDebugger(type: DebugConfiguration['type']): void {
  const isThere = extensions.all.some(({ packageJSON }) => debuggersOf(packageJSON).includes(type));
  if (!isThere) throw new MissingExtension(...debuggers[type]);
}

function debuggersOf(manifest: unknown): readonly unknown[] {
  const all = property(property(manifest, 'contributes'), 'debuggers');
  return Array.isArray(all) ? all.map((each) => property(each, 'type')) : [];
}

const property = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (Reflect.get(value, name) as unknown) : undefined;
