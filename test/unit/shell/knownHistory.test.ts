import assert from 'node:assert/strict';
import { Failure } from '../../../src/base/failure';
import { silentLog } from '../../../src/base/log';
import { knownHistory } from '../../../src/shell/runFiles/knownHistory';
import { FakeSource } from './fakeSource';

describe('past runs for who looks at a run file', () => {
  const ofAlgorithm = { family: { algorithm: 'anneal' }, limit: 9 };
  const ofFile = { family: { experiment: 'e', runFile: '/w/a.run.json' }, limit: 9 };

  it('are asked of a connected source alone: looking starts no engine', async () => {
    const source = new FakeSource();
    for (const state of ['idle', 'connecting', 'failed'] as const) {
      source.connection = { state, sinceMs: 0 };
      assert.equal(await knownHistory(source, ofFile, '/w', silentLog), undefined);
    }
    assert.deepEqual(source.historyQueries, []);
    source.connection = { state: 'connected', sinceMs: 0 };
    assert.deepEqual(await knownHistory(source, ofFile, '/w', silentLog), { runs: [] });
  });

  it('are of an algorithm in the folder that a run would be submitted from', async () => {
    const source = new FakeSource();
    await knownHistory(source, ofAlgorithm, '/w', silentLog);
    await knownHistory(source, ofAlgorithm, undefined, silentLog);
    await knownHistory(source, ofFile, '/w', silentLog);
    assert.deepEqual(source.historyQueries, [
      { family: { algorithm: 'anneal', workspace: '/w' }, limit: 9 },
      ofAlgorithm,
      ofFile,
    ]);
  });

  it('are not known when the source fails', async () => {
    const source = new FakeSource();
    source.failure = new Failure('Unavailable', 'The engine has ended.');
    assert.equal(await knownHistory(source, ofFile, '/w', silentLog), undefined);
  });
});
