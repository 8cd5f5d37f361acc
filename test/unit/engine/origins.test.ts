import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { EngineHarness, type TestClient } from '../../support/engineHarness';

describe('what a run came from', function () {
  this.timeout(60_000);
  const harness = new EngineHarness();
  let client: TestClient;
  before(async () => (client = await harness.start()));
  after(async () => harness.stop());

  it('is its run file as it was submitted, and its inputs as they were when its attempt began', async () => {
    const data = harness.folder.join('data');
    mkdirSync(`${data}/below`, { recursive: true });
    writeFileSync(`${data}/a`, '12345');
    writeFileSync(`${data}/below/b`, '123');
    const runFile = { path: '/work/a.run.json', text: '// mine\n{}' };
    const inputs = [
      { name: 'data', paths: [data] },
      { name: 'file', paths: [`${data}/a`] },
      { name: 'remote', paths: ['https://example.org/x'] },
    ];
    const run = await client.peer.call('runs.submit', harness.submission(['true'], { runFile, inputs }));
    await harness.settled(client, run.id);
    const { file } = await client.peer.call('runs.file', { runId: run.id });
    assert.deepEqual(file, runFile);
    const looked = await client.peer.call('runs.inputs', { runId: run.id });
    assert.deepEqual(
      looked.inputs?.map(({ name, path, sizeBytes, files }) => ({ name, path, sizeBytes, files })),
      [
        { name: 'data', path: data, sizeBytes: 8, files: 2 },
        { name: 'file', path: `${data}/a`, sizeBytes: 5, files: undefined },
        { name: 'remote', path: 'https://example.org/x', sizeBytes: undefined, files: undefined },
      ],
    );
  });

  it('tells by name how the environments of two runs differ, also after both have ended, and no value', async () => {
    const submit = async (environment: [string, string][]) => {
      const path: [string, string] = ['PATH', process.env['PATH'] ?? ''];
      const submission = harness.submission(['true'], { environment: [path, ...environment] });
      const run = await client.peer.call('runs.submit', submission);
      await harness.settled(client, run.id);
      return run.id;
    };
    const before = await submit([
      ['OLD', '1'],
      ['TOKEN', 'secret-one'],
    ]);
    const now = await submit([
      ['NEW', '1'],
      ['TOKEN', 'secret-two'],
    ]);
    const compared = await client.peer.call('runs.compareEnvironments', { before, now });
    assert.deepEqual(compared, {
      isKnown: true,
      changes: { added: ['NEW'], removed: ['OLD'], changed: ['TOKEN'] },
      same: ['PATH'],
    });
  });

  it('is known of an attempt that failed together with the memory that there was, and of none that did well', async () => {
    const failed = await client.peer.call('runs.submit', harness.submission(['false']));
    const { attempt } = await harness.settled(client, failed.id);
    assert.ok((attempt?.memory?.limitBytes ?? 0) > 1e8);
    const fine = await client.peer.call('runs.submit', harness.submission(['true']));
    assert.equal((await harness.settled(client, fine.id)).attempt?.memory, undefined);
  });
});
