/**
 * The interpreter chosen in the Python extension, for run files that say `"python": "selected"`. The extension is not
 * ours: what it exports is decoded, and a machine without it simply has no choice made.
 *
 * Source: the extension's public API, `environments.getActiveEnvironmentPath(resource)`, which gives `{ id, path }`.
 */
import { extensions, type Uri } from 'vscode';
import { Type } from '@sinclair/typebox';
import { Check } from '@sinclair/typebox/value';

const pythonExtension = 'ms-python.python';

const EnvironmentPathSchema = Type.Object({ path: Type.String({ minLength: 1 }) });

/** Undefined when the extension is not there, or nothing is chosen. Activates the extension: ask only when it is needed. */
export async function findSelectedPython(resource: Uri): Promise<string | undefined> {
  const extension = extensions.getExtension<unknown>(pythonExtension);
  if (!extension) return undefined;
  const exports: unknown = await extension.activate();
  const environments = property(exports, 'environments');
  const getPath = property(environments, 'getActiveEnvironmentPath');
  if (typeof getPath !== 'function') return undefined;
  const chosen: unknown = Reflect.apply(getPath, environments, [resource]);
  return Check(EnvironmentPathSchema, chosen) ? chosen.path : undefined;
}

const property = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (Reflect.get(value, name) as unknown) : undefined;
