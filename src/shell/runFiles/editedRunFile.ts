/**
 * A run file as it stands in the editor, or on the disk while it is not open, and what tells that it may be another. What it
 * would come to is found out by the language server, which has its text already.
 */
import { l10n, RelativePattern, Uri, workspace } from 'vscode';
import { Emitter } from '../../base/event';
import { Failure, type FilePlace, messageOf } from '../../base/failure';
import { DisposableStore } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import type { Source } from '../../core/source';
import { newRunId, type RunId } from '../../model/ids';
import type { PlanDetails } from '../../protocol/language';
import type { PlannedFile, PlanOutcome } from '../panels/graphOfFile';
import { fileToPlan } from './fileToPlan';
import { knownCapacity } from './knownCapacity';
import type { RunFileLanguage } from './runFileLanguage';

export class EditedRunFile implements PlannedFile {
  /** What the plan is known by for as long as it is looked at; ids of its nodes follow from it. */
  readonly key: string = newRunId();
  readonly #owned = new DisposableStore();
  readonly #uri: Uri;
  readonly #source: Source;
  readonly #language: RunFileLanguage;
  readonly #log: Log;
  readonly #didChange = this.#owned.own(new Emitter<void>());
  readonly onDidChange = this.#didChange.event;
  #isHeld = false;

  /** `source` is where it would be submitted to. */
  constructor(uri: Uri, source: Source, language: RunFileLanguage, log: Log) {
    this.#uri = uri;
    this.#source = source;
    this.#language = language;
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

  async plan(signal: AbortSignal): Promise<PlanOutcome> {
    if (!this.#isHeld) this.#owned.own(this.#language.hold());
    this.#isHeld = true;
    const capacity = await knownCapacity(this.#source, this.#log);
    const file = fileToPlan(this.#uri);
    const ask = async (text: string | undefined) =>
      this.#language.ask(
        'sidelab/planGraph',
        {
          plan: this.key,
          file: { ...file, ...(text === undefined ? {} : { text }) },
          ...(capacity === undefined ? {} : { capacity }),
        },
        signal,
      );
    const open = workspace.textDocuments.find(({ uri }) => uri.toString() === this.#uri.toString());
    // The server has the text of what is open, though not of all kinds of files.
    const answer = await ask(open ? undefined : await this.#textOnDisk());
    const second = answer.kind === 'textNeeded' ? await ask(open?.getText() ?? (await this.#textOnDisk())) : answer;
    if (second.kind === 'textNeeded') throw new Error('The language server asks for a text that it was given.');
    return second;
  }

  async #textOnDisk(): Promise<string> {
    try {
      return new TextDecoder().decode(await workspace.fs.readFile(this.#uri));
    } catch (error) {
      throw new Failure('NotFound', l10n.t('The run file cannot be read: {0}', messageOf(error)), { cause: error });
    }
  }

  async details(runId: RunId): Promise<PlanDetails | undefined> {
    return (await this.#language.ask('sidelab/planDetails', { plan: this.key, runId })).details;
  }

  async placeOf(runId: RunId): Promise<FilePlace | undefined> {
    return (await this.#language.ask('sidelab/planPlace', { plan: this.key, runId })).place;
  }

  dispose(): void {
    this.#language.tell('sidelab/forgetPlan', { plan: this.key });
    this.#owned.dispose();
  }
}
