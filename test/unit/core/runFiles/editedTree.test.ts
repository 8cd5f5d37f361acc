import assert from 'node:assert/strict';
import { findNodeAtLocation, type Node } from 'jsonc-parser';
import { treeAfterEdit } from '../../../../src/core/runFiles/editedTree';
import { parseJsonText } from '../../../../src/core/runFiles/jsonTree';
import { RandomEdits } from './randomEdits';

const graph = `// A graph.
{
  "parameters": { "lr": 0.1, "list": [1, 2, [3, 4], {}], "none": {} },
  "tasks": {
    "a": { "command": ["node", "a.mjs"], "retries": 1 },
    /* between */
    "task-1": { "script": "true", "dependsOn": ["a"] }, // behind
    "task-2": { "group": [{ "script": "x" }, { "script": "y", "env": { "A": "1" } },] },
    "last": { "command": ["node"], "dependsOn": ["task-1", { "task": "task-2", "on": "failed" }] },
  }
}
`;

const parsed = (text: string): Node => {
  const { root, isTorn } = parseJsonText(text);
  assert.ok(root && !isTorn, text);
  return root;
};

describe('the tree of a text after an edit', () => {
  it('is the tree of the whole text, whatever is typed', () => {
    let taken = 0;
    for (let seed = 0; seed < 150; seed += 1) {
      const edits = new RandomEdits(seed);
      let before = { text: graph, root: parsed(graph) };
      let text = graph;
      for (let step = 0; step < 60; step += 1) {
        text = edits.edit(text, graph);
        const whole = parseJsonText(text);
        const root = treeAfterEdit(before, text);
        if (root) {
          taken += 1;
          assert.ok(!whole.isTorn, `seed ${seed}, step ${step}: ${text}`);
          assert.deepEqual(root, whole.root, `seed ${seed}, step ${step}: ${text}`);
          before = { text, root };
        } else if (whole.root && !whole.isTorn) before = { text, root: whole.root };
      }
    }
    assert.ok(taken > 1000, `${taken} edits only`);
  });

  it('keeps the nodes that the edit does not touch, and no node whose text has changed', () => {
    const root = parsed(graph);
    const task = (tree: Node, name: string): Node | undefined => findNodeAtLocation(tree, ['tasks', name]);
    const [a, second, last] = [task(root, 'a'), task(root, 'task-1'), task(root, 'last')];
    const after = treeAfterEdit({ text: graph, root }, graph.replace('"true"', '"truest"'));
    assert.ok(after);
    assert.equal(task(after, 'a'), a);
    assert.equal(task(after, 'last'), last);
    assert.notEqual(task(after, 'task-1'), second);
    assert.notEqual(findNodeAtLocation(after, ['tasks']), findNodeAtLocation(root, ['tasks']));
    assert.notEqual(after, root);
  });

  it('is not made of a text that is none, nor of one that nests too deeply', () => {
    const before = { text: graph, root: parsed(graph) };
    assert.equal(treeAfterEdit(before, graph.replace('"true"', '"true')), undefined);
    assert.equal(treeAfterEdit(before, graph.replace('"true"', '['.repeat(199) + ']'.repeat(199))), undefined);
    assert.deepEqual(before.root, parsed(graph));
  });
});
