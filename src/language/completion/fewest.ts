/**
 * Of thousands of names the likeliest, as long as little of them is typed: an editor that is given all of them is slow with
 * each key.
 */
import type { CompletionItem, CompletionList, Position } from 'vscode-languageserver-types';
import type { EditedDocument } from '../editedDocument';

const mostOffered = 200;

/** All of them, or the first that fit to what is typed; then the editor asks again when more is. */
export function fewest(items: CompletionItem[], document: EditedDocument, position: Position): CompletionList {
  if (items.length <= mostOffered) return { isIncomplete: false, items };
  const offset = document.lines.offsetAt(position);
  const ranked = items.flatMap((item) => {
    const start = startOf(item);
    const typed = start ? document.text.slice(document.lines.offsetAt(start), offset) : '';
    const rank = rankOf(item.filterText ?? item.label, typed);
    return rank === undefined ? [] : [{ item, rank }];
  });
  // Equals stay in their order.
  ranked.sort((a, b) => a.rank - b.rank);
  return { isIncomplete: true, items: ranked.slice(0, mostOffered).map(({ item }) => item) };
}

const startOf = ({ textEdit }: CompletionItem): Position | undefined =>
  textEdit && ('range' in textEdit ? textEdit.range : textEdit.replace).start;

/** What begins with it, has it, or has its letters in their order. */
function rankOf(text: string, typed: string): number | undefined {
  const [all, part] = [text.toLowerCase(), typed.toLowerCase()];
  if (all.startsWith(part)) return 0;
  if (all.includes(part.replace(/^"|"$/g, ''))) return 1;
  let at = -1;
  for (const letter of part) {
    at = all.indexOf(letter, at + 1);
    if (at < 0) return undefined;
  }
  return 2;
}
