import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DiagnosticSeverity, type TextEdit } from 'vscode-languageserver-types';
import { diagnose } from '../../../src/language/diagnostics/runFileDiagnostics';
import { EditedDocument } from '../../../src/language/editedDocument';
import { quickFixes } from '../../../src/language/quickFixes';
import { surroundings } from './support/asking';

describe('what is wrong with a run file in the editor', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'sl-wrong-'))));
  after(() => rmSync(folder, { recursive: true }));

  const open = (text: string): EditedDocument => new EditedDocument(`file://${folder}/a.run.json`, text);
  const underlined = async (text: string, environment: NodeJS.ProcessEnv | undefined = process.env) => {
    const document = open(text);
    const found = await diagnose(document, { ...surroundings(), environment });
    return found.map(({ range, severity, code }) => [
      severity === DiagnosticSeverity.Error ? 'error' : 'warning',
      code,
      text.slice(document.lines.offsetAt(range.start), document.lines.offsetAt(range.end)),
    ]);
  };

  it('is nothing in a good file', async () => {
    assert.deepEqual(await underlined('{ "command": ["node"] } // fine'), []);
  });

  it('stands at the program, the folder and the task that are missing, all of them', async () => {
    assert.deepEqual(await underlined('{\n  "command": ["nodee", "x"],\r\n  "cwd": "nowhere" }'), [
      ['error', 'missing-program', '"nodee"'],
      ['error', 'missing-folder', '"nowhere"'],
    ]);
    assert.deepEqual(await underlined('{ "tasks": { "a": { "command": ["nodee"], "dependsOn": "b" } } }'), [
      ['error', 'missing-program', '"nodee"'],
      ['error', 'unknown-task', '"b"'],
    ]);
  });

  it('is left to the schema where that says it, and said beside it', async () => {
    assert.deepEqual(await underlined('{ "command": ["node"], "timeout": "soon", "bogus": 1 }'), []);
    assert.deepEqual(await underlined('{ "command": ["node" '), []);
    assert.deepEqual(await underlined('{ "command": ["node"], "timeout": 0, "bogus": 1 }'), [
      ['error', 'timeout', '0'],
    ]);
    assert.deepEqual(await underlined('{ "command": ["nodee"], "bogus": 1 }'), [
      ['error', 'missing-program', '"nodee"'],
    ]);
  });

  it('is what is run when nothing is, or two things are', async () => {
    assert.deepEqual(await underlined('{ "name": "no command" }'), [['error', 'no-program', '{']]);
    assert.deepEqual(await underlined('{ "command": ["node"], "algorithm": "a" }'), [
      ['error', 'several-programs', '"a"'],
    ]);
  });

  it('is nothing outside of the text where that is not trusted', async () => {
    const document = open('{ "command": ["nodee"] }');
    assert.deepEqual(await diagnose(document, { ...surroundings(), environment: undefined }), []);
  });

  it('is said at the start of a file that is too large', async () => {
    const text = `{ "command": ["node"], "parameters": { "x": "${'x'.repeat(1100 * 1024)}" } }`;
    assert.deepEqual(await underlined(text), [['error', 'too-large', '{']]);
  });

  const fixesAt = async (
    textWithCursor: string,
  ): Promise<(readonly [title: string, text: string, isPreferred: boolean | undefined])[]> => {
    const offset = textWithCursor.indexOf('|');
    const document = open(textWithCursor.replace('|', ''));
    const position = document.lines.positionAt(offset);
    const actions = await quickFixes.actions?.(
      document,
      { start: position, end: position },
      surroundings(),
      new AbortController().signal,
    );
    return (actions ?? []).map(({ title, edit, isPreferred }) => {
      const edits = [...(edit?.changes?.[document.uri] ?? [])].reverse();
      const fixed = edits.reduce((text, one) => applied(document, text, one), document.text);
      return [title, fixed, isPreferred] as const;
    });
  };
  const applied = ({ lines }: EditedDocument, text: string, { range, newText }: TextEdit): string =>
    text.slice(0, lines.offsetAt(range.start)) + newText + text.slice(lines.offsetAt(range.end));

  it('can be mended where the cursor is, and nothing elsewhere', async () => {
    const text = (name: string): string =>
      `{ "tasks": {\n "prepare": { "script": "true" },\n "train": { "script": "true", "dependsOn": "${name}" } } }`;
    const mended = await fixesAt(text('prep|ar'));
    assert.deepEqual(mended[0], ['Change to "prepare"', text('prepare'), true]);
    assert.deepEqual(
      mended.map(([title, , isPreferred]) => [title, isPreferred]),
      [
        ['Change to "prepare"', true],
        ['Remove this dependency', false],
      ],
    );
    assert.deepEqual(await fixesAt(text('prepar').replace('{', '{|')), []);
  });

  it('can be mended where the JSON service has underlined it', async () => {
    const mended = await fixesAt('{ "script": "true",\n  "reti|res": 3 }');
    assert.deepEqual(mended[0], ['Change to "retries"', '{ "script": "true",\n  "retries": 3 }', true]);
  });
});
