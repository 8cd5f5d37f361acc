import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { machineIdentity, ProcessTable } from '../../../src/engine/execute/local/processes';
import { until } from '../../support/temporaryFolder';
import { systemClock } from '../../../src/base/clock';

describe('the processes of an attempt', () => {
  const started: ChildProcess[] = [];
  afterEach(() => started.splice(0).forEach((child) => child.kill('SIGKILL')));

  const sleeper = async (runId: string): Promise<number> => {
    const child = spawn('sleep', ['1000'], { env: { SIDELAB_RUN_ID: runId }, stdio: 'ignore' });
    started.push(child);
    await until(() => child.pid !== undefined, 'the process');
    return child.pid ?? 0;
  };

  it('are found though all processes were looked at a moment before they began', async () => {
    const clock = { ...systemClock, nowMs: () => 1000 };
    const table = new ProcessTable(clock);
    const gone = { pid: 2 ** 22 + 1, start: '1', ...machineIdentity() };
    assert.deepEqual(table.find('fourteen', gone), []);
    const pid = await sleeper('fourteen');
    // A look is shared by all who ask in the same moment; but not by who has seen something since.
    assert.deepEqual(table.find('fourteen', gone), []);
    assert.deepEqual(table.find('fourteen', gone, clock.nowMs()), [{ pid, inGroup: false }]);
  });
});
