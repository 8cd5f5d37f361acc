/**
 * The language server of run files: asks each feature, joins what they answer, and says what it can do. What is wrong with a
 * text comes first: what decorates it waits, and is not looked for in a text that has changed meanwhile.
 */
import { Check } from '@sinclair/typebox/value';
import {
  type CancellationToken,
  type Connection,
  type Hover,
  type InitializeResult,
  LSPErrorCodes,
  type MarkupContent,
  type Position,
  ResponseError,
  TextDocuments,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { Failure, messageOf } from '../base/failure';
import { type LanguageSettings, LanguageSettingsSchema } from '../protocol/language';
import { signalOf } from './cancellation';
import { fewest } from './completion/fewest';
import { diagnose, knownProblems } from './diagnostics/runFileDiagnostics';
import type { EditedDocument } from './editedDocument';
import { ownNodeVariable } from '../core/runFiles/environment';
import type { LanguageFeature, Place, Surroundings } from './feature';
import { LanguageWindow } from './languageWindow';
import { OpenDocuments } from './openDocuments';
import { answerPlans } from './planning/answerPlans';
import type { PlanningThread } from './planning/planningThread';

/** Shown in the window as the source of what the server says. */
const name = 'Sidelab';

export interface LanguageServerParts {
  readonly connection: Connection;
  readonly features: readonly LanguageFeature[];
  /** Of the process that submits. */
  readonly environment: NodeJS.ProcessEnv;
  readonly planning: PlanningThread;
}

export class LanguageServer {
  readonly #connection: Connection;
  readonly #features: readonly LanguageFeature[];
  readonly #environment: NodeJS.ProcessEnv;
  readonly #texts = new TextDocuments(TextDocument);
  readonly #documents = new OpenDocuments(this.#texts);
  readonly #window: LanguageWindow;
  readonly #planning: PlanningThread;
  #settings: LanguageSettings = { isTrusted: false };

  constructor({ connection, features, environment, planning }: LanguageServerParts) {
    this.#connection = connection;
    this.#features = features;
    this.#environment = environment;
    this.#planning = planning;
    this.#window = new LanguageWindow(async (method, params) => connection.sendRequest(method, params));
  }

  listen(): void {
    const connection = this.#connection;
    connection.onInitialize(({ initializationOptions }) => this.#initialize(initializationOptions));
    connection.onNotification('sidelab/settings', (settings: unknown) => {
      this.#keepSettings(settings);
      this.#lookAgain();
    });
    connection.onNotification('sidelab/lookAgain', () => this.#lookAgain());
    connection.onDidChangeWatchedFiles(() => this.#lookAgain());
    connection.languages.diagnostics.on(async ({ textDocument }, token) => {
      const document = this.#documents.find(textDocument.uri);
      const items = document ? await answer(token, async () => diagnose(document, this.#surroundings)) : [];
      // Nodes of a text that has changed are somewhere else by now. The window asks again.
      if (document && this.#isOutdated(document)) throw new ResponseError(LSPErrorCodes.ServerCancelled, outdated);
      return { kind: 'full', items: [...items] };
    });
    this.#answerPlaces();
    this.#answerDocuments();
    answerPlans(connection, { documents: this.#documents, window: this.#window, planning: this.#planning });
    this.#texts.listen(connection);
    connection.listen();
  }

  #initialize(options: unknown): InitializeResult {
    this.#keepSettings(options);
    const some = (part: keyof LanguageFeature): boolean =>
      this.#features.some((feature) => feature[part] !== undefined);
    return {
      serverInfo: { name },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
        diagnosticProvider: { identifier: name, interFileDependencies: false, workspaceDiagnostics: false },
        completionProvider: { triggerCharacters: ['"', '{', '.', ':', '/'] },
        hoverProvider: some('hover'),
        definitionProvider: some('definition'),
        referencesProvider: some('references'),
        documentHighlightProvider: some('highlights'),
        ...(some('rename') ? { renameProvider: { prepareProvider: true } } : {}),
        ...(some('links') ? { documentLinkProvider: {} } : {}),
        ...(some('lenses') ? { codeLensProvider: {} } : {}),
        codeActionProvider: some('actions'),
      },
    };
  }

  #keepSettings(settings: unknown): void {
    if (!Check(LanguageSettingsSchema, settings)) throw new Error('The settings are not what was agreed on.');
    this.#settings = settings;
  }

  /** What the disk tells may be another by now. */
  #lookAgain(): void {
    this.#connection.languages.diagnostics.refresh().catch((error: unknown) => {
      this.#connection.console.error(`The window was not told to ask again: ${messageOf(error)}`);
    });
  }

  get #surroundings(): Surroundings {
    const { isTrusted, ownNode } = this.#settings;
    // The window may have found it after this process began.
    const environment =
      ownNode === undefined ? this.#environment : { ...this.#environment, [ownNodeVariable]: ownNode };
    return { window: this.#window, environment: isTrusted ? environment : undefined };
  }

  /** Those that are asked at a place of a document. */
  #answerPlaces(): void {
    const connection = this.#connection;
    connection.onCompletion(async ({ textDocument, position }, token) => {
      const items = await this.#gather(
        textDocument.uri,
        position,
        token,
        async (feature, place) => feature.complete?.(place, this.#surroundings),
        'atCursor',
      );
      const document = this.#documents.find(textDocument.uri);
      return document ? fewest(items, document, position) : items;
    });
    connection.onHover(async ({ textDocument, position }, token) => {
      const hovers = await this.#gather(
        textDocument.uri,
        position,
        token,
        async (feature, place) => {
          const hover = await feature.hover?.(place, this.#surroundings);
          return hover ? [hover] : [];
        },
        'atCursor',
      );
      return joinHovers(hovers);
    });
    connection.onDefinition(async ({ textDocument, position }, token) =>
      this.#gather(textDocument.uri, position, token, async (feature, place) =>
        feature.definition?.(place, this.#surroundings),
      ),
    );
    connection.onReferences(async ({ textDocument, position, context }, token) =>
      this.#gather(textDocument.uri, position, token, async (feature, place) =>
        feature.references?.({ ...place, withDeclaration: context.includeDeclaration }),
      ),
    );
    connection.onDocumentHighlight(async ({ textDocument, position }, token) =>
      this.#gather(
        textDocument.uri,
        position,
        token,
        async (feature, place) => feature.highlights?.(place),
        'decoration',
      ),
    );
    connection.onPrepareRename(async ({ textDocument, position }, token) => {
      const [found] = await this.#gather(textDocument.uri, position, token, async (feature, place) => {
        const renamed = await feature.prepareRename?.(place);
        return renamed ? [renamed] : [];
      });
      return found ?? null;
    });
    connection.onRenameRequest(async ({ textDocument, position, newName }, token) => {
      const [found] = await this.#gather(textDocument.uri, position, token, async (feature, place) => {
        const edit = await feature.rename?.({ ...place, newName });
        return edit ? [edit] : [];
      });
      return found ?? null;
    });
  }

  /** Those that are asked of a document as a whole, or of a part of it. */
  #answerDocuments(): void {
    const connection = this.#connection;
    connection.onDocumentLinks(async ({ textDocument }, token) =>
      this.#each(
        textDocument.uri,
        token,
        async (feature, document) => feature.links?.(document, this.#surroundings),
        'decoration',
      ),
    );
    connection.onCodeLens(async ({ textDocument }, token) =>
      this.#each(textDocument.uri, token, async (feature, document) => feature.lenses?.(document), 'decoration'),
    );
    connection.onCodeAction(async ({ textDocument, range }, token) =>
      this.#each(
        textDocument.uri,
        token,
        async (feature, document) => feature.actions?.(document, range, this.#surroundings, signalOf(token)),
        'decoration',
      ),
    );
  }

  async #gather<T>(
    uri: string,
    position: Position,
    token: CancellationToken,
    ask: (feature: LanguageFeature, place: Place) => Promise<readonly T[] | undefined>,
    manner: Manner = 'asked',
  ): Promise<T[]> {
    const signal = signalOf(token);
    return this.#each(
      uri,
      token,
      async (feature, document) =>
        ask(feature, { document, position, offset: document.lines.offsetAt(position), signal }),
      manner,
    );
  }

  /** In the order of the features. */
  async #each<T>(
    uri: string,
    token: CancellationToken,
    ask: (feature: LanguageFeature, document: EditedDocument) => Promise<readonly T[] | undefined>,
    manner: Manner = 'asked',
  ): Promise<T[]> {
    const document = this.#documents.find(uri);
    if (!document) return [];
    if (manner === 'decoration') {
      // Who asks for diagnostics is told if that fails.
      await Promise.allSettled([knownProblems(document, this.#surroundings)]);
      // A key that was pressed meanwhile is read before anything is looked for.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#isOutdated(document)) throw new ResponseError(LSPErrorCodes.ContentModified, outdated);
    }
    const askAll = async (): Promise<T[]> => {
      const answers = await Promise.all(this.#features.map(async (feature) => ask(feature, document)));
      return answers.flatMap((each) => [...(each ?? [])]);
    };
    return answer(token, async () => (manner === 'atCursor' ? askAll() : document.hold(askAll)));
  }

  #isOutdated(document: EditedDocument): boolean {
    return this.#documents.find(document.uri) !== document;
  }
}

const outdated = 'The text has changed meanwhile.';

/**
 * A `decoration` nobody has asked for by hand: it comes after what is wrong. What is asked `atCursor`, with each key, may be
 * about the text before the next one: nodes there stay, and those behind it are not looked at.
 */
type Manner = 'asked' | 'atCursor' | 'decoration';

/** What a user can mend reaches them in its own words; everything else is a fault of ours, and logged whole. */
async function answer<T>(token: CancellationToken, ask: () => Promise<T>): Promise<T> {
  // What was cancelled while it waited for its turn is not begun.
  if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'Nobody waits for it.');
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { message, hint } = error;
    throw new ResponseError(LSPErrorCodes.RequestFailed, hint === undefined ? message : `${message} ${hint}`);
  }
}

/** One below the other; the place is that of the first. */
function joinHovers(hovers: readonly Hover[]): Hover | null {
  const [first] = hovers;
  if (!first) return null;
  const texts = hovers.flatMap(({ contents }) => (isMarkup(contents) ? contents.value : []));
  return { ...first, contents: { kind: 'markdown', value: texts.join('\n\n---\n\n') } };
}

const isMarkup = (contents: Hover['contents']): contents is MarkupContent =>
  typeof contents === 'object' && 'kind' in contents;
