/**
 * "Show Log": the output of a run as a read-only text document, so that find, copy and go to line work as in any file.
 * It grows while it is visible, and stays at its end when that is what was looked at.
 */
import {
  type Event,
  EventEmitter,
  Position,
  Range,
  Selection,
  type TextDocument,
  type TextDocumentContentProvider,
  type TextEditor,
  type Uri,
  window,
  workspace,
} from 'vscode';
import type { Clock } from '../../base/clock';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import type { Source } from '../../core/source';
import type { Run } from '../../model/run';
import { logScheme } from '../ids';
import { FollowedLog } from './followedLog';
import { logUri, parseLogUri } from './logAddress';

export interface ShowLogOptions {
  /** The newest when it is left out. */
  readonly attempt?: number | undefined;
  readonly preserveFocus?: boolean;
}

export class LogDocuments implements TextDocumentContentProvider, Disposable {
  readonly #owned = new DisposableStore();
  readonly #sources: readonly Source[];
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #open = new Map<string, FollowedLog>();
  readonly #didChange = this.#owned.own(new EventEmitter<Uri>());
  readonly onDidChange: Event<Uri> = this.#didChange.event;
  /** Editors that showed the last line before their document grew. */
  readonly #atEnd = new Set<TextEditor>();

  constructor(sources: readonly Source[], clock: Clock, log: Log) {
    this.#sources = sources;
    this.#clock = clock;
    this.#log = log;
  }

  start(): void {
    this.#owned.own(workspace.registerTextDocumentContentProvider(logScheme, this));
    this.#owned.own(workspace.onDidCloseTextDocument((document) => this.#close(document.uri)));
    this.#owned.own(window.onDidChangeVisibleTextEditors(() => this.#updateVisibility()));
    this.#owned.own(workspace.onDidChangeTextDocument(({ document }) => this.#followEnd(document.uri)));
  }

  /** Opens the output of one attempt, unless told otherwise the run's current one, at its end. */
  async show(source: Source, run: Run, { attempt, preserveFocus = false }: ShowLogOptions = {}): Promise<void> {
    const uri = logUri({ sourceId: source.id, runId: run.id, attempt: attempt ?? run.attempt?.number ?? 0 }, run.name);
    const editor = await window.showTextDocument(await workspace.openTextDocument(uri), {
      preview: true,
      preserveFocus,
    });
    // The cursor too: keys and a screen reader go on from the last line.
    const end = lastPosition(editor.document);
    editor.selection = new Selection(end, end);
    revealEnd(editor);
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const known = this.#open.get(uri.toString());
    if (known) return known.text;
    const address = parseLogUri(uri);
    const source = this.#sources.find(({ id }) => id === address?.sourceId);
    if (!address || !source) return 'This is not the address of a run’s output.\n';
    const followed = new FollowedLog(source, address, this.#clock, this.#log);
    this.#open.set(uri.toString(), followed);
    followed.onDidChange(() => this.#grew(uri));
    const text = await followed.read();
    this.#updateVisibility();
    return text;
  }

  #grew(uri: Uri): void {
    for (const editor of editorsOf(uri)) if (showsEnd(editor)) this.#atEnd.add(editor);
    this.#didChange.fire(uri);
  }

  #followEnd(uri: Uri): void {
    if (uri.scheme !== logScheme) return;
    for (const editor of editorsOf(uri)) if (this.#atEnd.delete(editor)) revealEnd(editor);
  }

  #updateVisibility(): void {
    const visible = new Set(window.visibleTextEditors.map((editor) => editor.document.uri.toString()));
    for (const [key, followed] of this.#open) followed.setVisible(visible.has(key));
  }

  #close(uri: Uri): void {
    this.#open.get(uri.toString())?.dispose();
    this.#open.delete(uri.toString());
  }

  dispose(): void {
    for (const followed of this.#open.values()) followed.dispose();
    this.#open.clear();
    this.#owned.dispose();
  }
}

const editorsOf = (uri: Uri): TextEditor[] =>
  window.visibleTextEditors.filter((editor) => editor.document.uri.toString() === uri.toString());

/** The last line of a log is usually the empty one after its last line feed. */
const showsEnd = ({ visibleRanges, document }: TextEditor): boolean =>
  (visibleRanges.at(-1)?.end.line ?? 0) >= document.lineCount - 2;

const lastPosition = (document: TextDocument): Position => new Position(Math.max(0, document.lineCount - 1), 0);

function revealEnd(editor: TextEditor): void {
  const end = lastPosition(editor.document);
  editor.revealRange(new Range(end, end));
}
