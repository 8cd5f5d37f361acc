import assert from 'node:assert/strict';
import { applyTrial, sweepPathProblem } from '../../../src/model/sweepPath';

const apply = (file: Record<string, unknown>, values: Record<string, unknown>): Readonly<Record<string, unknown>> =>
  applyTrial(file, { values: new Map(Object.entries(values)) });

describe('a trial’s run file', () => {
  it('has the values at their dotted paths, and no sweep', () => {
    const file = { command: ['a'], parameters: { lr: 1, model: { width: 64, act: 'relu' } }, sweep: { over: {} } };
    const before = structuredClone(file);
    assert.deepEqual(apply(file, { 'parameters.model.width': 128, 'metadata.group.name': 'x', timeout: '1 h' }), {
      command: ['a'],
      parameters: { lr: 1, model: { width: 128, act: 'relu' } },
      metadata: { group: { name: 'x' } },
      timeout: '1 h',
    });
    assert.deepEqual(file, before);
  });

  it('has numbers as texts in its environment, whose names may hold points', () => {
    assert.deepEqual(apply({}, { 'env.OMP_NUM_THREADS': 4, 'env.a.b': true }), {
      env: { OMP_NUM_THREADS: '4', 'a.b': 'true' },
    });
  });

  it('has its value under a name with points where the file has that name', () => {
    assert.deepEqual(apply({ parameters: { 'a.b': 1 } }, { 'parameters.a.b': 2 }), { parameters: { 'a.b': 2 } });
  });

  it('shares no object with the sweep', () => {
    const model = { width: 1 };
    const { parameters } = apply({}, { 'parameters.model': model });
    model.width = 2;
    assert.deepEqual(parameters, { model: { width: 1 } });
  });

  it('is refused where the path leads through what is no object', () => {
    assert.throws(() => apply({ parameters: { model: 'mlp' } }, { 'parameters.model.width': 1 }), {
      code: 'InvalidInput',
      message: '"parameters.model.width" cannot be set: "parameters.model" is no object.',
    });
    assert.throws(() => apply({ parameters: { model: [1] } }, { 'parameters.model.0': 1 }), { code: 'InvalidInput' });
  });

  it('never reaches a prototype', () => {
    assert.throws(() => apply({}, { 'parameters.__proto__.polluted': 1 }), { code: 'InvalidInput' });
    const made = apply({}, { 'parameters.constructor.prototype.polluted': 1, 'parameters.toString': 2 });
    assert.equal(JSON.stringify(made), '{"parameters":{"constructor":{"prototype":{"polluted":1}},"toString":2}}');
    assert.equal('polluted' in {}, false);
  });
});

describe('a path of a sweep', () => {
  it('is one of those that may differ between runs of one kind', () => {
    for (const path of ['parameters.lr', 'env.A', 'inputs.data', 'metadata.x.y', 'timeout', 'retries', 'version']) {
      assert.equal(sweepPathProblem(path), undefined, path);
    }
    for (const path of ['compute', 'compute.cpus', 'python']) assert.equal(sweepPathProblem(path), undefined, path);
    for (const path of ['', 'experiment', 'tasks', 'sweep.over', 'dependsOn', 'name', 'algorithm', 'command', 'lr']) {
      assert.deepEqual(sweepPathProblem(path), {
        message: `A sweep cannot vary "${path}".`,
        hint: 'A sweep may vary parameters.*, env.*, inputs.*, metadata.*, compute.*, timeout, retries, version, compute, python.',
      });
    }
  });

  it('names what varies, and no empty part', () => {
    assert.deepEqual(sweepPathProblem('parameters'), {
      message: '"parameters" varies as a whole.',
      hint: 'Name what varies in it, such as "parameters.lr".',
    });
    assert.equal(sweepPathProblem('parameters..lr')?.message, '"parameters..lr" has an empty part.');
    assert.equal(sweepPathProblem('env.')?.message, '"env." has an empty part.');
    assert.equal(sweepPathProblem('parameters.__proto__')?.message, '"__proto__" is no key that can be set.');
  });
});
