/** The documents that are open, as they are by now. */
import type { TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { EditedDocument } from './editedDocument';

export class OpenDocuments {
  readonly #documents: TextDocuments<TextDocument>;
  readonly #parsed = new WeakMap<TextDocument, EditedDocument>();

  constructor(documents: TextDocuments<TextDocument>) {
    this.#documents = documents;
  }

  /** Undefined when it was closed meanwhile. */
  find(uri: string): EditedDocument | undefined {
    const document = this.#documents.get(uri);
    if (!document) return undefined;
    // One object per open document, whatever its version.
    const known = this.#parsed.get(document);
    if (known?.version === document.version) return known;
    const parsed = new EditedDocument(uri, document.getText(), document.version, known);
    this.#parsed.set(document, parsed);
    return parsed;
  }
}
