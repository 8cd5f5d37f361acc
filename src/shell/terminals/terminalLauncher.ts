/**
 * `sidelab` in the editor's terminals, of this very version: a folder with a launcher at the beginning of their PATH. Only in workspaces
 * that are trusted. And where the machine has no Node, the editor's own stands in for it, behind all else that is on the PATH of a run.
 */
import { access } from 'node:fs/promises';
import path from 'node:path';
import { type ExtensionContext, l10n, workspace } from 'vscode';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import { editorNode, nodeScript, sidelabScript, writeScript } from '../../core/launcher/launcherScripts';
import { launcherVariable, ownNodeVariable, windowVariable } from '../../core/runFiles/environment';

export interface TerminalLauncherParts {
  readonly context: Pick<ExtensionContext, 'environmentVariableCollection' | 'globalStorageUri'>;
  /** Path of the CLI's bundle. */
  readonly cli: string;
  readonly version: string;
  /** What this window is called towards the engine. */
  readonly window: string;
  readonly log: Log;
  /** Of the extension host: gets the name of the folder where the editor's Node is, if there is no other. */
  readonly environment: NodeJS.ProcessEnv;
  readonly platform?: NodeJS.Platform;
}

export class TerminalLauncher implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #parts: TerminalLauncherParts;
  #written: Promise<void> = Promise.resolve();

  constructor(parts: TerminalLauncherParts) {
    this.#parts = parts;
  }

  /** In the background: no terminal and no run waits for it but the first. */
  start(): void {
    if (workspace.isTrusted) {
      this.#set();
      return;
    }
    this.#parts.context.environmentVariableCollection.clear();
    this.#owned.own(workspace.onDidGrantWorkspaceTrust(() => this.#set()));
  }

  /** Resolves when the environment of the extension host says where a Node is; at once in a workspace that is not trusted. */
  async ready(): Promise<void> {
    return this.#written;
  }

  #set(): void {
    this.#written = this.#write().catch((error: unknown) => {
      this.#parts.log.error('The terminals get no command "sidelab".', error);
    });
  }

  async #write(): Promise<void> {
    const { context, cli, version, window, environment, platform = process.platform } = this.#parts;
    const storage = context.globalStorageUri.fsPath;
    // A folder per version: terminals keep what they began with.
    const folder = path.join(storage, 'bin', version);
    await writeScript(folder, sidelabScript(editorNode(), cli, platform));
    const variables = context.environmentVariableCollection;
    variables.description = l10n.t('Adds the command `sidelab` to the terminals.');
    variables.prepend('PATH', folder + path.delimiter);
    variables.replace(launcherVariable, folder);
    variables.replace(windowVariable, window);
    if (await hasNode(environment, platform)) {
      variables.delete(ownNodeVariable);
      return;
    }
    const own = path.join(storage, 'node');
    await writeScript(own, nodeScript(editorNode(), platform));
    environment[ownNodeVariable] = own;
    variables.replace(ownNodeVariable, own);
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

async function hasNode(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): Promise<boolean> {
  const name = platform === 'win32' ? 'node.exe' : 'node';
  const folders = (environment['PATH'] ?? environment['Path'] ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder));
  const found = folders.map(async (folder) => access(path.join(folder, name)));
  return Promise.any(found).then(
    () => true,
    () => false,
  );
}
