import assert from 'node:assert/strict';
import jsonService from 'vscode-json-languageservice';
import { diagnoseRunFile } from '../../../src/core/runFiles/readRunFile';
import { runFileEditorSchema } from '../../../src/model/editorSchema';
import { keySnippets, wholeFileSnippets } from '../../../src/model/runFileSnippets';

/** What the editor's JSON service offers at `|`, and inserts. */
async function offered(textWithCursor: string): Promise<ReadonlyMap<string, string>> {
  const at = textWithCursor.indexOf('|');
  const text = textWithCursor.slice(0, at) + textWithCursor.slice(at + 1);
  const service = jsonService.getLanguageService({});
  service.configure({ schemas: [{ uri: 'x://s', fileMatch: ['*.run.json'], schema: runFileEditorSchema() }] });
  const document = jsonService.TextDocument.create('file:///a.run.json', 'jsonc', 1, text);
  const list = await service.doComplete(document, document.positionAt(at), service.parseJSONDocument(document));
  return new Map(list?.items.map(({ label, textEdit, insertText }) => [label, textEdit?.newText ?? insertText ?? '']));
}

/** With the values that stand at the places to fill in, as VS Code inserts a snippet. */
const filled = (snippet: string): string => {
  const values = new Map<string, string>();
  return snippet
    .replaceAll(
      /(?<!\\)\$\{(\d+)(?::([^{}]*)|\|([^{}|]*)\|)\}/g,
      (_, number: string, value?: string, choices?: string) => {
        const known = values.get(number) ?? value ?? choices?.split(',')[0] ?? '';
        values.set(number, known);
        return known;
      },
    )
    .replaceAll('\\$', '$');
};

describe('the snippets of run files', () => {
  it('offer whole files where there is nothing yet, each without a mistake', async () => {
    const found = await offered('|');
    assert.deepEqual(
      wholeFileSnippets.map(({ label }) => label).filter((label) => !found.has(label)),
      [],
    );
    for (const { label } of wholeFileSnippets) {
      const text = filled(found.get(label) ?? '');
      assert.deepEqual(await diagnoseRunFile(text, 'a.run.json'), [], `${label}\n${text}`);
    }
    assert.match(filled(found.get('Run a Python program') ?? ''), /"\$\{parameters:flags\}"/);
  });

  it('offer values of keys, each without a mistake', async () => {
    const parameters = '"parameters": { "lr": 1 }';
    for (const [key, snippets] of Object.entries(keySnippets)) {
      const program = key === 'tasks' ? '' : '"command": ["node"], ';
      const found = await offered(`{ ${program}${parameters}, "${key}": | }`);
      for (const { label, body } of snippets) {
        assert.ok(found.has(label), `${key}: ${label}`);
        const value = filled(found.get(label) ?? '');
        const isOfTask = JSON.stringify(body).includes('tasks.');
        const own = `{ ${program}${parameters}, "${key}": ${value} }`;
        const text = isOfTask ? `{ "tasks": { "prepare": { "command": ["a"] }, "b": ${own} } }` : own;
        assert.deepEqual(await diagnoseRunFile(text, 'a.run.json'), [], `${key}: ${label}\n${text}`);
      }
    }
  });

  it('are offered within tasks too', async () => {
    const found = await offered('{ "tasks": { "a": { "command": ["a"], "sweep": | } } }');
    assert.ok(found.has('All combinations'), [...found.keys()].join());
  });
});
