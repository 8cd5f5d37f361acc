import assert from 'node:assert/strict';
import { diagnose, knownProblems } from '../../../src/language/diagnostics/runFileDiagnostics';
import { EditedDocument } from '../../../src/language/editedDocument';
import { lensesOf } from '../../../src/language/lenses';
import { RandomEdits } from '../core/runFiles/randomEdits';
import { surroundings } from './support/asking';
import { temporaryFolder } from '../../support/temporaryFolder';

const graph = `{
  "parameters": { "lr": 0.1, "width": 3 },
  "env": { "MODE": "x" },
  "tasks": {
    "a": { "command": ["node", "--version", "\${parameters.lr}"], "retries": 1, "cwd": "." },
    "task-1": { "script": "true", "dependsOn": ["a"], "parameters": { "lr": 1 } },
    "task-2": { "group": [
      { "name": "one", "command": ["node", "\${tasks.a.outputs}", "--output", "out/x.bin"] },
      { "script": "y", "env": { "A": "1" } },
      { "command": ["node", "--output", "out/x.bin"] }
    ] },
    "task-3": { "tasks": {
      "inner": { "command": ["node", "\${tasks.a.outputs}", "\${parameters.width}"] },
      "a": { "command": ["no-such-program"], "inputs": { "x": "missing" } }
    }, "dependsOn": "task-2" },
    "task-4": { "command": ["no-such-program"], "cwd": "nowhere", "timeout": "3 parsecs" },
    "swept": { "command": ["node"], "parameters": { "lr": 2 }, "sweep": { "over": { "parameters.lr": [1, 2] } } },
    "best": { "command": ["node", "\${tasks.swept.best.parameters}"], "parameters": { "n": 12345678901234567890 } },
    "last": { "command": ["node"], "dependsOn": ["task-1", { "task": "task-2", "on": "failed" }] }
  }
}
`;
const withoutSweep = graph.replace(/^.*"swept".*\n/m, '');

describe('the check of a run file that is typed in', () => {
  const folder = temporaryFolder();
  after(() => folder.remove());
  const uri = `file://${folder.join('a.run.json')}`;

  const said = async (document: EditedDocument): Promise<unknown> => {
    const diagnostics = await diagnose(document, surroundings());
    const problems = await knownProblems(document, surroundings());
    const whole = problems.map(({ findFixes, ...problem }) => {
      return { ...(JSON.parse(JSON.stringify(problem)) as object), fixes: findFixes?.() ?? [] };
    });
    return { diagnostics, whole, lenses: lensesOf(document) };
  };

  it('says the very same as a check of the whole text, after each of many edits', async function () {
    this.timeout(120_000);
    let problems = 0;
    for (let seed = 0; seed < 12; seed += 1) {
      const start = seed % 2 === 0 ? graph : withoutSweep;
      const edits = new RandomEdits(seed);
      let document = new EditedDocument(uri, start);
      for (let version = 1; version <= 40; version += 1) {
        await said(document);
        document = new EditedDocument(uri, edits.edit(document.text, start), version, document);
        const [typed, whole] = [await said(document), await said(new EditedDocument(uri, document.text))];
        assert.deepEqual(typed, whole, `seed ${seed}, version ${version}: ${document.text}`);
        problems += (whole as { readonly whole: readonly unknown[] }).whole.length;
      }
    }
    assert.ok(problems > 500, `${problems} problems only`);
  });

  it('leaves its tree to who holds a version while the next is typed', async () => {
    const document = new EditedDocument(uri, graph);
    const { root } = document;
    const offset = root?.children?.at(-1)?.offset;
    await document.hold(async () => {
      const next = new EditedDocument(uri, graph.replace('0.1', '0.125'), 1, document);
      assert.ok(next.root);
      return Promise.resolve();
    });
    assert.equal(document.root, root);
    assert.equal(root?.children?.at(-1)?.offset, offset);
    const next = new EditedDocument(uri, graph.replace('0.1', '0.125'), 2, document);
    assert.equal(next.root?.children?.at(-1)?.offset, (offset ?? 0) + 2);
    // Asked late, it is parsed again.
    assert.equal(document.root?.children?.at(-1)?.offset, offset);
  });
});
