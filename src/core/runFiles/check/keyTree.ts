/** A syntax tree whose keys are looked up often: of each object that is asked for a key, an index. */
import type { Node } from 'jsonc-parser';
import { properties } from '../jsonTree';
import type { KeyPath } from '../runFileProblem';

export class KeyTree {
  readonly root: Node;
  readonly #values = new WeakMap<Node, ReadonlyMap<string, Node>>();

  constructor(root: Node) {
    this.root = root;
  }

  /** The value; of equal keys the last, as everywhere. */
  find(keyPath: KeyPath): Node | undefined {
    let at: Node | undefined = this.root;
    for (const key of keyPath) at = at && this.#child(at, key);
    return at;
  }

  /** The value, or the nearest around it that is there. */
  findNearest(keyPath: KeyPath): Node {
    let at = this.root;
    for (const key of keyPath) {
      const child = this.#child(at, key);
      if (!child) return at;
      at = child;
    }
    return at;
  }

  #child(node: Node, key: string | number): Node | undefined {
    if (node.type === 'array') return typeof key === 'number' ? node.children?.[key] : undefined;
    if (node.type !== 'object') return undefined;
    let values = this.#values.get(node);
    if (!values) {
      values = new Map(Array.from(properties(node), ([name, , value]) => [name, value]));
      this.#values.set(node, values);
    }
    return values.get(String(key));
  }
}
