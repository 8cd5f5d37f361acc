/** What cannot run `direct`, one program after another in the foreground: whatever runs in parallel, or elsewhere. */
import type { Node } from 'jsonc-parser';
import type { Finding } from './finding';
import { parseJsonTree, properties, withoutByteOrderMark } from './jsonTree';
import { type KeyPath, problemFailure } from './runFileProblem';
import { taskNodes } from './taskWaits';
import { TextLines } from './textLines';

/** Groups and sweeps at any depth, when the file says `direct`. */
export function* checkDirect(root: Node): Generator<Finding> {
  for (const [key, , value] of properties(root))
    if (key === 'direct' && value.value === true) yield* findParallel(root, []);
}

/** For who was told to run a file so that does not say it itself. Throws `InvalidInput` at the first such key. */
export function requireDirect(text: string, path: string): void {
  const plain = withoutByteOrderMark(text);
  const root = parseJsonTree(plain);
  const [first] = root ? findParallel(root, []) : [];
  if (!first) return;
  const { node, mends: _, ...rest } = first;
  throw problemFailure(path, { ...rest, ...new TextLines(plain).placeAt(node.offset), offset: node.offset, length: 1 });
}

const packaged = (node: Node): Finding => ({
  code: 'direct-with-packaging',
  keyPath: ['packaging'],
  node,
  message: '`direct` runs the programs where they are, and `packaging` in a snapshot.',
  hint: 'Leave out one of them.',
  severity: 'error',
});

function* findParallel(node: Node, at: KeyPath): Generator<Finding> {
  if (node.type !== 'object') return;
  for (const [key, keyNode, value] of properties(node)) {
    if (key === 'packaging' && at.length === 0 && value.value === 'git') yield packaged(keyNode);
    if (key !== 'group' && key !== 'sweep') continue;
    const what = key === 'group' ? 'the members of a group run in parallel' : 'the trials of a sweep are queued';
    yield {
      code: 'direct-in-parallel',
      keyPath: [...at, key],
      node: keyNode,
      message: `\`direct\` runs one program after another, and ${what}.`,
      hint: key === 'group' ? 'Use `tasks` instead, or leave out `direct`.' : 'Leave out `direct`.',
      severity: 'error',
    };
  }
  for (const task of taskNodes(node, at)) yield* findParallel(task.node, task.keyPath);
}
