import assert from 'node:assert/strict';
import type { RunId } from '../../../src/model/ids';
import type { Run } from '../../../src/model/run';
import { SeedRuns } from './seedRuns';

describe('NeMo Run’s example: a graph of three groups of inline scripts', function () {
  this.timeout(60_000);
  let seeds: SeedRuns;
  beforeEach(() => {
    seeds = new SeedRuns();
  });
  afterEach(async () => seeds.stop());

  const children = async (runId: RunId): Promise<readonly Run[]> =>
    (await seeds.source.children(runId, { limit: 100 })).runs;

  it('runs task-3 only after task-1 and task-2 have completed', async () => {
    const created = await seeds.client.create(await seeds.submission('dag'));
    const ended = await seeds.client.poll(created.id);
    assert.deepEqual([ended.kind, ended.status, ended.children], ['graph', 'completed', { completed: 3 }]);

    const tasks = await children(created.id);
    assert.deepEqual(
      tasks.map(({ task, kind, status, children: members }) => [task, kind, status, members]),
      ['task-1', 'task-2', 'task-3'].map((task) => [task, 'group', 'completed', { completed: 2 }]),
    );
    const members = await Promise.all(tasks.map(async ({ id }) => children(id)));
    const [earliest, latest] = [members.slice(0, 2).flat(), members.slice(2).flat()];
    assert.deepEqual([earliest.length, latest.length], [4, 2]);
    const lastEndMs = Math.max(...earliest.map(({ attempt }) => attempt?.endedAtMs ?? NaN));
    const firstStartMs = Math.min(...latest.map(({ attempt }) => attempt?.startedAtMs ?? NaN));
    assert.ok(lastEndMs <= firstStartMs, `task-3 began ${lastEndMs - firstStartMs} ms before the others had ended`);

    const sleeper = await seeds.client.check('dag-experiment/task-2/inline-script-sleep');
    const query = { runId: sleeper.id, attempt: 0, stream: 'both', from: 0, maxBytes: 1000 } as const;
    const { bytes } = await seeds.source.output(query);
    assert.equal(Buffer.from(bytes).toString(), 'Hello sleep\nDone sleeping\n');
  });

  it('never runs task-3 when a member of task-1 has failed', async () => {
    const created = await seeds.client.create(
      await seeds.submission('dag', { "echo 'Hello 1'\\necho 'Hello 2'": 'exit 7' }),
    );
    const ended = await seeds.client.poll(created.id);
    assert.deepEqual(
      [ended.status, ended.evidence],
      ['failed', 'task-1 failed first: inline-script failed first: exit code 7'],
    );
    const statuses = (await children(created.id)).map(({ task, status }) => `${task ?? ''} ${status}`);
    assert.deepEqual(statuses, ['task-1 failed', 'task-2 completed', 'task-3 skipped']);
  });
});
