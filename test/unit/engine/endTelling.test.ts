import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import type { RunId } from '../../../src/model/ids';
import type { Run } from '../../../src/model/run';
import type { Submission } from '../../../src/protocol/engine';
import { untoldFile } from '../../../src/protocol/engineAddress';
import { EngineHarness, isAlive, type TestClient } from '../../support/engineHarness';
import { until } from '../../support/temporaryFolder';

describe('the end of a run', () => {
  let harness: EngineHarness;
  /** Shows nothing: a terminal, or a window of before. */
  let bystander: TestClient;
  beforeEach(async () => {
    harness = new EngineHarness();
    bystander = await harness.start();
  });
  afterEach(async () => harness.stop());

  const submit = async (client: TestClient, command = ['true'], more: Partial<Submission> = {}): Promise<Run> =>
    client.peer.call('runs.submit', harness.submission(command, more));
  const settle = async (...runs: readonly Run[]): Promise<void> => {
    for (const { id } of runs) await harness.settled(bystander, id);
  };
  const toldTo = ({ ends }: TestClient): RunId[] => ends.flatMap(({ ended }) => ended.map(({ id }) => id));
  const hears = async (client: TestClient, ...runs: readonly Run[]): Promise<void> => {
    await until(() => runs.every(({ id }) => toldTo(client).includes(id)), 'the window to be told');
  };
  const acknowledge = async (client: TestClient): Promise<void> => {
    for (const { id } of client.ends) await client.peer.call('ends.acknowledge', { id });
  };
  /** What was told before this is told by now: an end of the window's own comes after all others. */
  const nothingMore = async (client: TestClient): Promise<void> => {
    const last = await submit(client);
    await hears(client, last);
  };

  it('is told to the window that submitted the run, though another is focused', async () => {
    const [mine, focused] = [await harness.connectWindow('mine'), await harness.connectWindow('focused', true)];
    const run = await submit(mine, ['false']);
    await hears(mine, run);
    await nothingMore(focused);
    assert.equal(toldTo(focused).includes(run.id), false);
    const [told] = mine.ends;
    assert.deepEqual([told?.counts, told?.ended.map(({ status }) => status)], [{ failed: 1 }, ['failed']]);
  });

  it('is told to the window that had the focus last, when a terminal or a window that is gone submitted it', async () => {
    const [gone, other, focused] = [
      await harness.connectWindow('gone'),
      await harness.connectWindow('other', true),
      await harness.connectWindow('focused', true),
    ];
    const gate = harness.folder.join('gate');
    const waits = ['sh', '-c', `while [ ! -e ${gate} ]; do sleep 0.02; done`];
    const runs = [await submit(bystander, waits), await submit(gone, waits)];
    gone.peer.dispose();
    // Losing the focus to another program is no reason to tell another window.
    await focused.peer.call('ends.watch', { isFocused: false });
    writeFileSync(gate, '');
    await hears(focused, ...runs);
    await nothingMore(other);
    assert.deepEqual(
      toldTo(other).filter((id) => runs.some((run) => run.id === id)),
      [],
    );
  });

  it('is told to the terminal’s window when a terminal of the editor submitted it', async () => {
    const [mine, focused] = [await harness.connectWindow('mine'), await harness.connectWindow('focused', true)];
    await bystander.peer.call('engine.hello', { client: 'cli', version: '0.1.0', window: 'mine' });
    const run = await submit(bystander);
    await hears(mine, run);
    await nothingMore(focused);
    assert.equal(toldTo(focused).includes(run.id), false);
    assert.deepEqual(bystander.ends, []);
  });

  it('that came while no window was open is told to the first that comes, once, and not again by the next engine', async () => {
    const runs = [await submit(bystander), await submit(bystander, ['false']), await submit(bystander)];
    await settle(...runs);
    await until(() => existsSync(untoldFile(harness.home)), 'the file that windows look for');
    const first = await harness.connectWindow('first');
    await hears(first, ...runs);
    assert.deepEqual(
      first.ends.map(({ counts }) => counts),
      [{ completed: 2, failed: 1 }],
    );
    const second = await harness.connectWindow('second', true);
    await acknowledge(first);
    await until(() => !existsSync(untoldFile(harness.home)), 'the file to go');
    await nothingMore(second);
    await acknowledge(second);
    await harness.killEngine();
    bystander = await harness.start();
    const third = await harness.connectWindow('third');
    await nothingMore(third);
    assert.deepEqual(
      toldTo(third).filter((id) => runs.some((run) => run.id === id)),
      [],
    );
  });

  it('is told again when the window went away, or the engine was killed, before it was shown', async () => {
    const run = await submit(bystander);
    await settle(run);
    const first = await harness.connectWindow('first');
    await hears(first, run);
    first.peer.dispose();
    const second = await harness.connectWindow('second');
    await hears(second, run);
    await harness.killEngine();
    bystander = await harness.start();
    const third = await harness.connectWindow('third');
    await hears(third, run);
    // What an engine before has told says nothing to this one.
    await third.peer.call('ends.acknowledge', { id: second.ends[0]?.id ?? '' });
    third.peer.dispose();
    const fourth = await harness.connectWindow('fourth');
    await hears(fourth, run);
  });

  it('is kept by an engine that ends by itself, with the file that windows look for', async () => {
    await harness.killEngine();
    const client = await harness.start('--idle-ms', '300', '--compact-ms', '0');
    const run = await client.peer.call('runs.submit', harness.submission(['true']));
    await harness.settled(client, run.id);
    const pid = await harness.enginePid();
    client.peer.dispose();
    await until(() => !isAlive(pid), 'the engine to end by itself');
    assert.ok(existsSync(untoldFile(harness.home)));
    bystander = await harness.start();
    await hears(await harness.connectWindow('next'), run);
  });

  it('is not told of what somebody cancelled, deleted or tried again, nor of tasks', async () => {
    const [cancelled, deleted, again] = [
      await submit(bystander, ['sleep', '60']),
      await submit(bystander),
      await submit(bystander, ['sh', '-c', `test $SIDELAB_ATTEMPT = 1 || sleep 60`]),
    ];
    await bystander.peer.call('runs.cancel', { runId: cancelled.id });
    await settle(cancelled, deleted, again);
    await bystander.peer.call('runs.delete', { runs: [deleted.id] });
    const key = 'a-key-for-a-retry';
    await bystander.peer.call('runs.retry', { runId: again.id, checkpoints: 'empty', key, environment: [] });
    const window = await harness.connectWindow('window');
    await nothingMore(window);
    assert.equal(toldTo(window).length, 1);
    await bystander.peer.call('runs.cancel', { runId: again.id });
  });

  it('is only counted where more ended than anyone reads', async () => {
    const runs = await Promise.all(Array.from({ length: 130 }, async () => submit(bystander)));
    await settle(...runs);
    const window = await harness.connectWindow('window');
    const [told] = await until(() => window.ends.length > 0 && window.ends, 'the window to be told');
    assert.deepEqual([told?.counts, told?.ended.length], [{ completed: 130 }, 100]);
    await acknowledge(window);
    window.peer.dispose();
    const next = await harness.connectWindow('next');
    await nothingMore(next);
    assert.equal(toldTo(next).length, 1);
  }).timeout(60_000);
});
