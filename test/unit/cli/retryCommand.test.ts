import assert from 'node:assert/strict';
import { retryCommand } from '../../../src/cli/retryCommand';
import { Terminal } from '../../../src/cli/terminal';
import type { RetryRequest } from '../../../src/core/source';
import type { RunId } from '../../../src/model/ids';
import type { Run } from '../../../src/model/run';
import { isFailure } from '../../support/isFailure';
import { FakeSource, makeRun, runIdOf } from '../shell/fakeSource';

class RetryingSource extends FakeSource {
  readonly retried: string[] = [];

  override async retry(runId?: RunId, request?: RetryRequest): Promise<Run> {
    this.retried.push(`${runId} ${request?.checkpoints} ${JSON.stringify(request?.environment)}`);
    return makeRun(1, { status: 'queued' });
  }
}

describe('a retry from the terminal', () => {
  it('is refused as a whole for a run that has not ended, and as a resume for one that never started', async () => {
    const source = new RetryingSource();
    const attempt = { number: 1, executor: 'local', host: 'h', folder: '/', createdAtMs: 0, startedAtMs: 1 };
    source.push(
      makeRun(1, { status: 'failed', attempt }),
      makeRun(2, { status: 'running', attempt }),
      makeRun(3, { status: 'cancelled' }),
    );
    let said = '';
    const stream = { write: (text: string | Uint8Array) => (said += String(text)) };
    const terminal = new Terminal(stream, stream, () => 0);
    const context = { source, terminal, home: '/h', environment: { PATH: '/bin' }, cwd: '/', nowMs: () => 0 };
    const interrupts = { onInterrupt: () => assert.fail(), ask: () => assert.fail() };
    const tryAgain = async (checkpoints: RetryRequest['checkpoints'], ...runs: number[]): Promise<number> =>
      retryCommand(context, runs.map(runIdOf), checkpoints, {}, interrupts);

    await assert.rejects(
      tryAgain('empty', 1, 2),
      isFailure('Conflict', /^rdaaaa: A running run cannot be tried again/),
    );
    await assert.rejects(tryAgain('kept', 1, 3), isFailure('Conflict', /^reaaaa: It never started/));
    await assert.rejects(tryAgain('empty', 1, 4), isFailure('NotFound'));
    assert.deepEqual([source.retried, said], [[], '']);

    assert.equal(await tryAgain('empty', 1, 3, 1), 0);
    const environment = JSON.stringify([['PATH', '/bin']]);
    assert.deepEqual(source.retried.sort(), [
      `${runIdOf(1)} empty ${environment}`,
      `${runIdOf(3)} empty ${environment}`,
    ]);
  });
});
