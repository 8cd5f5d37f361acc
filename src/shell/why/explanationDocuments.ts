/**
 * *Explain Failure* as a read-only text: find, copy and a screen reader work as in any file, and its links lead to the run, its
 * output, the code, and the comparison with the last success.
 */
import {
  type Disposable as VsDisposable,
  DocumentLink,
  type DocumentLinkProvider,
  type Event,
  EventEmitter,
  l10n,
  languages,
  Range,
  type TextDocument,
  type TextDocumentContentProvider,
  Uri,
  window,
  workspace,
} from 'vscode';
import type { Clock } from '../../base/clock';
import { describeFailure, Failure } from '../../base/failure';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import type { ExplanationLink, ExplanationTarget, ExplanationText } from '../../core/explain/explanationText';
import type { Source } from '../../core/source';
import type { Run } from '../../model/run';
import { commandIds, explanationScheme } from '../ids';
import { logUri } from '../log/logAddress';
import { gitEnvironment } from './gitAllowed';
import { inPath, runIdIn, runsUri, textIn } from './runAddress';

interface Shown extends ExplanationText {
  readonly source: Source;
  readonly name: string;
}

export class ExplanationDocuments implements TextDocumentContentProvider, DocumentLinkProvider, Disposable {
  readonly #owned = new DisposableStore();
  readonly #sources: readonly Source[];
  readonly #clock: Clock;
  /** By address; of documents that are open. */
  readonly #shown = new Map<string, Shown>();
  readonly #didChange = this.#owned.own(new EventEmitter<Uri>());
  readonly onDidChange: Event<Uri> = this.#didChange.event;

  constructor(sources: readonly Source[], clock: Clock) {
    this.#sources = sources;
    this.#clock = clock;
  }

  start(): void {
    const own = (registration: VsDisposable): void => void this.#owned.own(registration);
    own(workspace.registerTextDocumentContentProvider(explanationScheme, this));
    own(languages.registerDocumentLinkProvider({ scheme: explanationScheme }, this));
    own(workspace.onDidCloseTextDocument(({ uri }) => this.#shown.delete(uri.toString())));
  }

  /** Throws `Conflict` for a run that has not failed. An explanation that is open already is made anew. */
  async show(source: Source, run: Run): Promise<void> {
    const path = `/${l10n.t('Why {0} failed', inPath(run.name))}.txt`;
    const uri = runsUri(explanationScheme, path, { source: source.id, run: run.id });
    this.#shown.set(uri.toString(), await this.#explain(source, run.id));
    const isOpen = workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());
    if (isOpen) this.#didChange.fire(uri);
    await window.showTextDocument(await workspace.openTextDocument(uri), { preview: true });
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const known = this.#shown.get(uri.toString());
    if (known) return known.text;
    const source = this.#sources.find(({ id }) => id === textIn(uri, 'source'));
    const runId = runIdIn(uri, 'run');
    if (!source || runId === undefined) return `${l10n.t('This is not the address of an explanation.')}\n`;
    try {
      const shown = await this.#explain(source, runId);
      this.#shown.set(uri.toString(), shown);
      return shown.text;
    } catch (error) {
      // A document is there or it is not; VS Code would show its own words only.
      if (error instanceof Failure) return `${describeFailure(error.toData())}\n`;
      throw error;
    }
  }

  provideDocumentLinks({ uri }: TextDocument): DocumentLink[] {
    const shown = this.#shown.get(uri.toString());
    return shown ? shown.links.map((link) => documentLink(link, shown)) : [];
  }

  async #explain(source: Source, reference: string): Promise<Shown> {
    const [{ explainRun }, { explanationText }] = await Promise.all([
      import('../../core/explain/explainRun'),
      import('../../core/explain/explanationText'),
    ]);
    const explained = await explainRun(source, reference, { environment: gitEnvironment() });
    return { ...explanationText(explained, this.#clock.nowMs()), source, name: explained.run.name };
  }

  dispose(): void {
    this.#shown.clear();
    this.#owned.dispose();
  }
}

function documentLink({ line, column, length, target }: ExplanationLink, { source, name }: Shown): DocumentLink {
  const link = new DocumentLink(new Range(line, column, line, column + length), addressOf(target, source, name));
  link.tooltip = tooltips[target.kind];
  return link;
}

const tooltips: Record<ExplanationTarget['kind'], string> = {
  run: l10n.t('Open the run'),
  output: l10n.t('Show the output'),
  diff: l10n.t('Compare the two runs'),
  file: l10n.t('Open the file'),
};

function addressOf(target: ExplanationTarget, source: Source, name: string): Uri {
  switch (target.kind) {
    case 'run':
      return commandUri(commandIds.openRun, target.runId);
    case 'output':
      return logUri({ sourceId: source.id, runId: target.runId, attempt: target.attempt }, name);
    case 'diff':
      return commandUri(commandIds.diffRuns, target.before, target.now);
    case 'file':
      return Uri.file(target.path).with({ fragment: `L${target.line}` });
  }
}

const commandUri = (command: string, ...args: readonly unknown[]): Uri =>
  Uri.from({ scheme: 'command', path: command, query: JSON.stringify(args) });
