/** What the editor knows of a log beside its text: folds, an outline, links to files, and where else there is more of it. */
import {
  CodeLens,
  type CodeLensProvider,
  DocumentLink,
  type DocumentLinkProvider,
  DocumentSymbol,
  type DocumentSymbolProvider,
  FoldingRange,
  type FoldingRangeProvider,
  l10n,
  languages,
  Range,
  SymbolKind,
  type TextDocument,
  Uri,
} from 'vscode';
import type { Trouble } from '../../core/output/troubleScanner';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import { commandIds, logScheme } from '../ids';
import type { FollowedLog } from './followedLog';
import { runNameOf } from './logAddress';
import { MentionedFiles } from './mentionedFiles';
import type { LogSection } from './partsPage';

/** More are of no use in an outline; those of the end are what one looks for. */
const mostSymbols = 500;
const mostLinks = 2000;

export class LogLanguage
  implements CodeLensProvider, DocumentLinkProvider, DocumentSymbolProvider, FoldingRangeProvider, Disposable
{
  readonly #owned = new DisposableStore();
  readonly #find: (uri: Uri) => FollowedLog | undefined;
  readonly #files = new MentionedFiles();

  constructor(find: (uri: Uri) => FollowedLog | undefined) {
    this.#find = find;
    const logs = { scheme: logScheme };
    this.#owned.own(languages.registerCodeLensProvider(logs, this));
    this.#owned.own(languages.registerDocumentLinkProvider(logs, this));
    this.#owned.own(languages.registerDocumentSymbolProvider(logs, this, { label: 'Sidelab' }));
    this.#owned.own(languages.registerFoldingRangeProvider(logs, this));
  }

  provideCodeLenses(document: TextDocument): CodeLens[] {
    const page = this.#find(document.uri)?.page;
    if (!page) return [];
    const lens = (line: number, title: string, command: string): CodeLens =>
      new CodeLens(new Range(line, 0, line, 0), { title, command, arguments: [document.uri] });
    const last = document.lineCount - 1;
    return [
      ...(page.hasEarlier
        ? [
            lens(0, l10n.t('Earlier'), commandIds.earlierOutput),
            lens(0, l10n.t('Beginning'), commandIds.beginningOfOutput),
            lens(0, l10n.t('Find in Whole Output'), commandIds.findInOutput),
          ]
        : []),
      ...(page.hasLater
        ? [lens(last, l10n.t('Later'), commandIds.laterOutput), lens(last, l10n.t('End'), commandIds.endOfOutput)]
        : []),
    ];
  }

  provideFoldingRanges(document: TextDocument): FoldingRange[] {
    const sections = this.#find(document.uri)?.sections ?? [];
    return [...sections.filter(({ end }) => end < document.lineCount), ...this.#troublesOf(document)]
      .filter(({ start, end }) => end > start)
      .map(({ start, end }) => new FoldingRange(start, end));
  }

  /** The attempt or the parts of the run, and in them what went wrong. */
  provideDocumentSymbols(document: TextDocument): DocumentSymbol[] {
    const log = this.#find(document.uri);
    if (!log) return [];
    const { attempt, stream } = log.address;
    const detail = [
      ...(attempt > 0 ? [l10n.t('attempt {0}', attempt)] : []),
      ...(stream === 'both' ? [] : [stream]),
    ].join(', ');
    const last = document.lineAt(document.lineCount - 1).range.end;
    const whole = new Range(0, 0, last.line, last.character);
    const top = new DocumentSymbol(
      runNameOf(document.uri) || l10n.t('Output'),
      detail,
      SymbolKind.Module,
      whole,
      new Range(0, 0, 0, 0),
    );
    const troubles = this.#troublesOf(document).slice(-mostSymbols);
    const sections = log.sections.filter(({ end }) => end < document.lineCount);
    const isWithin = (trouble: Trouble, { start, end }: LogSection): boolean =>
      trouble.start >= start && trouble.end <= end;
    for (const section of sections) {
      const own = troubles.filter((trouble) => isWithin(trouble, section));
      top.children.push(sectionSymbol(document, section, own));
    }
    const others = troubles.filter((trouble) => !sections.some((section) => isWithin(trouble, section)));
    top.children.push(...others.map((trouble) => troubleSymbol(document, trouble)));
    return [top];
  }

  async provideDocumentLinks(document: TextDocument): Promise<DocumentLink[]> {
    const log = this.#find(document.uri);
    if (!log) return [];
    log.heardOfLinks();
    const { head, lines } = log.page;
    const links: DocumentLink[] = [];
    const add = (line: number, start: number, end: number, target: Uri, tooltip?: string): void => {
      if (line >= document.lineCount || links.length >= mostLinks) return;
      const link = new DocumentLink(new Range(line, start, line, end), target);
      if (tooltip !== undefined) link.tooltip = tooltip;
      links.push(link);
    };
    for (const [line, { links: own }] of lines.entries()) {
      // The program may show other words than the address: the address is what is told.
      for (const { start, end, target } of own)
        add(
          line,
          start,
          end,
          Uri.parse(target),
          target.startsWith('command:') ? l10n.t('Show all of its output') : target,
        );
    }
    const mentions = log.marks.mentions.slice(-mostLinks);
    const files = await this.#files.find(log, mentions);
    for (const mention of mentions) {
      const file = files.get(mention.path);
      if (file === undefined) continue;
      const { line, column } = mention;
      const fragment = line === undefined ? '' : `L${line}${column === undefined ? '' : `,${column}`}`;
      add(head + mention.index, mention.start, mention.end, Uri.file(file).with({ fragment }), file);
    }
    return links;
  }

  #troublesOf(document: TextDocument): readonly Trouble[] {
    const log = this.#find(document.uri);
    if (!log) return [];
    return log.troubles.filter(({ end }) => end < document.lineCount);
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

function sectionSymbol(
  document: TextDocument,
  { name, detail, start, end }: LogSection,
  troubles: readonly Trouble[],
): DocumentSymbol {
  const range = new Range(start, 0, end, document.lineAt(end).text.length);
  const symbol = new DocumentSymbol(name, detail, SymbolKind.Package, range, document.lineAt(start).range);
  symbol.children = troubles.map((trouble) => troubleSymbol(document, trouble));
  return symbol;
}

function troubleSymbol(document: TextDocument, { kind, title, start, end, at }: Trouble): DocumentSymbol {
  const range = new Range(start, 0, end, document.lineAt(end).text.length);
  const name = document.lineAt(at).range;
  const words = title.length > 200 ? `${title.slice(0, 200)}…` : title;
  return new DocumentSymbol(
    words || l10n.t('Error'),
    kind,
    symbolKinds[kind],
    range,
    range.contains(name) ? name : range,
  );
}

const symbolKinds: Record<Trouble['kind'], SymbolKind> = {
  traceback: SymbolKind.Event,
  abort: SymbolKind.Event,
  error: SymbolKind.Key,
};
