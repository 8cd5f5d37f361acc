/**
 * What the language server can do is a list of features. Each knows one thing of run files, and is asked at a place of a
 * document; the server joins what they answer.
 */
import type {
  CodeAction,
  CodeLens,
  CompletionItem,
  DefinitionLink,
  DocumentHighlight,
  DocumentLink,
  Hover,
  Location,
  Position,
  Range,
  WorkspaceEdit,
} from 'vscode-languageserver-types';
import type { EditedDocument } from './editedDocument';
import type { LanguageWindow } from './languageWindow';

/** What features may look at beside the document. */
export interface Surroundings {
  readonly window: LanguageWindow;
  /** Of the process that submits. Undefined in a workspace that is not trusted: nothing outside of the text is looked at. */
  readonly environment: NodeJS.ProcessEnv | undefined;
}

export interface Place {
  readonly document: EditedDocument;
  readonly position: Position;
  /** UTF-16 units from the start of the text. */
  readonly offset: number;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** Throws `Failure` where the user must be told why it cannot be. */
export interface LanguageFeature {
  complete?(place: Place, surroundings: Surroundings): Promise<readonly CompletionItem[]>;
  hover?(place: Place, surroundings: Surroundings): Promise<Hover | undefined>;
  definition?(place: Place, surroundings: Surroundings): Promise<readonly DefinitionLink[]>;
  references?(place: Place & { readonly withDeclaration: boolean }): Promise<readonly Location[]>;
  highlights?(place: Place): Promise<readonly DocumentHighlight[]>;
  /** What would be renamed, and its name now. */
  prepareRename?(place: Place): Promise<{ readonly range: Range; readonly placeholder: string } | undefined>;
  rename?(place: Place & { readonly newName: string }): Promise<WorkspaceEdit | undefined>;
  links?(document: EditedDocument, surroundings: Surroundings): Promise<readonly DocumentLink[]>;
  lenses?(document: EditedDocument): Promise<readonly CodeLens[]>;
  /** For the part of the document that is selected, or where the cursor is. */
  actions?(
    document: EditedDocument,
    range: Range,
    surroundings: Surroundings,
    signal: AbortSignal,
  ): Promise<readonly CodeAction[]>;
}
