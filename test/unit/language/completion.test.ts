import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { choose, complete, hover } from './support/asking';

describe('what is completed in a run file', () => {
  let folder: string;
  let file: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'sl-language-'));
    file = path.join(folder, 'a.run.json');
    const described = (kind: string, name: string, content: unknown): void => {
      mkdirSync(path.join(folder, '.sidelab', kind), { recursive: true });
      writeFileSync(path.join(folder, '.sidelab', kind, name), JSON.stringify(content));
    };
    const anneal = {
      name: 'anneal',
      command: ['node', 'anneal.mjs'],
      description: 'Cools slowly.',
      parameters: {
        type: 'object',
        required: ['lr'],
        properties: {
          lr: { type: 'number', exclusiveMinimum: 0, description: 'Size of a *step*.' },
          schedule: { enum: ['linear', 'cosine'], default: 'cosine' },
          model: { $ref: '#/definitions/model' },
        },
        definitions: { model: { type: 'object', properties: { width: { type: 'integer', default: 64 } } } },
      },
    };
    described('algorithms', 'anneal.json', { ...anneal, version: '1.2.0' });
    described('algorithms', 'anneal-old.json', { ...anneal, version: '1.10.0' });
    described('algorithms', 'other.json', { name: 'other', version: '1', command: ['node'], parameters: {} });
    described('plugins', 'trace.json', { name: 'trace', executor: { env: { TRACE: '1' } } });
    writeFileSync(path.join(folder, '.sidelab', 'compute.json'), JSON.stringify({ small: { cpus: 2 } }));
  });
  after(() => rmSync(folder, { recursive: true }));

  const labels = async (text: string, answers = {}): Promise<string[]> =>
    (await complete(text, { path: file, answers })).map(({ label }) => label);

  it('algorithms by name, with the highest version, and the versions of the one that is named', async () => {
    const items = await complete('{ "algorithm": "|" }', { path: file });
    assert.deepEqual(
      items.map(({ label, detail }) => [label, detail]),
      [
        ['"anneal"', '1.10.0'],
        ['"other"', '1'],
      ],
    );
    assert.deepEqual(await labels('{ "algorithm": "anneal", "version": | }'), ['"1.10.0"', '"1.2.0"']);
    assert.deepEqual(await labels('{ "algorithm": "unknown", "version": "|" }'), []);
  });

  it('replaces the text that stands there whole', async () => {
    const text = '{ "algorithm": "ann|xx" }';
    const [item] = await complete(text, { path: file });
    assert.ok(item);
    assert.equal(choose(text, item), '{ "algorithm": "anneal" }');
  });

  it('computes and plugins by name', async () => {
    assert.deepEqual(await labels('{ "compute": "|" }'), ['"small"']);
    assert.deepEqual(await labels('{ "tasks": { "a": { "compute": | } } }'), ['"small"']);
    assert.deepEqual(await labels('{ "plugins": ["|"] }'), ['"trace"']);
    assert.deepEqual(await labels('{ "plugins": [{ "name": "|" }] }'), ['"trace"']);
    assert.deepEqual(await labels('{ "parameters": { "compute": "|" } }'), []);
  });

  it('a parameter’s name and its values, by the algorithm that is named beside it, also of a task', async () => {
    const names = await labels('{ "algorithm": "anneal", "parameters": { | } }');
    assert.deepEqual(names.sort(), ['lr', 'model', 'schedule']);
    assert.deepEqual(await labels('{ "algorithm": "anneal", "parameters": { "schedule": | } }'), [
      '"linear"',
      '"cosine"',
    ]);
    const inTask = '{ "tasks": { "a": { "algorithm": "anneal", "parameters": { "lr": 1, "model": { | } } } } }';
    assert.deepEqual(await labels(inTask), ['width']);
    const inGroup = '{ "group": [{}, { "algorithm": "anneal", "parameters": { "model": { | } } }] }';
    assert.deepEqual(await labels(inGroup), ['width']);
    assert.deepEqual(await labels('{ "algorithm": "other", "parameters": { | } }'), []);
  });

  it('what a sweep may vary', async () => {
    const text = '{ "algorithm": "anneal", "parameters": { "seed": 3 }, "sweep": { "over": { "|" } } }';
    assert.deepEqual((await labels(text)).sort(), [
      '"parameters.lr"',
      '"parameters.model.width"',
      '"parameters.schedule"',
      '"parameters.seed"',
    ]);
  });

  it('the siblings that a task may wait for, none twice and never itself', async () => {
    const tasks = (waits: string): string => `{ "tasks": { "a": {}, "b": {}, "c": { "dependsOn": ${waits} } } }`;
    assert.deepEqual(await labels(tasks('["|"]')), ['"a"', '"b"']);
    assert.deepEqual(await labels(tasks('["a", |]')), ['"b"']);
    assert.deepEqual(await labels(tasks('[{ "task": "|" }]')), ['"a"', '"b"']);
    assert.deepEqual(await labels(tasks('"|"')), ['"a"', '"b"']);
    assert.deepEqual(await labels(tasks('[{ "task": "a", "on": "|" }]')), []);
  });

  it('experiments and tags of past runs', async () => {
    const answers = { 'sidelab/knownNames': { experiments: ['ising'], tags: ['baseline', 'say "hi"'] } };
    assert.deepEqual(await labels('{ "experiment": "|" }', answers), ['"ising"']);
    assert.deepEqual(await labels('{ "tags": ["|"] }', answers), ['"baseline"', '"say \\"hi\\""']);
    assert.deepEqual(await labels('{ "experiment": "|" }'), []);
  });

  it('references, by what there is to refer to at that place', async () => {
    const text = '{ "parameters": { "model": { "width": 2 } }, "inputs": { "mesh": "m" }, "command": ["node", "${|"] }';
    const found = await labels(text);
    for (const wanted of ['${parameters.model.width}', '${inputs.mesh}', '${parameters:overrides}', '${run.outputs}']) {
      assert.ok(found.includes(wanted), `${wanted} is missing of ${found.join(' ')}`);
    }
    assert.ok(!found.some((label) => label.includes('secret')));
    const inTask = await labels('{ "tasks": { "a": {}, "b": { "inputs": { "x": "${tas|ks.q}/d" } } } }');
    assert.ok(inTask.includes('${tasks.a.outputs}') && !inTask.includes('${tasks.b.outputs}'));
    assert.deepEqual(await labels('{ "command": ["node", "$${|"] }'), []);
    assert.deepEqual(await labels('{ "name": "${|" }'), []);
  });

  it('replaces the reference that stands there, to its brace', async () => {
    const text = '{ "parameters": { "lr": 1 }, "command": ["node", "x-${par|am}-y"] }';
    const item = (await complete(text, { path: file })).find(({ label }) => label === '${parameters.lr}');
    assert.ok(item);
    assert.equal(choose(text, item), '{ "parameters": { "lr": 1 }, "command": ["node", "x-${parameters.lr}-y"] }');
  });

  it('nothing in a text that is no JSON, or of no object', async () => {
    for (const text of ['|', '[|]', '"|"', '{ "algorithm" |', '{{{ "compute": [|', '// |']) await labels(text);
  });
});

describe('hovering over a parameter', () => {
  it('tells what the algorithm says of it, whatever its description contains', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'sl-language-'));
    mkdirSync(path.join(folder, '.sidelab/algorithms'), { recursive: true });
    const lr = { type: 'number', exclusiveMinimum: 0, default: 0.1, description: '[x](command:evil) <b>' };
    const algorithm = { name: 'a', version: '1', command: ['node'], parameters: { properties: { lr } } };
    writeFileSync(path.join(folder, '.sidelab/algorithms/a.json'), JSON.stringify(algorithm));
    const at = { path: path.join(folder, 'a.run.json') };
    try {
      for (const text of [
        '{ "algorithm": "a", "parameters": { "l|r": 1 } }',
        '{ "algorithm": "a", "sweep": { "over": { "parameters.l|r": [1] } } }',
      ]) {
        const [found] = await hover(text, at);
        const shown = JSON.stringify(found?.contents);
        assert.match(shown, /number · more than `0` · default `0.1`/);
        assert.ok(!shown.includes('[x]') && !shown.includes('<b>'), shown);
      }
      assert.deepEqual(await hover('{ "algorithm": "a", "parameters": { "other|": 1 } }', at), []);
      assert.deepEqual(await hover('{ "algor|ithm": "a" }', at), []);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
