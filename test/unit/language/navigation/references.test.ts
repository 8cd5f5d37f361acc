import assert from 'node:assert/strict';
import { highlightsAt, referencesAt } from '../../../../src/language/navigation/references';
import { NavigationIndex } from '../../../../src/language/navigation/navigationIndex';
import { EditedDocument } from '../../../../src/language/editedDocument';
import { marked, withRanges } from './markedDocument';

/** The text with all places of what is named at `§` in guillemets. */
const all = (text: string): string => {
  const { document, offset } = marked(text);
  const found = referencesAt(document, offset, true);
  assert.ok(found.every(({ uri }) => uri === document.uri));
  return withRanges(
    document,
    found.map(({ range }) => range),
  );
};

describe('references in a run file', () => {
  it('of a task are its key, dependencies of both forms, and texts', () => {
    assert.equal(
      all(`{ "tasks": {
        "prepare": { "command": ["a"] },
        "other": { "dependsOn": "pre§pare", "command": ["prepare"] },
        "train": {
          "dependsOn": ["other", { "task": "prepare", "on": "finished" }],
          "command": ["x", "--data=\${tasks.prepare.outputs}/a:\${tasks.prepare.outputs}", "$\${tasks.prepare.outputs}"],
          "env": { "A": "\${tasks.prepare.outputs}" },
          "inputs": { "d": ["\${tasks.prepare.outputs}/x"] },
          "parameters": { "prepare": "\${tasks.prepare.best.parameters.lr}", "other": "\${parameters.prepare}" },
          "script": "\${tasks.prepare.outputs}"
        } } }`),
      `{ "tasks": {
        "«prepare»": { "command": ["a"] },
        "other": { "dependsOn": "«prepare»", "command": ["prepare"] },
        "train": {
          "dependsOn": ["other", { "task": "«prepare»", "on": "finished" }],
          "command": ["x", "--data=\${tasks.«prepare».outputs}/a:\${tasks.«prepare».outputs}", "$\${tasks.prepare.outputs}"],
          "env": { "A": "\${tasks.«prepare».outputs}" },
          "inputs": { "d": ["\${tasks.«prepare».outputs}/x"] },
          "parameters": { "prepare": "\${tasks.«prepare».best.parameters.lr}", "other": "\${parameters.prepare}" },
          "script": "\${tasks.prepare.outputs}"
        } } }`,
    );
  });

  it('are those of the nearest task of a name, and dependencies are on siblings', () => {
    const text = (a: string, b: string): string => `{ "tasks": {
        "a": { "tasks": {
          "x": { "command": ["1"] },
          "y": { "command": ["\${tasks.${a}x${b}.outputs}"], "dependsOn": "x" },
          "z": { "tasks": { "w": { "command": ["\${tasks.x.outputs}"], "dependsOn": "x" } } } } },
        "b": { "command": ["\${tasks.x.outputs}"], "dependsOn": "x" },
        "x": { "command": ["2"] } } }`;
    assert.equal(
      all(text('§', '')),
      `{ "tasks": {
        "a": { "tasks": {
          "«x»": { "command": ["1"] },
          "y": { "command": ["\${tasks.«x».outputs}"], "dependsOn": "«x»" },
          "z": { "tasks": { "w": { "command": ["\${tasks.«x».outputs}"], "dependsOn": "x" } } } } },
        "b": { "command": ["\${tasks.x.outputs}"], "dependsOn": "x" },
        "x": { "command": ["2"] } } }`,
    );
  });

  it('of a member of a group are its name and texts', () => {
    assert.equal(
      all('{ "group": [{ "name": "§a", "command": ["1"] }, { "name": "b", "command": ["${tasks.a.outputs}"] }] }'),
      '{ "group": [{ "name": "«a»", "command": ["1"] }, { "name": "b", "command": ["${tasks.«a».outputs}"] }] }',
    );
  });

  it('are found where texts and keys are written with escapes', () => {
    assert.equal(
      all(String.raw`{ "tasks": { "a\u0062\n": { "command": [1] }, "c": { "dependsOn": "§ab\n",
        "command": ["\"\u007b\t${'$'}{tasks.a\u0062\n.outputs}\"\\${'$'}{tasks.\u0061b\u000A.outputs}"] } } }`),
      String.raw`{ "tasks": { "«a\u0062\n»": { "command": [1] }, "c": { "dependsOn": "«ab\n»",
        "command": ["\"\u007b\t${'$'}{tasks.«a\u0062\n».outputs}\"\\${'$'}{tasks.«\u0061b\u000A».outputs}"] } } }`,
    );
  });

  it('of a parameter are its keys in all tasks that take it over, texts, and what sweeps vary', () => {
    assert.equal(
      all(`{ "parameters": { "lr": 1, "model": { "lr": 2 } },
        "sweep": { "over": { "parameters.lr": [1] }, "zip": [["parameters.lr"]], "trials": [{ "parameters.lr": 2 }] },
        "tasks": {
          "a": { "command": ["\${parameters.l§r}", "\${parameters.model.lr}", "\${parameters:flags}"] },
          "b": { "parameters": { "lr": 3 }, "env": { "LR": "\${parameters.lr}" } },
          "c": { "command": ["\${tasks.b.best.parameters.lr}"], "parameters": { "x": "\${parameters.lr}" } } } }`),
      `{ "parameters": { "«lr»": 1, "model": { "lr": 2 } },
        "sweep": { "over": { "parameters.«lr»": [1] }, "zip": [["parameters.«lr»"]], "trials": [{ "parameters.«lr»": 2 }] },
        "tasks": {
          "a": { "command": ["\${parameters.«lr»}", "\${parameters.model.lr}", "\${parameters:flags}"] },
          "b": { "parameters": { "«lr»": 3 }, "env": { "LR": "\${parameters.«lr»}" } },
          "c": { "command": ["\${tasks.b.best.parameters.«lr»}"], "parameters": { "x": "\${parameters.lr}" } } } }`,
    );
  });

  it('of a parameter that tasks set by themselves are those of one task', () => {
    assert.equal(
      all(`{ "tasks": {
        "a": { "parameters": { "§lr": 1 }, "command": ["\${parameters.lr}"] },
        "b": { "parameters": { "lr": 1 }, "command": ["\${parameters.lr}"] } } }`),
      `{ "tasks": {
        "a": { "parameters": { "«lr»": 1 }, "command": ["\${parameters.«lr»}"] },
        "b": { "parameters": { "lr": 1 }, "command": ["\${parameters.lr}"] } } }`,
    );
  });

  it('tell the parts of a path apart, those with points in their names too', () => {
    const text = (mark: (name: string) => string, a: string): string =>
      `{ "parameters": { "${mark('model')}": { "width": 1, "in.depth": 2 } }, "command":
        ["\${parameters.${a}${mark('model')}.width}", "\${parameters.${mark('model')}.in.depth}"] }`;
    assert.equal(
      all(text((name) => name, '§')),
      text((name) => `«${name}»`, ''),
    );
    assert.equal(
      all('{ "parameters": { "model": { "in.depth": 2 } }, "command": ["${parameters.model.in.§depth}"] }'),
      '{ "parameters": { "model": { "«in.depth»": 2 } }, "command": ["${parameters.model.«in.depth»}"] }',
    );
  });

  it('of what only a sweep sets begin there', () => {
    const text = `{ "command": ["\${parameters.lr}"], "sweep": { "over": { "parameters.§lr": [1, 2] } } }`;
    const { document, offset } = marked(text);
    assert.deepEqual(
      highlightsAt(document, offset).map(({ kind }) => kind),
      [2, 3],
    );
    assert.equal(referencesAt(document, offset, false).length, 1);
  });

  it('of an input are those of its own run or task', () => {
    assert.equal(
      all(`{ "inputs": { "mesh": "a" }, "tasks": {
        "a": { "inputs": { "mesh": "b", "o": "\${inputs.mesh}" }, "command": ["\${inputs.§mesh}"], "sweep": { "over": { "inputs.mesh": ["c"] } } },
        "b": { "command": ["\${inputs.mesh}"] } } }`),
      `{ "inputs": { "mesh": "a" }, "tasks": {
        "a": { "inputs": { "«mesh»": "b", "o": "\${inputs.mesh}" }, "command": ["\${inputs.«mesh»}"], "sweep": { "over": { "inputs.«mesh»": ["c"] } } },
        "b": { "command": ["\${inputs.mesh}"] } } }`,
    );
  });

  it('reach tasks from the parameters of the run, which they take over', () => {
    assert.equal(
      all('{ "parameters": { "d": "${tasks.§a.outputs}" }, "tasks": { "a": { "command": ["x"] } } }'),
      '{ "parameters": { "d": "${tasks.«a».outputs}" }, "tasks": { "«a»": { "command": ["x"] } } }',
    );
  });

  it('are none where nothing is named, nor of names that nobody has', () => {
    const nowhere = [
      '{ "command": ["no§de"] }',
      '{ "tasks": { "a": { "dependsOn": "§b", "command": ["x"] } } }',
      '{ "tasks": { "a": { "command": ["${tasks.§b.outputs}"] } } }',
      '{ "parameters": { "t": { "tasks": { "§": 1 } } } }',
      '[§]',
      '§',
      '{ "tasks": §',
      '{ "command": ["${inputs.§x}"] }',
      '{ "dependsOn": ["§a"], "tasks": { "a": {} } }',
    ];
    for (const text of nowhere) {
      const { document, offset } = marked(text);
      const names = referencesAt(document, offset, true).map(({ range }) => document.lines.getText(range));
      assert.deepEqual(names, text.includes('"§"') || text.includes('{ "§') ? [''] : [], text);
    }
  });

  it('are found in what is half written', () => {
    assert.equal(
      all('{ "tasks": { "a": { "command": ["x"] }, "b": { "dependsOn": ["§a", ], "command": ["${tasks.a.outputs}'),
      '{ "tasks": { "«a»": { "command": ["x"] }, "b": { "dependsOn": ["«a»", ], "command": ["${tasks.«a».outputs}',
    );
  });

  it('are looked for once in each version of a file', () => {
    const document = new EditedDocument('file:///w/a.run.json', '{}');
    assert.equal(NavigationIndex.of(document), NavigationIndex.of(document));
  });
});
