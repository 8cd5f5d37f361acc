import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { minimumAt, objective, serveObjective } from '../../../examples/seeds/objectiveServer.mjs';
import { isFailure } from '../../support/isFailure';
import { SeedRuns } from './seedRuns';

describe('TQ42’s example: a run of tetra-opt', function () {
  this.timeout(60_000);
  let seeds: SeedRuns;
  let served: Awaited<ReturnType<typeof serveObjective>>;
  beforeEach(async () => {
    seeds = new SeedRuns();
    served = await serveObjective();
  });
  afterEach(async () => {
    served.close();
    await seeds.stop();
  });

  const atServer = (): Readonly<Record<string, string>> => ({ 'http://127.0.0.1:8042/func_eval/': served.url });

  for (const quantization of ['true', 'false']) {
    it(`is created, polled and checked, and finds the minimum (quantization: ${quantization})`, async () => {
      const changes = { ...atServer(), '"quantization": true': `"quantization": ${quantization}` };
      const created = await seeds.client.create(await seeds.submission('tetra-opt', changes));
      assert.equal(created.name, 'ackley');
      const statuses = new Set<string>();
      const ended = await seeds.client.poll(created.id, { onChange: ({ status }) => statuses.add(status) });
      assert.deepEqual([ended.status, ended.evidence], ['completed', 'exit code 0']);
      assert.deepEqual([...statuses].at(-1), 'completed');
      const checked = await seeds.client.check('ackley');
      assert.deepEqual([checked.id, checked.status], [created.id, 'completed']);
      assert.deepEqual(checked.algorithm, { name: 'tetra-opt', version: '1.0.0' });

      const found = (await seeds.metadata(created.id)) as {
        readonly minimum: number;
        readonly minimum_at: readonly number[];
        readonly evaluations: number;
      };
      assert.ok(Math.abs(found.minimum) < 1e-12, `${found.minimum} is not the minimum, 0.`);
      for (const [index, x] of found.minimum_at.entries()) {
        assert.ok(Math.abs(x - (minimumAt[index] ?? NaN)) < 1e-12, `${x} is not where the minimum is.`);
      }
      assert.equal(objective(found.minimum_at), found.minimum);
      // It searched rather than tried: 531,441 points has the grid.
      assert.ok(found.evaluations < 10_000, `${found.evaluations} evaluations`);

      const best = (await seeds.points(created.id, 'best')).map(([, value]) => value);
      assert.deepEqual(
        best,
        best.toSorted((a, b) => b - a),
      );
      assert.equal(best.at(-1), found.minimum);
      const { attempts } = await seeds.source.run(created.id);
      const outputs = path.resolve(attempts[0]?.folder ?? '', '..', '..', 'outputs');
      const result = JSON.parse(await readFile(path.join(outputs, 'result.json'), 'utf8')) as unknown;
      assert.deepEqual(result, { x: found.minimum_at, y: found.minimum });
    });
  }

  it('is cancelled while the function keeps it waiting', async () => {
    const silent = net.createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as net.AddressInfo;
    try {
      const submission = await seeds.submission('tetra-opt', { '127.0.0.1:8042': `127.0.0.1:${port}` });
      const run = await seeds.client.create(submission);
      await once(silent, 'connection');
      assert.equal((await seeds.client.check(run.id)).status, 'running');
      assert.match((await seeds.client.cancel(run.id)).status, /^cancel/);
      assert.equal((await seeds.client.poll(run.id)).status, 'cancelled');
    } finally {
      silent.close();
    }
  });

  it('fails with the reason when nobody serves the function', async () => {
    served.close();
    const run = await seeds.client.create(await seeds.submission('tetra-opt', atServer()));
    const ended = await seeds.client.poll(run.id);
    assert.deepEqual([ended.status, ended.evidence], ['failed', 'exit code 1']);
    const { bytes } = await seeds.source.output({
      runId: run.id,
      attempt: 0,
      stream: 'stderr',
      from: 0,
      maxBytes: 9999,
    });
    assert.match(Buffer.from(bytes).toString(), /No answer from http.*ECONNREFUSED.*being served\?/);
  });

  it('refuses what the guide’s example has wrong: limits and a grid of three for two dimensions', async () => {
    const asWritten = {
      '"dimensionality": 3': '"dimensionality": 2',
      '[81, 81, 81]': '[1, 2, 3]',
      '[-4, 4, -4, 4, -4, 4]': '[1, 2, 3, 4, 5, 6]',
    };
    await assert.rejects(
      seeds.submission('tetra-opt', asWritten),
      isFailure('InvalidInput', /^parameters\.grid: In this list are more than 2\./),
    );
  });

  it('refuses `limits` where the algorithm has none, and names that are misspelt, at their keys', async () => {
    const refused = async (old: string, replacement: string, message: RegExp): Promise<void> =>
      assert.rejects(seeds.submission('tetra-opt', { [old]: replacement }), isFailure('InvalidInput', message));
    // The highest version takes lower_limits and upper_limits.
    await refused('"version": "1.0.0",', '', /^parameters: The key lower_limits is missing\./);
    const both = '"version": "1.1.0", "parameters": { "lower_limits": [0, 0, 0], "upper_limits": [9, 9, 9],';
    await refused('"version": "1.0.0",\n  "parameters": {', both, /^parameters\.limits: There is no key limits here\./);
    await refused('"maximal_rank"', '"max_rank"', /^parameters\.max_rank: There is no key max_rank here\./);
    await refused('"http:', '"htp:', /^parameters\.objective_function: Write an address that begins with http/);
    await refused('"tetra-opt", //', '"TETRA_OPT", //', /^algorithm: There is no algorithm "TETRA_OPT"\./);
    await refused('"version": "1.0.0"', '"version": "0.3.2"', /^version: There is no version 0\.3\.2 of tetra-opt\./);
  });

  it('runs in its newer version, with limits as TQ42 has them today', async () => {
    const changes = {
      ...atServer(),
      '"version": "1.0.0",': '',
      '"limits": [-4, 4, -4, 4, -4, 4]': '"lower_limits": [-4, -4, -4], "upper_limits": [4, 4, 4]',
    };
    const run = await seeds.client.create(await seeds.submission('tetra-opt', changes));
    assert.equal((await seeds.client.poll(run.id)).status, 'completed');
    assert.equal((await seeds.points(run.id, 'best')).at(-1)?.[1], 0);
  });
});
