/** Names as completions of a text of JSON: quotes included, so that what stands there is replaced whole. */
import { type CompletionItem, CompletionItemKind } from 'vscode-languageserver-types';
import type { EditedDocument } from '../editedDocument';

export interface NameToOffer {
  readonly name: string;
  /** Beside the name. */
  readonly detail?: string;
  readonly documentation?: string;
}

/** In the order given. */
export function nameItems(
  document: EditedDocument,
  range: { readonly offset: number; readonly length: number },
  names: readonly NameToOffer[],
): CompletionItem[] {
  return names.map(({ name, detail, documentation }, index): CompletionItem => {
    const newText = JSON.stringify(name);
    return {
      label: newText,
      kind: CompletionItemKind.Value,
      ...(detail === undefined ? {} : { detail }),
      ...(documentation === undefined ? {} : { documentation }),
      // What stands there, its quotes included, is what is filtered by and replaced.
      filterText: newText,
      sortText: String(index).padStart(5, '0'),
      textEdit: { range: document.rangeOf(range), newText },
    };
  });
}
