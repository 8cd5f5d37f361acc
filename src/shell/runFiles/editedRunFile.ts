/** A run file as it stands in the editor, or on the disk while it is not open, and what tells that it may be another. */
import { l10n, RelativePattern, Uri, workspace } from 'vscode';
import { Emitter } from '../../base/event';
import { Failure, messageOf } from '../../base/failure';
import { DisposableStore } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import { wantsSelectedPython } from '../../core/runFiles/python';
import type { Source } from '../../core/source';
import type { RunFile } from '../../model/runFile';
import type { EditedFile } from '../panels/graphOfFile';
import { findSelectedPython } from '../selectedPython';
import { knownCapacity } from './knownCapacity';

export class EditedRunFile implements EditedFile {
  readonly #owned = new DisposableStore();
  readonly #uri: Uri;
  readonly #source: Source;
  readonly #log: Log;
  readonly #didChange = this.#owned.own(new Emitter<void>());
  readonly onDidChange = this.#didChange.event;

  /** `source` is where it would be submitted to. */
  constructor(uri: Uri, source: Source, log: Log) {
    this.#uri = uri;
    this.#source = source;
    this.#log = log;
    const changed = (): void => this.#didChange.fire();
    const isThis = (other: Uri): boolean => other.toString() === uri.toString();
    this.#owned.own(workspace.onDidChangeTextDocument(({ document }) => isThis(document.uri) && changed()));
    // Of one that is closed without being saved, what is on the disk counts again.
    this.#owned.own(workspace.onDidCloseTextDocument((document) => isThis(document.uri) && changed()));
    // A program or a folder that was missing may be there now.
    this.#owned.own(workspace.onDidSaveTextDocument(changed));
    this.#owned.own(workspace.onDidGrantWorkspaceTrust(changed));
    this.#owned.own(source.onDidReset(changed));
    if (uri.scheme !== 'file') return;
    const name = uri.path.split('/').at(-1) ?? '';
    const pattern = new RelativePattern(Uri.joinPath(uri, '..'), name);
    const watcher = this.#owned.own(workspace.createFileSystemWatcher(pattern));
    this.#owned.own(watcher.onDidChange(changed));
    this.#owned.own(watcher.onDidCreate(changed));
    this.#owned.own(watcher.onDidDelete(changed));
  }

  get path(): string {
    return this.#uri.fsPath;
  }

  async text(): Promise<string> {
    const open = workspace.textDocuments.find(({ uri }) => uri.toString() === this.#uri.toString());
    if (open) return open.getText();
    try {
      return new TextDecoder().decode(await workspace.fs.readFile(this.#uri));
    } catch (error) {
      throw new Failure('NotFound', l10n.t('The run file cannot be read: {0}', messageOf(error)), { cause: error });
    }
  }

  /** A workspace that is not trusted does not choose a program, not even by what another extension looks for in it. */
  async context(file: RunFile): ReturnType<EditedFile['context']> {
    const wantsPython = wantsSelectedPython(file) && workspace.isTrusted;
    const selectedPython = wantsPython ? await findSelectedPython(this.#uri) : undefined;
    const folder = workspace.getWorkspaceFolder(this.#uri)?.uri.fsPath;
    return {
      environment: process.env,
      capacity: async () => knownCapacity(this.#source, this.#log),
      ...(folder === undefined ? {} : { workspace: folder }),
      ...(selectedPython === undefined ? {} : { selectedPython }),
    };
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
