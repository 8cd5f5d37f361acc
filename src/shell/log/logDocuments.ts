/**
 * "Show Log": the output of a run as a read-only text document, so that find, copy and go to line work as in any file.
 * It is a window on the output, mostly on its end: then it grows while it is visible, and stays at its end when that is what
 * was looked at.
 */
import {
  l10n,
  Position,
  Range,
  Selection,
  type TextDocument,
  type TextEditor,
  TextEditorRevealType,
  type Uri,
  type ViewColumn,
  window,
  workspace,
} from 'vscode';
import type { Clock } from '../../base/clock';
import { Failure } from '../../base/failure';
import { type Disposable, DisposableSlot, DisposableStore } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import type { Source } from '../../core/source';
import type { OutputStream } from '../../model/outputStream';
import type { Run } from '../../model/run';
import { logScheme } from '../ids';
import { FollowedEnds } from './followedEnds';
import type { FollowedLog, LogMove } from './followedLog';
import { LogColours } from './logColours';
import { LogFiles } from './logFiles';
import type { LogLanguage } from './logLanguage';
import type { LogPage } from './logPage';
import { logUri, parseLogUri, runNameOf } from './logAddress';

export interface ShowLogOptions {
  /** The newest when it is left out. */
  readonly attempt?: number | undefined;
  readonly preserveFocus?: boolean;
}

export class LogDocuments implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #sources: readonly Source[];
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #open = new Map<string, FollowedLog>();
  readonly #files = this.#owned.own(new LogFiles(async (uri) => this.#follow(uri)));
  readonly #colours = this.#owned.own(new LogColours());
  /** Folds, outline, links: registered with the first document. */
  readonly #language = this.#owned.own(new DisposableSlot<LogLanguage>());
  readonly #ends = new FollowedEnds();

  constructor(sources: readonly Source[], clock: Clock, log: Log) {
    this.#sources = sources;
    this.#clock = clock;
    this.#log = log;
  }

  start(): void {
    this.#owned.own(
      workspace.registerFileSystemProvider(logScheme, this.#files, { isReadonly: true, isCaseSensitive: true }),
    );
    this.#owned.own(workspace.onDidCloseTextDocument((document) => this.#close(document.uri)));
    this.#owned.own(window.onDidChangeVisibleTextEditors(() => this.#updateVisibility()));
    this.#owned.own(window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => this.#scrolled(textEditor)));
    this.#owned.own(workspace.onDidChangeTextDocument(({ document }) => this.#documentGrew(document.uri)));
  }

  /** Opens the output of one attempt, unless told otherwise the run's current one, at its end. */
  async show(source: Source, run: Run, { attempt, preserveFocus = false }: ShowLogOptions = {}): Promise<void> {
    const uri = logUri({ sourceId: source.id, runId: run.id, attempt: attempt ?? run.attempt?.number ?? 0 }, run.name);
    const log = this.#open.get(uri.toString());
    if (log?.isAtEnd === false) await this.#move(uri, log, 'end');
    await this.#showEnd(uri, { preserveFocus });
  }

  /** The log that a command is about: of an address, or the one in the active editor. Throws `NotFound` when that is none. */
  get(uri: Uri | undefined): { readonly uri: Uri; readonly log: FollowedLog } {
    const wanted = uri ?? window.activeTextEditor?.document.uri;
    const log = wanted && this.#open.get(wanted.toString());
    if (!log) {
      throw new Failure('NotFound', l10n.t('No output of a run is shown.'), {
        hint: l10n.t('Open one by "Show Log" in the menu of a run.'),
      });
    }
    return { uri: wanted, log };
  }

  /** Shows the output as it is in one stream, or in both, where the document is shown now. */
  async showStream(uri: Uri, stream: OutputStream): Promise<void> {
    const { log } = this.get(uri);
    const column = editorsOf(uri)[0]?.viewColumn;
    await this.#showEnd(logUri({ ...log.address, stream }, runNameOf(uri)), { preserveFocus: false, column });
  }

  /** Moves the window, and goes to where one then looks. */
  async move(uri: Uri, to: LogMove): Promise<void> {
    const { log } = this.get(uri);
    const line = await this.#move(uri, log, to);
    const editor = editorsOf(uri)[0] ?? (await window.showTextDocument(await workspace.openTextDocument(uri)));
    if (to === 'end') return this.#ends.goTo(editor);
    const position = editor.document.validatePosition(new Position(line, 0));
    this.goTo(editor, new Range(position, position), typeof to === 'object' ? 'center' : 'top');
  }

  /** Selects a place and shows it. Should the log grow before the editor is there, it is not taken back to the end. */
  goTo(editor: TextEditor, range: Range, where: 'center' | 'top'): void {
    this.#ends.leave(editor, range);
    editor.selection = new Selection(range.start, range.end);
    const { AtTop, InCenterIfOutsideViewport } = TextEditorRevealType;
    editor.revealRange(range, where === 'top' ? AtTop : InCenterIfOutsideViewport);
  }

  /** Resolves when the document says what the window has. */
  async #move(uri: Uri, log: FollowedLog, to: LogMove): Promise<number> {
    const line = await log.move(to);
    await this.#untilTaken(uri, log);
    return line;
  }

  async #untilTaken(uri: Uri, log: FollowedLog): Promise<void> {
    const { revision } = log;
    const isTaken = (): boolean => {
      const document = workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
      if (!document || document.isClosed) return true;
      return (log.findTaken((page) => saysPage(document, page))?.revision ?? 0) >= revision;
    };
    if (isTaken()) return;
    await new Promise<void>((resolve) => {
      const owned = new DisposableStore();
      const end = (): void => {
        owned.dispose();
        resolve();
      };
      owned.own(workspace.onDidChangeTextDocument(() => void (isTaken() && end())));
      owned.own(workspace.onDidCloseTextDocument(() => void (isTaken() && end())));
      // The same text again is no change.
      owned.own(this.#clock.after(mostWaitMs, end));
    });
  }

  async #showEnd(
    uri: Uri,
    { preserveFocus, column }: { preserveFocus: boolean; column?: ViewColumn | undefined },
  ): Promise<void> {
    const document = await workspace.openTextDocument(uri);
    const editor = await window.showTextDocument(document, {
      preview: true,
      preserveFocus,
      ...(column === undefined ? {} : { viewColumn: column }),
    });
    const hasSections = (this.#open.get(uri.toString())?.sections.length ?? 0) > 0;
    if (hasSections) return this.goTo(editor, new Range(0, 0, 0, 0), 'top');
    this.#ends.goTo(editor);
  }

  async #follow(uri: Uri): Promise<FollowedLog | undefined> {
    const [{ FollowedLog }, { LogLanguage }] = await Promise.all([import('./followedLog'), import('./logLanguage')]);
    const key = uri.toString();
    const known = this.#open.get(key);
    if (known) return known;
    const address = parseLogUri(uri);
    const source = this.#sources.find(({ id }) => id === address?.sourceId);
    if (!address || !source || this.#owned.isDisposed) return undefined;
    const followed = new FollowedLog(source, address, this.#clock, this.#log);
    this.#open.set(key, followed);
    if (!this.#language.current) this.#language.set(new LogLanguage((of) => this.#open.get(of.toString())));
    followed.onDidChange(() => this.#grew(uri));
    // Asked for, but never opened: by a list of recent files.
    this.#owned.own(this.#clock.after(unopenedMs, () => this.#closeUnlessOpen(uri)));
    return followed;
  }

  #grew(uri: Uri): void {
    this.#files.changed(uri);
  }

  #documentGrew(uri: Uri): void {
    if (uri.scheme !== logScheme) return;
    const log = this.#open.get(uri.toString());
    for (const editor of editorsOf(uri)) {
      if (log?.isAtEnd === true && this.#ends.has(editor)) this.#ends.reveal(editor);
      this.#paint(editor);
    }
  }

  #scrolled(editor: TextEditor): void {
    if (editor.document.uri.scheme !== logScheme) return;
    this.#ends.scrolled(editor);
    this.#paint(editor);
  }

  #paint(editor: TextEditor): void {
    const { uri } = editor.document;
    if (uri.scheme !== logScheme) return;
    const taken = this.#open.get(uri.toString())?.findTaken((page) => saysPage(editor.document, page));
    if (taken) this.#colours.paint(editor, taken.page);
  }

  #updateVisibility(): void {
    const visible = new Set(window.visibleTextEditors.map((editor) => editor.document.uri.toString()));
    for (const [key, followed] of this.#open) followed.setVisible(visible.has(key));
    for (const editor of window.visibleTextEditors) this.#scrolled(editor);
  }

  #closeUnlessOpen(uri: Uri): void {
    const key = uri.toString();
    if (!workspace.textDocuments.some((document) => document.uri.toString() === key)) this.#close(uri);
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

/** An upper bound: a change that the editor does not take over would keep a command for ever. */
const mostWaitMs = 20_000;
const unopenedMs = 60_000;

/** The editor takes changes over in its own time: then lines of the page are those of the document. */
const saysPage = (document: TextDocument, page: LogPage): boolean =>
  document.lineCount === page.lines.length &&
  document.lineAt(document.lineCount - 1).text === page.lines.at(-1)?.text &&
  document.lineAt(0).text === page.lines[0]?.text;

const editorsOf = (uri: Uri): TextEditor[] =>
  window.visibleTextEditors.filter((editor) => editor.document.uri.toString() === uri.toString());
