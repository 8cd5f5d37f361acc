import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { NoticeTeller } from '../../../src/cli/noticeTeller';
import { Terminal } from '../../../src/cli/terminal';
import { Emitter } from '../../../src/base/event';
import type { SourceConnection } from '../../../src/core/source';
import { Store } from '../../../src/engine/store/store';
import { newRunId } from '../../../src/model/ids';
import type { Notice } from '../../../src/model/notice';
import { CliHarness } from './cliHarness';

describe('a damaged store in a terminal', () => {
  let harness: CliHarness;
  let file: string;
  beforeEach(() => {
    harness = new CliHarness();
    mkdirSync(harness.home);
    file = path.join(harness.home, 'sidelab.db');
    const store = Store.open(file);
    const launch = { tags: [], metadataJson: '{}', parametersJson: '{}', command: ['true'], cwd: '/', retries: 0 };
    for (const name of ['first', 'second']) {
      store.submit({ ...launch, runId: newRunId(), experiment: 'old', name, environment: [] }, 1000);
    }
    for (const { run } of store.activeRuns()) store.requestCancel(run.id, 2000);
    store.close();
  });
  afterEach(async () => harness.dispose());

  it('is told of on stderr, with where more is written, and the runs are listed', async () => {
    truncateSync(file, statSync(file).size - 100);
    const { code, stdout, stderr } = await harness.sidelab('list', '--json');
    assert.equal(code, 0, stderr);
    const runs = JSON.parse(stdout) as { readonly name: string }[];
    assert.deepEqual(
      runs.map(({ name }) => name),
      ['second', 'first'],
    );
    assert.match(
      stderr,
      /^sidelab: Sidelab’s store was damaged: the file ends after \d+ of \d+ or more bytes\. 2 runs could be read and kept\. .*kept as sidelab\.db\.damaged-\S+\. More in \S+\.txt\n$/,
    );
    const [, report = ''] = /More in (\S+)\n/.exec(stderr) ?? [];
    assert.match(readFileSync(report, 'utf8'), /run: 2 rows/);
    assert.equal((await harness.sidelab('list')).stderr, stderr, 'a script may have swallowed it: it is said again');
  });

  it('that cannot be repaired is said in words, and nothing of it is touched', async () => {
    writeFileSync(file, 'this is no database');
    const { code, stderr } = await harness.sidelab('list');
    assert.equal(code, 69);
    assert.match(stderr, /is damaged, and nothing in it can be read: the file is no database/);
    assert.match(stderr, /move it aside to begin with an empty one/);
    assert.equal(readFileSync(file, 'utf8'), 'this is no database');
    assert.deepEqual(
      readdirSync(harness.home).filter((name) => name.startsWith('sidelab.db')),
      ['sidelab.db'],
    );
  });
});

describe('what the engine wants a person to hear', () => {
  const notice: Notice = { id: 'n', atMs: 1, message: 'The store was damaged.', file: '/more.txt' };

  function open(isTTY: boolean): { said: string[]; acknowledged: string[]; teller: NoticeTeller; connect: () => void } {
    const said: string[] = [];
    const acknowledged: string[] = [];
    const changes = new Emitter<SourceConnection>((error) => {
      throw error;
    });
    const stream = { isTTY, write: (text: string | Uint8Array) => said.push(String(text)) };
    const source = {
      notices: [notice],
      onDidChangeConnection: (listener: (connection: SourceConnection) => void) => changes.event(listener),
      acknowledge: async ({ id }: Notice) => void acknowledged.push(id),
    };
    const teller = new NoticeTeller(source, new Terminal(stream, stream, () => 0));
    return { said, acknowledged, teller, connect: () => changes.fire({ state: 'connected', sinceMs: 0 }) };
  }

  it('is said once a command, and counts as heard in a terminal only', async () => {
    for (const isTTY of [true, false]) {
      const { said, acknowledged, teller, connect } = open(isTTY);
      connect();
      connect();
      await teller.acknowledge();
      assert.deepEqual(said, ['sidelab: The store was damaged. More in /more.txt\n']);
      assert.deepEqual(acknowledged, isTTY ? ['n'] : []);
    }
  });
});
