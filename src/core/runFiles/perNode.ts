/**
 * What is made of the text of a node alone is made once, as long as the node is there: a tree after an edit keeps the nodes
 * that the edit does not touch (`editedTree.ts`). They move, and what they stand in changes; so what is kept has no offset in
 * it, and no path.
 */
import type { Node } from 'jsonc-parser';

export function perNode<T>(make: (node: Node) => T): (node: Node) => T {
  const known = new WeakMap<Node, { readonly made: T }>();
  return (node) => {
    let entry = known.get(node);
    if (!entry) known.set(node, (entry = { made: make(node) }));
    return entry.made;
  };
}
