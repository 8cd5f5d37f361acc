import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { checkRunFileWhole } from '../../../src/core/runFiles/check/checkRunFileWhole';
import { describeKeyPath } from '../../../src/core/runFiles/runFileProblem';

const seeds = path.resolve('examples', 'seeds');
const environment = { PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin` };

/** "key: message" of what is underlined, and the titles of its fixes. */
async function checked(text: string, name = 'a.run.json'): Promise<[problem: string, fixes: string[]][]> {
  const problems = await checkRunFileWhole({ text, path: path.join(seeds, name), environment });
  return problems.map(({ keyPath, message, findFixes }) => [
    `${describeKeyPath(keyPath)}: ${message}`,
    (findFixes?.() ?? []).map(({ title }) => title),
  ]);
}

describe('the seeds’ examples, checked while somebody writes them', () => {
  it('are valid files', async () => {
    const files = (await readdir('examples', { recursive: true })).filter((file) => file.endsWith('.run.json'));
    assert.ok(files.filter((file) => file.startsWith('seeds')).length >= 3, files.join(', '));
    for (const file of files) {
      const text = await readFile(path.join('examples', file), 'utf8');
      assert.deepEqual(await checked(text, path.relative('seeds', file)), [], file);
    }
  });

  it('have their parameters in a run file as they are written', async () => {
    // TQ42's, with as many limits as arguments; Qognitive's; NeMo Run's dependencies on two groups.
    const tq42 = {
      algorithm: 'tetra-opt',
      version: '1.0.0',
      parameters: {
        dimensionality: 3,
        maximal_rank: 1,
        points_number: 1,
        quantization: true,
        tolerance: 3.9997,
        iteration_number: 1,
        grid: [1, 2, 3],
        limits: [1, 2, 3, 4, 5, 6],
        objective_function: 'http://34.32.169.11:8000/func_eval/',
      },
      inputs: {},
    };
    assert.deepEqual(await checked(JSON.stringify(tq42)), []);
    const qognitive = {
      experiment: 'pytorch-models',
      name: 'long-running-job',
      description: 'This is a long running job',
      command: ['node', 'longRunningJob.mjs'],
      compute: { cpus: 4, memory: 16384 },
      timeout: 3600 * 24,
      retries: 3,
      parameters: {
        hyperparameters: {
          hsm_model: 'general',
          epochs: 100,
          optimizer_config: { type: 'Adam', default_params: { lr: 0.001 }, group_params: [{ params: { lr: 1e-4 } }] },
          early_stopping_config: { monitor: 'val_loss', patience: 3, mode: 'min', restore_best_weights: true },
        },
      },
    };
    assert.deepEqual(await checked(JSON.stringify(qognitive)), []);
  });

  it('have their mistakes underlined: limits where the algorithm has none', async () => {
    const parameters = {
      dimensionality: 2,
      grid: [2, 3],
      lower_limits: [1, 2],
      upper_limits: [3, 4],
      objective_function: 'http://127.0.0.1:8042/func_eval/',
    };
    const file = (more: object): string =>
      JSON.stringify({ algorithm: 'tetra-opt', parameters: { ...parameters, ...more } });
    assert.deepEqual(await checked(file({})), []);
    assert.deepEqual(await checked(file({ limits: [1, 2, 3, 4] })), [
      ['parameters.limits: There is no key limits here.', ['Remove "limits"']],
    ]);
  });

  it('have their mistakes underlined: a grid and limits of three for two dimensions', async () => {
    const parameters = {
      dimensionality: 2,
      grid: [1, 2, 3],
      limits: [1, 2, 3, 4, 5, 6],
      objective_function: 'http://x/',
    };
    const file = JSON.stringify({ algorithm: 'tetra-opt', version: '1.0.0', parameters });
    assert.deepEqual(
      (await checked(file)).map(([problem]) => problem),
      ['parameters.grid: In this list are more than 2.', 'parameters.limits: In this list are more than 4.'],
    );
  });

  it('have their mistakes underlined: words for statuses that nobody knows, and other systems’ keys', async () => {
    const tasks = (on: string): string =>
      JSON.stringify({ tasks: { a: { script: 'true' }, b: { script: 'true', dependsOn: [{ task: 'a', on }] } } });
    const expected = 'Value is not accepted. Valid values: "completed", "failed", "finished".';
    const where = 'tasks.b.dependsOn[0].on';
    assert.deepEqual(await checked(tasks('SUCCEEDED')), [[`${where}: ${expected}`, ['Change to "completed"']]]);
    assert.deepEqual(await checked(tasks('CANCELLED_PENDING')), [[`${where}: ${expected}`, ['Change to "finished"']]]);
    for (const [word, meant, value] of [
      ['exp', 'experiment', 'ff573d1a'],
      ['experiment_name', 'experiment', 'pytorch-models'],
      ['instance', 'compute', { cpus: 1 }],
      ['tail_logs', 'tailLogs', false],
      ['log_level', 'logLevel', 'INFO'],
    ] as const) {
      assert.deepEqual(await checked(JSON.stringify({ script: 'true', [word]: value })), [
        [`${word}: There is no key ${word} here.`, [`Change to "${meant}"`, `Remove "${word}"`]],
      ]);
    }
    const group = JSON.stringify({ tasks: { a: { script: 'true' }, b: { script: 'true', dependencies: ['a'] } } });
    assert.deepEqual(await checked(group), [
      ['tasks.b.dependencies: There is no key dependencies here.', ['Change to "dependsOn"', 'Remove "dependencies"']],
    ]);
  });
});
