/** A JSON file of ours as it stands in an editor: its text, its lines and its syntax tree, parsed once per version. */
import { findNodeAtOffset, getLocation, getNodePath, type Location, type Node } from 'jsonc-parser';
import { fileURLToPath } from 'node:url';
import type { Position, Range } from 'vscode-languageserver-types';
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

  constructor(uri: string, text: string, version = 0) {
    this.uri = uri;
    this.version = version;
    this.text = text;
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
    this.#parsed ??= parseJsonText(this.text);
    return this.#parsed;
  }

  /** The innermost node at a place; a place right behind a node still belongs to it. */
  nodeAt(position: Position): Node | undefined {
    return this.root && findNodeAtOffset(this.root, this.lines.offsetAt(position), true);
  }

  /** What is written at an offset; nowhere in a text that nests too deeply. */
  locationAt(offset: number): Location {
    if (this.parsed.tooDeepAt === undefined) return getLocation(this.text, offset);
    return { path: [], isAtPropertyKey: false, matches: () => false };
  }

  /** The keys on the way to a node; of a property's name the path of the property. */
  keyPathOf(node: Node): KeyPath {
    return getNodePath(node);
  }

  rangeOf({ offset, length }: Pick<Node, 'offset' | 'length'>): Range {
    return { start: this.lines.positionAt(offset), end: this.lines.positionAt(offset + length) };
  }
}
