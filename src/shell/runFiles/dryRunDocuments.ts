/**
 * Dry runs, each a read-only document of its own beside its run file: asked for again, it is made anew, and nobody is asked
 * whether to save it.
 */
import {
  type Event,
  EventEmitter,
  l10n,
  type TextDocumentContentProvider,
  Uri,
  ViewColumn,
  window,
  workspace,
} from 'vscode';
import { Failure, describeFailure } from '../../base/failure';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import type { Source } from '../../core/source';
import { dryRunScheme } from '../ids';
import { requireTrust } from '../trust';
import { knownQueue } from './knownCapacity';
import type { RunFileLanguage } from './runFileLanguage';

export interface DryRunParts {
  /** Where runs go. */
  readonly source: Source;
  /** Where they are kept. */
  readonly home: string;
  readonly log: Log;
  /** Makes them, in its own process: of thousands of tasks one takes seconds. */
  readonly language: RunFileLanguage;
}

export class DryRunDocuments implements TextDocumentContentProvider, Disposable {
  readonly #owned = new DisposableStore();
  readonly #parts: DryRunParts;
  readonly #texts = new Map<string, string>();
  readonly #didChange = this.#owned.own(new EventEmitter<Uri>());
  readonly onDidChange: Event<Uri> = this.#didChange.event;

  constructor(parts: DryRunParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#owned.own(workspace.registerTextDocumentContentProvider(dryRunScheme, this));
    this.#owned.own(workspace.onDidCloseTextDocument(({ uri }) => void this.#texts.delete(uri.toString())));
  }

  /** Of the run file as it stands in the editor. Throws what a submission would throw, and keeps what is shown then. */
  async show(runFile: Uri): Promise<void> {
    const text = await this.#make(runFile);
    const uri = addressOf(runFile);
    this.#texts.set(uri.toString(), text);
    this.#didChange.fire(uri);
    const document = await workspace.openTextDocument(uri);
    const shown = window.visibleTextEditors.find((editor) => editor.document === document);
    const viewColumn = shown?.viewColumn ?? ViewColumn.Beside;
    await window.showTextDocument(document, { viewColumn, preserveFocus: true, preview: true });
  }

  /** One that VS Code brings back is made anew too. */
  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const known = this.#texts.get(uri.toString());
    if (known !== undefined) return known;
    try {
      return await this.#make(Uri.parse(uri.query, true));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return `${describeFailure(error.toData())}\n`;
    }
  }

  async #make(runFile: Uri): Promise<string> {
    // Interpreters are asked for their versions: programs that the workspace may have brought.
    requireTrust();
    const { source, home, log, language } = this.#parts;
    const [{ textToResolve }, { fileToPlan }] = await Promise.all([import('./fileToResolve'), import('./fileToPlan')]);
    const text = await textToResolve(runFile);
    const queue = await knownQueue(source, log);
    const answer = await language.ask('sidelab/dryRun', {
      file: { ...fileToPlan(runFile), text },
      home,
      ...(queue === undefined ? {} : { queue }),
    });
    if (answer.kind === 'made') return answer.document;
    throw answer.kind === 'refused' ? Failure.fromData(answer.failure) : new Error('The dry run was given its text.');
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

/** Its name ends as that of a Markdown file does, by which VS Code knows its language. */
function addressOf(runFile: Uri): Uri {
  const { path } = runFile;
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.run\.json$/, '');
  return Uri.from({
    scheme: dryRunScheme,
    path: `${path.slice(0, path.lastIndexOf('/') + 1)}${l10n.t('{0} (dry run)', name)}.md`,
    query: runFile.toString(),
  });
}
