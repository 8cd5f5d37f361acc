/**
 * Which editors follow the end of their document as it grows: those that show it, until one scrolls up or goes elsewhere. What an
 * editor shows is heard of later than its document has grown, so not to show the end now does not mean to have left it.
 */
import { Position, Range, Selection, type TextEditor } from 'vscode';

export class FollowedEnds {
  readonly #following = new WeakSet<TextEditor>();
  /** The last line that was in view. */
  readonly #lastLines = new WeakMap<TextEditor, number>();
  /** Where editors were told to go: until they are there, what they are heard to show is of before. */
  readonly #leaving = new WeakMap<TextEditor, Range>();

  has(editor: TextEditor): boolean {
    return this.#following.has(editor);
  }

  /** It goes to another place. */
  leave(editor: TextEditor, to: Range): void {
    this.#following.delete(editor);
    this.#leaving.set(editor, to);
  }

  /** It shows other lines than before, or it is there for the first time. */
  scrolled(editor: TextEditor): void {
    const { visibleRanges, document } = editor;
    const leaving = this.#leaving.get(editor);
    if (leaving && !visibleRanges.some((range) => range.contains(leaving))) return;
    this.#leaving.delete(editor);
    const last = visibleRanges.at(-1)?.end.line ?? 0;
    // The last line of a log is usually the empty one after its last line feed.
    if (last >= document.lineCount - 2) this.#following.add(editor);
    else if (last < (this.#lastLines.get(editor) ?? 0)) this.#following.delete(editor);
    this.#lastLines.set(editor, last);
  }

  /** Goes to the end with the cursor too: keys and a screen reader go on from there. */
  goTo(editor: TextEditor): void {
    const end = lastPosition(editor);
    editor.selection = new Selection(end, end);
    this.#leaving.delete(editor);
    this.#following.add(editor);
    this.reveal(editor);
  }

  reveal(editor: TextEditor): void {
    const end = lastPosition(editor);
    editor.revealRange(new Range(end, end));
  }
}

const lastPosition = ({ document }: TextEditor): Position => new Position(Math.max(0, document.lineCount - 1), 0);
