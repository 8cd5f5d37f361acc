import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'jsonc-parser';
import { Failure } from '../../../../src/base/failure';
import { applyAlgorithm } from '../../../../src/core/algorithms/applyAlgorithm';
import { runFileOfAlgorithm } from '../../../../src/core/newRunFile/algorithmRunFile';
import { chooseAlgorithm, listAlgorithms } from '../../../../src/core/newRunFile/listAlgorithms';
import { readRunFile } from '../../../../src/core/runFiles/readRunFile';
import type { Algorithm } from '../../../../src/model/algorithm';
import { RunFileFolder } from '../runFiles/runFileFolder';

const anneal: Algorithm = {
  name: 'anneal',
  version: '1.2.0',
  description: 'Cools a lattice down.',
  command: ['node', '${algorithmFolder}/anneal.mjs', '${parameters:flags}'],
  parameters: {
    type: 'object',
    additionalProperties: false,
    required: ['lr', 'schedule', 'model', 'data', 'on'],
    properties: {
      lr: { type: 'number', exclusiveMinimum: 0, description: 'Step size.' },
      seed: { type: 'integer', default: 7, minimum: 0 },
      schedule: { type: 'string', enum: ['linear', 'exponential'], description: 'How it cools down' },
      model: { $ref: '#/definitions/model', description: 'The lattice.' },
      data: { type: 'string', examples: ['data/cities.json'] },
      on: { type: 'boolean' },
      layers: { type: 'array', items: { type: 'integer' }, description: 'Widths,\nfrom the first\non.' },
      device: { enum: ['cpu', 'gpu'], default: 'cpu' },
      tree: { $ref: '#/definitions/tree' },
    },
    definitions: {
      model: {
        type: 'object',
        required: ['width'],
        properties: {
          width: { type: 'integer', minimum: 1, maximum: 1024 },
          depth: { type: 'integer', default: 2 },
          bias: { type: 'boolean' },
        },
      },
      tree: { type: 'object', properties: { left: { $ref: '#/definitions/tree' }, weight: { type: 'number' } } },
    },
  },
};

describe('a run file for an algorithm', () => {
  let place: RunFileFolder;
  beforeEach(() => (place = new RunFileFolder()));
  afterEach(() => place.folder.remove());

  const describeAlgorithm = (name: string, content: unknown): void => {
    mkdirSync(place.folder.join('.sidelab/algorithms'), { recursive: true });
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    writeFileSync(place.folder.join('.sidelab/algorithms', name), text);
  };
  const failureOf = async (work: () => unknown): Promise<string> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return `${error.code}: ${error.message} ${error.hint ?? ''}`.replaceAll(place.folder.path, '~');
    }
    throw new Error('It did not fail.');
  };

  it('has its parameters with defaults, examples and what they mean, and the others to switch on', async () => {
    const { name, text } = runFileOfAlgorithm(anneal);
    assert.equal(name, 'anneal');
    const lines = text.split('\n').filter((line) => !line.includes('"tree"') && !line.includes('"left"'));
    assert.deepEqual(lines, [
      '{',
      '  "algorithm": "anneal", // Cools a lattice down.',
      '  "version": "1.2.0", // Without it the highest version counts.',
      '  "parameters": {',
      '    "lr": 1, // Step size; required; above 0',
      '    "seed": 7, // from 0',
      '    "schedule": "linear", // How it cools down; required; one of "linear", "exponential"',
      '    // The lattice.',
      '    "model": {',
      '      "width": 1, // required; from 1 to 1024',
      '      "depth": 2,',
      '      // "bias": false,',
      '    },',
      '    "data": "data/cities.json",',
      '    "on": false, // required',
      '    // "layers": [], // Widths, from the first on.',
      '    "device": "cpu", // one of "cpu", "gpu"',
      '  },',
      '}',
      '',
    ]);
    assert.deepEqual(await place.problems(text), []);
  });

  it('is what the algorithm takes', async () => {
    describeAlgorithm('anneal.json', anneal);
    const { text } = runFileOfAlgorithm(anneal);
    const file = await readRunFile(text, place.file);
    const { parameters } = await applyAlgorithm({ file, text, path: place.file });
    assert.deepEqual(parameters, {
      ...{ lr: 1, seed: 7, schedule: 'linear', model: { width: 1, depth: 2 }, data: 'data/cities.json', on: false },
      device: 'cpu',
    });
  });

  it('needs no parameters where the algorithm has none', async () => {
    const { text } = runFileOfAlgorithm({ name: 'α β/γ', version: '1', command: ['true'], parameters: {} });
    assert.deepEqual(parse(text, [], { allowTrailingComma: true }), { algorithm: 'α β/γ', version: '1' });
    assert.deepEqual(await place.problems(text), []);
  });

  it('is for one of those that the nearest folder describes, the highest version unless one is asked for', async () => {
    describeAlgorithm('b.json', { ...anneal, name: 'b', version: '2.0' });
    describeAlgorithm('a1.json', { ...anneal, version: '1.2.0' });
    describeAlgorithm('a2.json', { ...anneal, version: '1.10.0' });
    describeAlgorithm('broken.json', '{');
    mkdirSync(place.folder.join('deep/er'), { recursive: true });
    const choices = await listAlgorithms(place.folder.join('deep/er'));
    assert.deepEqual(
      choices.map(({ content, folder }) => [content.name, content.version, path.relative(place.folder.path, folder)]),
      [
        ['anneal', '1.10.0', ''],
        ['anneal', '1.2.0', ''],
        ['b', '2.0', ''],
      ],
    );
    assert.equal(chooseAlgorithm(choices, 'anneal', undefined).content.version, '1.10.0');
    assert.equal(chooseAlgorithm(choices, 'anneal', '1.2').content.version, '1.2.0');
    assert.equal(
      await failureOf(() => chooseAlgorithm(choices, 'anneal', '3')),
      'NotFound: There is no version 3 of anneal. There is 1.10.0, 1.2.0.',
    );
    assert.equal(
      await failureOf(() => chooseAlgorithm(choices, 'c', undefined)),
      'NotFound: There is no algorithm "c". There is anneal, b.',
    );
  });

  it('cannot be made where there is none, and it is said where to put one', async () => {
    const list = async (): Promise<unknown> => listAlgorithms(place.folder.path);
    assert.equal(
      await failureOf(list),
      'NotFound: No algorithm is described here. Describe one in a file such as ~/.sidelab/algorithms/anneal.json: its name, version, command and the JSON schema of its parameters.',
    );
    describeAlgorithm('broken.json', '{ "name": 1 }');
    assert.match(
      await failureOf(list),
      /^NotFound: No algorithm can be read: ~\/\.sidelab\/algorithms\/broken\.json:1:/,
    );
  });
});
