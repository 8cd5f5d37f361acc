/**
 * The environment that a run gets: its submitter's, without what belongs to the editor, to npm or to another run. Programs
 * started from a window would otherwise behave as parts of it (microsoft/vscode#237608).
 */
import path from 'node:path';

/** Names and values; on Windows names differ in more than their case. */
export type Environment = ReadonlyMap<string, string>;

/** In the editor's terminals: the folder of its `sidelab`, which is none of the run's. */
export const launcherVariable = 'SIDELAB_LAUNCHER';
/** In the editor's terminals: what their window is called towards the engine. */
export const windowVariable = 'SIDELAB_WINDOW';
/** Set where the machine has no Node: the folder of a `node` that is the editor's own. */
export const ownNodeVariable = 'SIDELAB_OWN_NODE';

const snapOriginal = '_VSCODE_SNAP_ORIG';
const ofTheEditor = /^(VSCODE_|ELECTRON_|SNAP_|SNAP$|CHROME_DESKTOP$|ORIGINAL_XDG_CURRENT_DESKTOP$|SIDELAB_)/;
const ofNpm = /^(npm_|INIT_CWD$)/;

/** A copy without the editor's variables, with those restored that its Snap had changed. */
export function cleanEnvironment(environment: NodeJS.ProcessEnv): Environment {
  const byNpmRun = environment['npm_lifecycle_event'] !== undefined;
  const cleaned = new Map<string, string>();
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || ofTheEditor.test(name) || name.endsWith(snapOriginal)) continue;
    // Set in a shell, npm_config_… is the user's; set by `npm run`, it describes our own package.
    if (byNpmRun && ofNpm.test(name)) continue;
    cleaned.set(name, value);
  }
  for (const [name, value] of Object.entries(environment)) {
    if (!name.endsWith(snapOriginal)) continue;
    const original = name.slice(0, -snapOriginal.length);
    if (value) cleaned.set(original, value);
    else cleaned.delete(original);
  }
  dropDebugger(cleaned);
  changePath(cleaned, environment[launcherVariable], environment[ownNodeVariable]);
  return cleaned;
}

/** The editor's Node goes behind all others. */
function changePath(environment: Map<string, string>, without: string | undefined, behind: string | undefined): void {
  if (without === undefined && behind === undefined) return;
  const name = [...environment.keys()].find((each) => each.toUpperCase() === 'PATH') ?? 'PATH';
  const before = environment.get(name);
  const folders = (before === undefined ? [] : before.split(path.delimiter)).filter((folder) => folder !== without);
  environment.set(name, [...folders, ...(behind === undefined ? [] : [behind])].join(path.delimiter));
}

/** `changes` on top of `base`. */
export function mergeEnvironment(
  base: Environment,
  changes: Readonly<Record<string, string>>,
  platform: NodeJS.Platform = process.platform,
): Environment {
  const merged = new Map(base);
  for (const [name, value] of Object.entries(changes)) {
    if (platform === 'win32') {
      for (const other of [...merged.keys()]) if (other.toUpperCase() === name.toUpperCase()) merged.delete(other);
    }
    merged.set(name, value);
  }
  return merged;
}

export function findVariable(
  environment: Environment,
  name: string,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  if (platform !== 'win32') return environment.get(name);
  for (const [other, value] of environment) if (other.toUpperCase() === name.toUpperCase()) return value;
  return undefined;
}

/** A terminal with auto attach loads the debugger into every Node; its file goes with the editor's next update. */
function dropDebugger(environment: Map<string, string>): void {
  const options = environment.get('NODE_OPTIONS');
  if (options === undefined || !options.includes('js-debug')) return;
  const rest = options.replace(/\s*--require[ =]("[^"]*js-debug[^"]*"|\S*js-debug\S*)\s*/g, ' ').trim();
  if (rest === '') environment.delete('NODE_OPTIONS');
  else environment.set('NODE_OPTIONS', rest);
}
