import assert from 'node:assert/strict';
import { Failure } from '../../../../src/base/failure';
import { type PollOptions, pollRun } from '../../../../src/core/runs/pollRun';
import type { RunDetail, Run } from '../../../../src/model/run';
import type { RunStatus } from '../../../../src/model/runStatus';
import { isFailure } from '../../../support/isFailure';
import { FakeSource, makeRun } from '../../shell/fakeSource';

/** A source whose answers to `run` are given by hand, in any order. */
class SlowSource extends FakeSource {
  readonly asked: { answer: () => void; fail: (thrown: Error) => void }[] = [];

  /** Answers with the run as it is when it is asked for, which may be old when the answer arrives. */
  override async run(reference: string): Promise<RunDetail> {
    const detail = await super.run(reference);
    return new Promise((resolve, reject) => this.asked.push({ answer: () => resolve(detail), fail: reject }));
  }

  async reads(count: number): Promise<void> {
    for (let turn = 0; this.asked.length < count; turn++) {
      assert.ok(turn < 100, `${count} reads`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  get listeners(): boolean {
    return this.didChangeRuns.hasListeners || this.didReset.hasListeners;
  }
}

const unavailable = new Failure('Unavailable', 'The engine closed the connection.');

describe('polling a run', () => {
  const [queued, running, completed] = (['queued', 'running', 'completed'] as const).map((status) =>
    makeRun(1, { status }),
  ) as [Run, Run, Run];
  let source: SlowSource;
  let heard: RunStatus[];

  const poll = async (options: PollOptions = {}): Promise<Run> =>
    pollRun(source, queued.id, { onChange: ({ status }) => heard.push(status), ...options });

  beforeEach(() => {
    source = new SlowSource();
    source.runList.push(queued);
    heard = [];
  });
  afterEach(() => assert.equal(source.listeners, false, 'nothing may be listened to any more'));

  it('ends with the run that is pushed as settled, and tells of every step', async () => {
    const polling = poll();
    await source.reads(1);
    source.asked[0]?.answer();
    await new Promise((resolve) => setImmediate(resolve));
    source.push(running);
    source.push(makeRun(2, { status: 'failed' }));
    source.push(completed);
    assert.deepEqual([await polling, heard], [completed, ['queued', 'running', 'completed']]);
  });

  it('ends at once for a run that was settled before', async () => {
    source.runList[0] = completed;
    const polling = poll();
    await source.reads(1);
    source.asked[0]?.answer();
    assert.deepEqual([await polling, heard], [completed, ['completed']]);
  });

  it('hears a change between asking and listening, and does not believe the older answer after it', async () => {
    const polling = poll();
    await source.reads(1);
    source.push(running);
    source.asked[0]?.answer();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(heard, ['running']);
    source.push(completed);
    assert.equal((await polling).status, 'completed');

    source.runList[0] = queued;
    const again = poll();
    await source.reads(2);
    source.push(completed);
    assert.equal((await again).status, 'completed');
    source.asked[1]?.answer();
  });

  it('reads anew after a reset: what changed while nobody was connected is found', async () => {
    const polling = poll();
    await source.reads(1);
    source.asked[0]?.answer();
    source.runList[0] = completed;
    source.didReset.fire();
    await source.reads(2);
    source.asked[1]?.answer();
    assert.deepEqual([(await polling).status, heard], ['completed', ['queued', 'completed']]);
  });

  it('goes on waiting when a read is cut off, as long as there is another connection to come', async () => {
    const polling = poll();
    await source.reads(1);
    source.connection = { state: 'connecting', sinceMs: 0 };
    source.asked[0]?.fail(unavailable);
    await new Promise((resolve) => setImmediate(resolve));
    source.connection = { state: 'connected', sinceMs: 0 };
    source.didReset.fire();
    await source.reads(2);
    // Cut off twice; the newer read is under way before the older one's failure is known.
    source.runList[0] = completed;
    source.didReset.fire();
    await source.reads(3);
    source.asked[1]?.fail(unavailable);
    source.asked[2]?.answer();
    assert.equal((await polling).status, 'completed');
  });

  it('throws what a read throws when nothing will mend it', async () => {
    const polling = poll();
    await source.reads(1);
    source.asked[0]?.fail(unavailable);
    await assert.rejects(polling, isFailure('Unavailable'));
    source.runList.length = 0;
    await assert.rejects(poll(), isFailure('NotFound'));
  });

  it('is given up when its signal is aborted, before or meanwhile', async () => {
    await assert.rejects(poll({ signal: AbortSignal.abort() }), isFailure('Cancelled'));
    assert.equal(source.asked.length, 0);
    const waiting = new AbortController();
    const polling = poll({ signal: waiting.signal });
    await source.reads(1);
    waiting.abort(new Error('enough'));
    await assert.rejects(polling, (error: unknown) => {
      assert.ok(error instanceof Failure && error.cause instanceof Error && error.cause.message === 'enough');
      return isFailure('Cancelled')(error);
    });
    source.asked[0]?.answer();
    source.push(completed);
    assert.deepEqual(heard, []);
  });

  it('throws what its listener throws', async () => {
    const onChange = (): void => {
      throw new TypeError('a bug of the listener');
    };
    const polling = poll({ onChange });
    await source.reads(1);
    source.asked[0]?.answer();
    await assert.rejects(polling, TypeError);
  });
});
