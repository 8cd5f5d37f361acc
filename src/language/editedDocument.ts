/**
 * A JSON file of ours as it stands in an editor: its text, its lines and its syntax tree. A version takes over the tree of
 * the one before, and parses what has changed; whoever looks at that one still keeps its tree by holding it.
 */
import { findNodeAtOffset, getLocation, getNodePath, type Location, type Node } from 'jsonc-parser';
import { fileURLToPath } from 'node:url';
import type { Position, Range } from 'vscode-languageserver-types';
import { treeAfterEdit, type WholeText } from '../core/runFiles/editedTree';
import { type ParsedText, parseJsonText } from '../core/runFiles/jsonTree';
import type { KeyPath } from '../core/runFiles/runFileProblem';
import { TextLines } from '../core/runFiles/textLines';

export class EditedDocument {
  readonly uri: string;
  /** Grows with each change. */
  readonly version: number;
  readonly text: string;
  #lines: TextLines | undefined;
  #parsed: ParsedText | undefined;
  /** The last text before that was JSON. */
  #before: WholeText | undefined;
  #holders = 0;
  #location: { readonly offset: number; readonly found: Location } | undefined;

  constructor(uri: string, text: string, version = 0, before?: EditedDocument) {
    this.uri = uri;
    this.version = version;
    this.text = text;
    this.#before = before && before.#handOver();
  }

  /** Nodes that somebody has got stay as they are until the end of `work`, whatever is typed meanwhile. */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    this.#holders += 1;
    try {
      return await work();
    } finally {
      this.#holders -= 1;
    }
  }

  /** Whoever asks for the tree of an older version gets another one. */
  #handOver(): WholeText | undefined {
    if (this.#holders > 0) return undefined;
    const root = this.#parsed?.isTorn === false ? this.#parsed.root : undefined;
    const whole = root ? { text: this.text, root } : this.#before;
    this.#before = undefined;
    if (root) this.#parsed = undefined;
    return whole;
  }

  /** Absolute path, that of an unsaved document where it will be saved; undefined for one that has no place yet. */
  get path(): string | undefined {
    const uri = this.uri.replace(/^untitled:(?=\/)/, 'file:');
    return uri.startsWith('file:') ? fileURLToPath(uri) : undefined;
  }

  get lines(): TextLines {
    this.#lines ??= new TextLines(this.text, this.path ?? this.uri);
    return this.#lines;
  }

  /** As far as it can be made out while somebody types; undefined for a text without any value. */
  get root(): Node | undefined {
    return this.parsed.root;
  }

  /** Nothing had to be made out: it is JSON, comments and trailing commas aside. */
  get isWhole(): boolean {
    return !this.parsed.isTorn;
  }

  get parsed(): ParsedText {
    if (!this.#parsed) {
      const root = this.#before && treeAfterEdit(this.#before, this.text);
      this.#parsed = root ? { root, isTorn: false } : parseJsonText(this.text);
      // What comes after a text that is no JSON is often JSON again.
      if (!this.#parsed.isTorn) this.#before = undefined;
    }
    return this.#parsed;
  }

  /** The innermost node at a place; a place right behind a node still belongs to it. */
  nodeAt(position: Position): Node | undefined {
    return this.root && findNodeAtOffset(this.root, this.lines.offsetAt(position), true);
  }

  /** What is written at an offset; nowhere in a text that nests too deeply. */
  locationAt(offset: number): Location {
    // Several features ask for the same.
    if (this.#location?.offset !== offset) this.#location = { offset, found: this.#findLocation(offset) };
    return this.#location.found;
  }

  #findLocation(offset: number): Location {
    const { tooDeepAt, isTorn, root } = this.parsed;
    if (tooDeepAt !== undefined) return { path: [], isAtPropertyKey: false, matches: () => false };
    const container = isTorn ? undefined : root && innermostContainer(root, offset);
    if (!container) return getLocation(this.text, offset);
    // All of a long text before it would be read.
    const { path, previousNode, ...found } = getLocation(this.text.slice(container.offset), offset - container.offset);
    return {
      ...found,
      path: [...getNodePath(container), ...path],
      ...(previousNode ? { previousNode: { ...previousNode, offset: previousNode.offset + container.offset } } : {}),
    };
  }

  /** The keys on the way to a node; of a property's name the path of the property. */
  keyPathOf(node: Node): KeyPath {
    return getNodePath(node);
  }

  rangeOf({ offset, length }: Pick<Node, 'offset' | 'length'>): Range {
    return { start: this.lines.positionAt(offset), end: this.lines.positionAt(offset + length) };
  }
}

/** The object or list within whose brackets an offset is. */
function innermostContainer(root: Node, offset: number): Node | undefined {
  const holds = (node: Node): boolean => node.offset < offset && offset < node.offset + node.length;
  let found: Node | undefined;
  for (let at: Node | undefined = root; at && holds(at); at = at.children?.find(holds)) {
    if (at.type === 'object' || at.type === 'array') found = at;
  }
  return found;
}
