/** Underlines in open run files what only we can know; soon after typing, and gone when the file is closed. */
import {
  Diagnostic,
  DiagnosticSeverity,
  languages,
  Range,
  TabInputText,
  type TextDocument,
  window,
  workspace,
} from 'vscode';
import { type Clock, Coalescer } from '../../base/clock';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import type { Source } from '../../core/source';
import { isRunFilePath } from '../ids';
import { findSelectedPython } from '../selectedPython';
import { knownCapacity } from './knownCapacity';
import { findOwnProblems, type OwnProblem } from './ownProblems';

const typingPauseMs = 300;

export class RunDiagnostics implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #collection = this.#owned.own(languages.createDiagnosticCollection('sidelab'));
  readonly #checks = new Map<TextDocument, Coalescer>();

  readonly #source: Source;

  /** `source` is where runs go. */
  constructor(source: Source, clock: Clock, log: Log) {
    this.#source = source;
    this.#clock = clock;
    this.#log = log;
  }

  start(): void {
    // A document and its tab come in either order.
    this.#owned.own(workspace.onDidOpenTextDocument((document) => this.#checkSoon(document)));
    this.#owned.own(window.tabGroups.onDidChangeTabs(() => this.#followTabs()));
    this.#owned.own(workspace.onDidChangeTextDocument(({ document }) => this.#checkSoon(document)));
    this.#owned.own(workspace.onDidCloseTextDocument((document) => this.#forget(document)));
    this.#owned.own(workspace.onDidGrantWorkspaceTrust(() => this.#checkAll()));
    // A program or a folder that was missing may be there now.
    this.#owned.own(workspace.onDidSaveTextDocument(() => this.#checkAll()));
    this.#checkAll();
  }

  #checkAll(): void {
    for (const document of workspace.textDocuments) this.#checkSoon(document);
  }

  #checkSoon(document: TextDocument): void {
    if (!isRunFilePath(document.uri.path) || !openInTabs().has(document.uri.toString())) return;
    let check = this.#checks.get(document);
    if (!check) {
      check = new Coalescer(this.#clock, typingPauseMs, () => void this.#check(document));
      this.#checks.set(document, check);
    }
    check.trigger();
  }

  async #check(document: TextDocument): Promise<void> {
    const version = document.version;
    try {
      const problems = await findOwnProblems({
        text: document.getText(),
        path: document.uri.fsPath,
        environment: workspace.isTrusted ? process.env : undefined,
        findSelectedPython: async () => findSelectedPython(document.uri),
        capacity: async () => knownCapacity(this.#source, this.#log),
      });
      if (!this.#checks.has(document) || document.version !== version) return;
      this.#collection.set(
        document.uri,
        problems.map((problem) => toDiagnostic(document, problem)),
      );
    } catch (error) {
      this.#log.error(`${document.uri.fsPath} could not be checked.`, error);
    }
  }

  /** A document outlives its tab by minutes when anybody has read it; what is wrong in it does not. */
  #followTabs(): void {
    const open = openInTabs();
    for (const document of [...this.#checks.keys()]) if (!open.has(document.uri.toString())) this.#forget(document);
    for (const document of workspace.textDocuments) if (!this.#checks.has(document)) this.#checkSoon(document);
  }

  #forget(document: TextDocument): void {
    this.#checks.get(document)?.dispose();
    this.#checks.delete(document);
    this.#collection.delete(document.uri);
  }

  dispose(): void {
    for (const check of this.#checks.values()) check.dispose();
    this.#checks.clear();
    this.#owned.dispose();
  }
}

/** Files that are edited; the other side of a diff or of the history is not going to be run. */
function openInTabs(): ReadonlySet<string> {
  const inputs = window.tabGroups.all.flatMap(({ tabs }) => tabs).map(({ input }) => input);
  return new Set(inputs.filter((input) => input instanceof TabInputText).map(({ uri }) => uri.toString()));
}

function toDiagnostic(document: TextDocument, { message, severity, offset, length }: OwnProblem): Diagnostic {
  const range = new Range(document.positionAt(offset), document.positionAt(offset + length));
  const diagnostic = new Diagnostic(
    range,
    message,
    severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
  );
  diagnostic.source = 'Sidelab';
  return diagnostic;
}
