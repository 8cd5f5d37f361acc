import assert from 'node:assert/strict';
import type { SidelabApi } from '../../src/shell/api';
import { activated, cancelAll, submit, writeRunFile } from './support/extension';

/** The language server resolves it, and the window gets it in parts. */
describe('a run file of many tasks', () => {
  let api: SidelabApi;
  before(async () => (api = await activated()));
  afterEach(async () => cancelAll(api));

  /** All wait for the first, which goes on until it is cancelled. */
  const tasksOf = (count: number, command: readonly string[]): Record<string, object> => {
    const others = Array.from({ length: count - 1 }, (_, index) => [
      `task-${index}`,
      { command, dependsOn: ['first'], parameters: { seed: index } },
    ]);
    return { first: { command: ['sleep', '600'] }, ...(Object.fromEntries(others) as Record<string, object>) };
  };

  it('is submitted whole, in the order of the file, as a short one is', async () => {
    const tasks = tasksOf(620, ['true']);
    const run = await submit(await writeRunFile('many.run.json', { experiment: 'many', name: 'many', tasks }));
    const { nodes, edges } = await api.source.graph(run.id);
    assert.deepEqual(
      nodes.slice(1).map(({ name }) => name),
      Object.keys(tasks),
    );
    assert.equal(edges.length, 619);
    const last = nodes.at(-1);
    assert.ok(last);
    assert.equal((await api.source.run(last.id)).parametersJson, '{"seed":618}');
  });

  it('is refused for what is wrong in it, and nothing of it is submitted', async () => {
    const before = (await api.source.runs({ limit: 1 })).runs[0]?.id;
    const tasks = { ...tasksOf(620, ['true']), wrong: { command: ['no-such-program'] } };
    await assert.rejects(submit(await writeRunFile('wrong.run.json', { tasks })), /was not submitted/);
    assert.equal((await api.source.runs({ limit: 1 })).runs[0]?.id, before);
  });
});
