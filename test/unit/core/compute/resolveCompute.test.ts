import assert from 'node:assert/strict';
import type { Capacity } from '../../../../src/model/demand';
import { isFailure } from '../../../support/isFailure';
import { RunFileFolder } from '../runFiles/runFileFolder';

describe('what a run takes of the machine', () => {
  let files: RunFileFolder;
  beforeEach(() => (files = new RunFileFolder()));
  afterEach(() => files.folder.remove());

  const command = ['node', '--version'];
  const computes = (text: string): string => files.write('.sidelab/compute.json', text);
  const demand = async (file: object) => (await files.resolve({ command, ...file })).demand;
  const small: Capacity = { atOnce: 2, cpus: 8, memoryBytes: 16e9, gpus: 0 };
  const capacity = async (): Promise<Capacity> => small;

  it('is written in the run file, in the units that people use', async () => {
    assert.deepEqual(await demand({ compute: { cpus: 0.5, memory: '16 GB', gpus: 2 } }), {
      cpus: 0.5,
      memoryBytes: 16e9,
      gpus: 2,
    });
    assert.deepEqual(await demand({ compute: { executor: 'local', memory: 512 } }), { memoryBytes: 512 * 2 ** 20 });
    assert.deepEqual(await demand({ compute: { memory: '1.5 GiB' } }), { memoryBytes: 1.5 * 2 ** 30 });
    assert.equal(await demand({}), undefined);
  });

  it('has a name in the nearest folder that describes computes', async () => {
    computes('// ours\n{ "small": { "cpus": 2, }, "big": { "cpus": 6, "memory": "8 GB" } }');
    assert.deepEqual(await demand({ compute: 'small' }), { cpus: 2 });
    assert.deepEqual(await demand({ compute: 'big' }), { cpus: 6, memoryBytes: 8e9 });
  });

  it('is inherited by tasks, members and trials, and not taken by what they stand in', async () => {
    computes('{ "small": { "cpus": 2 } }');
    const { command: none, ...rest } = await files.resolve({
      compute: 'small',
      tasks: {
        prepare: { command },
        train: { compute: { cpus: 4 }, group: [{ command }, { command, compute: { gpus: 0 } }] },
        vary: { command, sweep: { over: { 'compute.cpus': [1, 3] } }, compute: { cpus: 1 } },
      },
    });
    assert.deepEqual([none, rest.demand], [[], undefined]);
    assert.deepEqual(
      rest.tasks?.map(({ task, demand: taken }) => [task, taken]),
      [
        ['prepare', { cpus: 2 }],
        ['train', undefined],
        ['member-1', { cpus: 4 }],
        ['member-2', { gpus: 0 }],
        ['vary', undefined],
        ['cpus=1', { cpus: 1 }],
        ['cpus=3', { cpus: 3 }],
      ],
    );
  });

  it('is lent by the algorithm to a run file that has none', async () => {
    const text = { name: 'anneal', version: '1.0.0', command, parameters: {}, compute: { cpus: 3 } };
    files.write('.sidelab/algorithms/anneal.json', JSON.stringify(text));
    assert.deepEqual((await files.resolve({ algorithm: 'anneal' })).demand, { cpus: 3 });
    assert.deepEqual((await files.resolve({ algorithm: 'anneal', compute: { cpus: 1 } })).demand, { cpus: 1 });
    await assert.rejects(
      files.resolve({ algorithm: 'anneal' }, { capacity: async () => ({ ...small, cpus: 2 }) }),
      isFailure('InvalidInput', /^algorithm: It asks for 3 cpus, and this machine has 2\.$/),
    );
  });

  it('is refused at its key when nobody describes the name, with those there are', async () => {
    await assert.rejects(
      files.resolve({ command, compute: 'small' }),
      isFailure('InvalidInput', /^compute: There is no compute "small"\.$/),
    );
    const file = computes('{ "medium": {}, "large": { "gpus": 1 } }');
    await assert.rejects(
      files.resolve({ compute: 'small', tasks: { a: { command } } }),
      (error: unknown) =>
        isFailure('InvalidInput', /^compute: There is no compute "small"\.$/)(error) &&
        error instanceof Error &&
        'hint' in error &&
        error.hint === `There is medium, large in ${file}.`,
    );
  });

  it('says where a file of computes is broken', async () => {
    for (const [text, told] of [
      ['{ "small": { "cpus": 2 ', /compute\.json:1:\d+: This is no JSON/],
      ['{\n  "small": { "memory": "16 G" } }', /compute\.json:2:\d+: small\.memory: Write a size such as/],
      ['{ "small": { "cpu": 2 } }', /compute\.json:1:\d+: small\.cpu: There is no key cpu here/],
      ['[]', /compute\.json:1:1: /],
    ] as const) {
      computes(text);
      await assert.rejects(files.resolve({ command, compute: 'small' }), isFailure('InvalidInput', told));
    }
  });

  it('is refused at its key when the machine has less, with both numbers', async () => {
    const refused = async (file: object, told: RegExp) =>
      assert.rejects(files.resolve(file, { capacity }), isFailure('InvalidInput', told));
    await refused({ command, compute: { cpus: 64 } }, /^compute\.cpus: It asks for 64 cpus, and this machine has 8\.$/);
    await refused(
      { command, compute: { memory: '32 GB' } },
      /^compute\.memory: It asks for 32 GB of memory, and this machine has 16 GB\.$/,
    );
    await refused({ command, compute: { gpus: 1 } }, /^compute\.gpus: It asks for 1 gpu, and this machine has 0\.$/);
    await refused(
      { tasks: { a: { command }, b: { command, compute: { cpus: 9 } } } },
      /^tasks\.b\.compute\.cpus: It asks for 9 cpus/,
    );
    computes('{ "huge": { "cpus": 100 } }');
    await refused(
      { compute: 'huge', tasks: { a: { command } } },
      /^compute: The compute "huge" asks for 100 cpus, and this machine has 8\.$/,
    );
    assert.deepEqual((await files.resolve({ command, compute: { cpus: 8, memory: '16 GB' } }, { capacity })).demand, {
      cpus: 8,
      memoryBytes: 16e9,
    });
  });

  it('is refused at the value of the sweep that makes it too much, or at the task that says so itself', async () => {
    const refused = async (file: object, told: RegExp) =>
      assert.rejects(files.resolve(file, { capacity }), isFailure('InvalidInput', told));
    const cpus = { over: { 'compute.cpus': [1, 64] } };
    await refused(
      { command, sweep: cpus },
      /^sweep\.over\."compute\.cpus": It asks for 64 cpus, and this machine has 8\.$/,
    );
    await refused(
      { tasks: { s: { command, compute: { cpus: 1, memory: '1 GB' }, sweep: cpus } } },
      /^tasks\.s\.sweep\.over\."compute\.cpus": It asks for 64 cpus/,
    );
    await refused(
      { command, compute: { memory: '32 GB' }, sweep: { over: { 'compute.cpus': [1] } } },
      /^compute\.memory: It asks for 32 GB/,
    );
    await refused(
      { command, sweep: { trials: [{ 'compute.cpus': 1 }, { 'compute.cpus': 9 }] } },
      /^sweep\.trials\[1\]\."compute\.cpus": It asks for 9 cpus/,
    );
    computes('{ "huge": { "cpus": 100 }, "small": {} }');
    await refused(
      { command, compute: 'small', sweep: { over: { compute: ['small', 'huge'] } } },
      /^sweep\.over\.compute: The compute "huge" asks for 100 cpus/,
    );
    await refused(
      { command, compute: 'small', sweep: { over: { compute: ['small', 'none'] } } },
      /^sweep\.over\.compute: There is no compute "none"/,
    );
    await refused(
      { tasks: { a: { command }, b: { command, compute: { cpus: 9 } } }, sweep: cpus },
      /^(sweep\.over\."compute\.cpus": It asks for 64|tasks\.b\.compute\.cpus: It asks for 9)/,
    );
    await refused(
      { tasks: { b: { command, compute: { cpus: 9 } } }, sweep: cpus },
      /^tasks\.b\.compute\.cpus: It asks for 9 cpus/,
    );
  });

  it('is refused when its own environment leaves it fewer gpus than it asks for', async () => {
    const two = { capacity: async () => ({ ...small, gpus: 2 }) };
    const file = { command, compute: { gpus: 2 } };
    assert.deepEqual((await files.resolve(file, two)).demand, { gpus: 2 });
    await assert.rejects(
      files.resolve({ ...file, env: { CUDA_VISIBLE_DEVICES: '1' } }, two),
      isFailure('InvalidInput', /^compute\.gpus: It asks for 2 gpus, and CUDA_VISIBLE_DEVICES leaves it 1\.$/),
    );
  });

  it('asks what the machine has only for a run that says what it takes', async () => {
    let asked = 0;
    const counted = async (): Promise<Capacity> => {
      asked += 1;
      return small;
    };
    await files.resolve({ command }, { capacity: counted });
    assert.equal(asked, 0);
    await files.resolve({ compute: { cpus: 1 }, group: [{ command }, { command }] }, { capacity: counted });
    assert.equal(asked, 1);
  });
});
