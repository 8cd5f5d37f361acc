import assert from 'node:assert/strict';
import { Failure, failureCodes } from '../../../src/base/failure';
import { exitCodeOfFailure, exitCodeOfRun } from '../../../src/cli/exitCodes';
import { LatestMetrics } from '../../../src/cli/latestMetrics';
import { formatTable } from '../../../src/cli/plainText';
import { formatValue } from '../../../src/model/metricValue';
import { reportThrown } from '../../../src/cli/report';
import { runStatuses } from '../../../src/model/runStatus';
import { someRun } from '../core/engine/contractServer';

describe('the exit code', () => {
  it('is the run’s own, or says what became of it', () => {
    const attempt = { number: 1, executor: 'local', host: 'h', folder: '/', createdAtMs: 0 };
    assert.deepEqual(Object.fromEntries(runStatuses.map((status) => [status, exitCodeOfRun(someRun({ status }))])), {
      created: 75,
      queued: 75,
      pending: 75,
      running: 75,
      'cancel-pending': 75,
      completed: 0,
      failed: 1,
      cancelled: 130,
      skipped: 1,
      lost: 70,
    });
    assert.equal(exitCodeOfRun(someRun({ status: 'failed', attempt: { ...attempt, exitCode: 137 } })), 137);
    // Timed out after a clean exit: it failed all the same.
    assert.equal(exitCodeOfRun(someRun({ status: 'failed', attempt: { ...attempt, exitCode: 0 } })), 1);
  });

  it('tells wrong input from an engine that cannot be used', () => {
    assert.deepEqual(Object.fromEntries(failureCodes.map((code) => [code, exitCodeOfFailure(code)])), {
      InvalidInput: 2,
      NotFound: 2,
      Conflict: 2,
      TooLarge: 2,
      Untrusted: 2,
      Unauthorized: 69,
      Unavailable: 69,
      Incompatible: 69,
      Storage: 69,
      Cancelled: 130,
    });
  });
});

describe('what is said of a failure', () => {
  it('is its place, message and hint; of a bug, its stack', () => {
    let said = '';
    const write = (text: string): void => void (said += text);
    const place = { file: 'a.run.json', line: 2, column: 3 };
    assert.equal(reportThrown(new Failure('InvalidInput', 'cwd: No.', { hint: 'Do so.', place }), write), 2);
    assert.equal(said, 'sidelab: a.run.json:2:3: cwd: No. Do so.\n');
    said = '';
    assert.equal(reportThrown(new Error('oops', { cause: new TypeError('why') }), write), 70);
    assert.match(said, /bug of Sidelab\.\nError: oops\n +at [^]*Caused by: TypeError: why\n +at /);
  });
});

describe('texts in rows', () => {
  it('stand in columns, and cannot command the terminal', () => {
    const table = formatTable([
      ['RUN', 'NAME', 'EVIDENCE'],
      ['a', 'red\u001b[31m\nlong', ''],
      ['bcdefg', 'x', 'exit code 1'],
    ]);
    assert.deepEqual(table.split('\n'), [
      'RUN     NAME           EVIDENCE',
      'a       red [31m long',
      'bcdefg  x              exit code 1',
    ]);
  });

  it('have numbers of six digits', () => {
    assert.deepEqual([1, 0.1 + 0.2, 1 / 3, 1234567.891, NaN, -Infinity, 1e-9].map(formatValue), [
      '1',
      '0.3',
      '0.333333',
      '1234570',
      'NaN',
      '-Infinity',
      '1e-9',
    ]);
  });

  it('have the newest value of as many metrics as fit', () => {
    const metrics = new LatestMetrics();
    const columns = {
      attempt: 1,
      from: 0,
      step: Float64Array.of(0, 1),
      time: Float64Array.of(0, 1),
      wall: Float64Array.of(0, 1),
    };
    metrics.reset([{ metric: 'loss', count: 1, values: Float64Array.of(0, 0, 0, 0.5, 0.5, 0.5) }]);
    metrics.append([
      { ...columns, metric: 'loss', value: Float64Array.of(0.4, 0.25) },
      { ...columns, metric: '__proto__', value: Float64Array.of(1, NaN) },
    ]);
    assert.deepEqual([metrics.describe(80), metrics.describe(12)], ['loss 0.25 · __proto__ NaN', 'loss 0.25 · …']);
  });
});
