import assert from 'node:assert/strict';
import { Failure } from '../../../../src/base/failure';
import { renameAt, renamedAt } from '../../../../src/language/navigation/rename';
import { marked } from './markedDocument';

/** The text after all edits. */
function renamed(text: string, newName: string): string {
  const { document, offset } = marked(text);
  const edits = renameAt(document, offset, newName)?.changes?.[document.uri] ?? [];
  return edits.toReversed().reduce((changed, { range: { start, end }, newText }) => {
    const { lines } = document;
    return changed.slice(0, lines.offsetAt(start)) + newText + changed.slice(lines.offsetAt(end));
  }, document.text);
}

function refusal(text: string, newName: string): string {
  try {
    return renamed(text, newName);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.message;
  }
}

describe('renaming in a run file', () => {
  it('starts with the name as it is read, and the place as it is written', () => {
    const { document, offset } = marked(
      String.raw`{ "tasks": { "a": { "cwd": "\t${'$'}{tasks.§b\u0021.outputs}" }, "b!": {} } }`,
    );
    const found = renamedAt(document, offset);
    assert.equal(found?.placeholder, 'b!');
    assert.equal(document.lines.getText(found.range), String.raw`b\u0021`);
  });

  it('renames a task with everything that refers to it, and nothing else', () => {
    assert.equal(
      renamed(
        '{ "tasks": { "§a": { "command": ["a"] }, "b": { "dependsOn": ["a"], "command": ["a", "${tasks.a.outputs}/${tasks.a.outputs}"], "tags": ["a"] } } }',
        'first "one"',
      ),
      String.raw`{ "tasks": { "first \"one\"": { "command": ["a"] }, "b": { "dependsOn": ["first \"one\""], "command": ["a", "${'$'}{tasks.first \"one\".outputs}/${'$'}{tasks.first \"one\".outputs}"], "tags": ["a"] } } }`,
    );
  });

  it('renames parts of a parameter’s path where they are written', () => {
    assert.equal(
      renamed(
        '{ "parameters": { "model": { "width": 1 } }, "command": ["${parameters.§model.width}"], "sweep": { "over": { "parameters.model.width": [1] } } }',
        'net',
      ),
      '{ "parameters": { "net": { "width": 1 } }, "command": ["${parameters.net.width}"], "sweep": { "over": { "parameters.net.width": [1] } } }',
    );
  });

  it('renames an input', () => {
    assert.equal(
      renamed('{ "inputs": { "§mesh": "m" }, "command": ["x", "${inputs.mesh}"] }', 'grid-2'),
      '{ "inputs": { "grid-2": "m" }, "command": ["x", "${inputs.grid-2}"] }',
    );
  });

  it('changes nothing where the name stays', () => {
    const text = '{ "tasks": { "§a": {} } }';
    assert.equal(renamed(text, 'a'), text.replace('§', ''));
  });

  it('is not for what is no name of this file', () => {
    for (const text of [
      '{ "com§mand": ["a"] }',
      '{ "tasks": { "a": { "dependsOn": "§b" } } }',
      '{ "name": "§x" }',
      '§',
      '{ "algorithm": "§a" }',
    ]) {
      const { document, offset } = marked(text);
      assert.deepEqual([renamedAt(document, offset), renameAt(document, offset, 'c')], [undefined, undefined], text);
    }
  });

  it('is refused for what is named only here', () => {
    assert.equal(
      refusal('{ "algorithm": "x", "command": ["${parameters.§lr}"] }', 'c'),
      'The parameter lr is not set in this file.',
    );
    assert.equal(
      refusal('{ "group": [{ "cwd": "${tasks.§member-2.outputs}" }, {}] }', 'c'),
      'member-2 is what a member without a name is called.',
    );
  });

  it('refuses a name that another one beside it has', () => {
    assert.equal(refusal('{ "tasks": { "§a": {}, "b": {} } }', 'b'), 'There is a task b already.');
    assert.equal(refusal('{ "group": [{ "name": "§a" }, {}] }', 'member-2'), 'There is a task member-2 already.');
    assert.equal(refusal('{ "inputs": { "§a": "x", "b": "y" } }', 'b'), 'There is an input b already.');
    assert.equal(refusal('{ "parameters": { "§a": 1, "b": 2 } }', 'b'), 'There is a parameter b already.');
    assert.equal(
      refusal('{ "parameters": { "§a": 1 }, "tasks": { "t": { "parameters": { "b": 2 } } } }', 'b'),
      'There is a parameter b already.',
    );
    assert.equal(
      refusal('{ "parameters": { "b": 1 }, "tasks": { "t": { "parameters": { "§a": 2 } } } }', 'b'),
      'There is a parameter b already.',
    );
  });

  it('refuses a name that would mean another task in some text', () => {
    assert.equal(
      refusal('{ "tasks": { "§a": {}, "g": { "tasks": { "b": {}, "c": { "cwd": "${tasks.a.outputs}" } } } } }', 'b'),
      'The task c refers to a task that would be called b, and there is a nearer one of that name.',
    );
    assert.equal(
      refusal('{ "tasks": { "a": {}, "g": { "tasks": { "§b": {}, "c": { "cwd": "${tasks.a.outputs}" } } } } }', 'a'),
      'The task c refers to a task that would be called a, and it means one further out now.',
    );
    assert.equal(
      refusal('{ "tasks": { "a": {}, "g": { "tasks": { "§b": {}, "c": { "dependsOn": "b" } } } } }', 'a'),
      '{ "tasks": { "a": {}, "g": { "tasks": { "a": {}, "c": { "dependsOn": "a" } } } } }',
    );
  });

  it('refuses what cannot be a name', () => {
    assert.equal(refusal('{ "tasks": { "§a": {} } }', ' '), 'A name has at least one visible character.');
    assert.equal(refusal('{ "tasks": { "§a": {} } }', 'x'.repeat(201)), 'A name of a task has at most 200 characters.');
    assert.equal(refusal('{ "inputs": { "§a": "x" } }', '1 b'), '"1 b" is no name of an input.');
    assert.equal(refusal('{ "parameters": { "§a": 1 } }', 'b.c'), 'A name of a parameter has no point in it.');
    assert.equal(
      refusal('{ "tasks": { "§a": {}, "b": { "cwd": "${tasks.a.outputs}" } } }', '{x}'),
      '${…} cannot refer to "{x}", and there are such references.',
    );
    assert.equal(refusal('{ "tasks": { "§a": {} } }', '{x}'), '{ "tasks": { "{x}": {} } }');
  });
});
