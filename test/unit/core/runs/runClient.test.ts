import assert from 'node:assert/strict';
import { Failure } from '../../../../src/base/failure';
import { RunClient } from '../../../../src/core/runs/runClient';
import type { Run, RunDetail } from '../../../../src/model/run';
import { isFailure } from '../../../support/isFailure';
import { FakeSource, makeRun, runIdOf } from '../../shell/fakeSource';

/** Knows runs by name too, and cancels at once. */
class NamedSource extends FakeSource {
  readonly cancelled: string[] = [];

  override async run(reference: string): Promise<RunDetail> {
    return super.run(this.runList.find(({ name }) => name === reference)?.id ?? reference);
  }

  override async cancel(): Promise<Run> {
    const run = makeRun(1, { status: 'cancel-pending' });
    this.cancelled.push(run.id);
    this.push(run);
    return run;
  }
}

describe('the verbs of a run', () => {
  let source: NamedSource;
  let runs: RunClient;

  beforeEach(() => {
    source = new NamedSource();
    source.push(makeRun(1, { status: 'running' }), makeRun(2, { status: 'queued' }), makeRun(3, { status: 'failed' }));
    runs = new RunClient(source);
  });

  it('find a run by name, and each run once', async () => {
    assert.equal((await runs.check('run-1')).status, 'running');
    const found = await runs.checkAll(['run-2', 'run-1', runIdOf(2)]);
    assert.deepEqual(
      found.map(({ name }) => name),
      ['run-2', 'run-1'],
    );
    await assert.rejects(runs.checkAll(['run-1', 'nothing']), isFailure('NotFound'));
  });

  it('cancel what is active, and leave a settled run as it is', async () => {
    assert.equal((await runs.cancel('run-3')).status, 'failed');
    assert.equal((await runs.cancel('run-1')).status, 'cancel-pending');
    assert.deepEqual(source.cancelled, [runIdOf(1)]);
  });

  it('wait for all, and return them in the order of the references', async () => {
    const heard: string[] = [];
    const waiting = runs.wait(['run-3', 'run-2', 'run-1'], {
      onChange: ({ name, status }) => heard.push(`${name} ${status}`),
    });
    await new Promise((resolve) => setImmediate(resolve));
    source.push(makeRun(1, { status: 'completed' }));
    source.push(makeRun(2, { status: 'completed' }));
    assert.deepEqual(
      (await waiting).map(({ name, status }) => `${name} ${status}`),
      ['run-3 failed', 'run-2 completed', 'run-1 completed'],
    );
    assert.deepEqual(heard, ['run-3 failed', 'run-2 queued', 'run-1 running', 'run-1 completed', 'run-2 completed']);
    assert.equal(source.didChangeRuns.hasListeners, false);
  });

  it('stop listening to the others when one cannot be waited for, and when it is given up', async () => {
    const waiting = runs.wait(['run-1', 'run-2']);
    await new Promise((resolve) => setImmediate(resolve));
    source.failure = new Failure('Storage', 'The disk is gone.');
    source.didReset.fire();
    await assert.rejects(waiting, isFailure('Storage'));
    source.failure = undefined;

    const givenUp = new AbortController();
    const again = runs.wait(['run-1', 'run-2'], { signal: givenUp.signal });
    await new Promise((resolve) => setImmediate(resolve));
    givenUp.abort();
    await assert.rejects(again, isFailure('Cancelled'));
    // Those who lost the race end in the same turn, after the one that won it.
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(source.didChangeRuns.hasListeners, false);
  });
});
