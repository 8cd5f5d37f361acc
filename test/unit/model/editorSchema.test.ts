import assert from 'node:assert/strict';
import { Value } from '@sinclair/typebox/value';
import jsonService from 'vscode-json-languageservice';
import { runFileEditorSchema } from '../../../src/model/editorSchema';
import { RunFileSchema } from '../../../src/model/runFile';

/** What VS Code would underline in a run file, with its defaults: trailing commas are warnings unless the schema allows them. */
async function squiggles(text: string): Promise<string[]> {
  const service = jsonService.getLanguageService({
    schemaRequestService: async () => JSON.stringify(runFileEditorSchema()),
  });
  service.configure({ schemas: [{ uri: 'ext://run-file', fileMatch: ['*.run.json'] }] });
  const document = jsonService.TextDocument.create('file:///a.run.json', 'jsonc', 1, text);
  const diagnostics = await service.doValidation(document, service.parseJSONDocument(document), {
    comments: 'ignore',
    trailingCommas: 'warning',
  });
  return diagnostics
    .map(
      ({ range, message }) =>
        `${range.start.line + 1}:${range.start.character + 1} ${typeof message === 'string' ? message : message.value}`,
    )
    .sort();
}

describe('the editor’s schema of run files', () => {
  it('loads in the editor’s JSON service, which completes its keys', async () => {
    const service = jsonService.getLanguageService({});
    const text = '{"command": ["node"], }';
    const document = jsonService.TextDocument.create('file:///a.run.json', 'jsonc', 1, text);
    service.configure({ schemas: [{ uri: 'x://s', fileMatch: ['*.run.json'], schema: runFileEditorSchema() }] });
    const list = await service.doComplete(document, { line: 0, character: 22 }, service.parseJSONDocument(document));
    const keys = list?.items.map(({ label }) => label).sort();
    // All but those that the file has already.
    assert.deepEqual(
      keys,
      Object.keys(RunFileSchema.properties)
        .filter((key) => key !== 'command')
        .sort(),
    );
  });

  it('accepts comments and trailing commas', async () => {
    assert.deepEqual(await squiggles('// why\n{"command": ["node",], /* x */ "tags": ["a",],}'), []);
  });

  it('underlines a mistake at its key', async () => {
    assert.deepEqual(await squiggles('{"command": "node",\n"retrys": 1, "timeout": "soon",\n"tags": ["a", "a"]}'), [
      '1:13 Incorrect type. Expected "array".',
      '2:1 Property retrys is not allowed.',
      '2:25 Write a duration such as "90 min", "24 h" or "5 days", or seconds as a number.',
      '3:9 Array has duplicate items.',
    ]);
  });

  it('agrees with the validator at submission', async () => {
    const files: readonly unknown[] = [
      { command: ['a'] },
      { command: [] },
      { command: ['a'], timeout: '5 min' },
      { command: ['a'], timeout: 'x' },
      { command: ['a'], timeout: -1 },
      { command: ['a'], retries: 1.5 },
      { command: ['a'], name: ' ' },
      { command: ['a'], metadata: { a: { b: [null] } } },
      { command: ['a'], unknown: 1 },
      { command: ['a'], python: 'selected' },
      { command: ['a'], python: 'other' },
      { command: ['a'], python: { venv: '.venv' } },
      { command: ['a'], python: { venv: '.venv', conda: 'x' } },
      { command: ['a'], python: { conda: '' } },
      { command: ['a'], envFile: '.env' },
      { command: ['a'], envFile: ['.env', ''] },
      { command: ['a'], envFile: true },
      [],
    ];
    for (const file of files) {
      const underlined = (await squiggles(JSON.stringify(file))).length > 0;
      assert.equal(Value.Check(RunFileSchema, file), !underlined, JSON.stringify(file));
    }
  });
});
