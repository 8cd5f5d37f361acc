import assert from 'node:assert/strict';
import { systemClock } from '../../../../src/base/clock';
import { Failure } from '../../../../src/base/failure';
import { silentLog } from '../../../../src/base/log';
import { EngineProcess } from '../../../../src/core/sources/engine/engineProcess';
import { EngineSource } from '../../../../src/core/sources/engine/engineSource';
import type { EngineCandidate } from '../../../../src/core/sources/engine/startEngine';
import { newRunId, type RunId } from '../../../../src/model/ids';
import type { Submission } from '../../../../src/protocol/engine';
import { ContractServer, someRun } from './contractServer';

const submission = (runId: RunId): Submission => ({
  runId,
  experiment: 'tour',
  name: 'a',
  tags: [],
  metadataJson: '{}',
  parametersJson: '{}',
  command: ['/bin/true'],
  cwd: '/',
  environment: [],
  retries: 0,
});

describe('the engine as a source', () => {
  let server: ContractServer;
  let source: EngineSource;
  let starts: number;
  /** What starting an engine does. */
  let start: () => Promise<EngineCandidate>;
  let states: string[];

  const lives: EngineCandidate = { exit: undefined, lastWords: async () => '' };
  const ended = (code: number, words = ''): EngineCandidate => ({
    exit: { code, words: `exit code ${code}` },
    lastWords: async () => words,
  });

  const open = (limitMs = 5000): EngineSource => {
    const reach = new EngineProcess({
      home: server.home,
      clock: systemClock,
      limitMs,
      start: async () => {
        starts += 1;
        return start();
      },
    });
    const opened = new EngineSource({
      reach,
      identity: { client: 'test', version: '0' },
      clock: systemClock,
      log: silentLog,
      environment: {},
    });
    opened.onDidChangeConnection(({ state, reason }) => states.push(reason ? `${state}: ${reason}` : state));
    return opened;
  };

  beforeEach(async () => {
    server = await ContractServer.create();
    starts = 0;
    states = [];
    start = async () => {
      await server.listen();
      return lives;
    };
    source = open();
  });
  afterEach(async () => {
    source.dispose();
    await server.dispose();
  });

  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
  };
  const codeOf = async (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'done',
      (error: unknown) => (error instanceof Failure ? `${error.code}: ${error.message}` : String(error)),
    );

  it('does nothing until somebody asks', async () => {
    await server.listen();
    assert.deepEqual([source.connection.state, starts, server.asked], ['idle', 0, []]);
  });

  it('connects to an engine that lives, and never starts one for that', async () => {
    assert.equal(await source.connectIfAlive(), false);
    assert.equal(source.connection.state, 'idle');
    await server.listen();
    assert.equal(await source.connectIfAlive(), true);
    assert.deepEqual([starts, server.asked, states], [0, ['engine.hello', 'runs.watch'], ['connected']]);
  });

  it('starts one engine for many questions at once', async () => {
    await Promise.all([source.experiments(), source.runs({ limit: 5 }), source.connectIfAlive(), source.experiments()]);
    assert.deepEqual([starts, server.connections, states], [1, 1, ['connecting', 'connected']]);
  });

  it('starts one when a question comes while it was only looking', async () => {
    const [alive] = await Promise.all([source.connectIfAlive(), source.experiments()]);
    assert.deepEqual([alive, starts], [false, 1]);
  });

  it('waits for the winner when its own candidate lost the race', async () => {
    start = async () => {
      setTimeout(() => void server.listen(), 200);
      return ended(75);
    };
    assert.deepEqual(await source.experiments(), []);
    assert.equal(starts, 1);
  });

  it('tries another candidate when the one that held the lock was just ending', async () => {
    start = async () => {
      if (starts === 2) await server.listen();
      return ended(75);
    };
    assert.deepEqual(await source.experiments(), []);
    assert.equal(starts, 2);
  });

  it('shows the last words of an engine that could not start, and tries again by itself', async () => {
    start = async () => ended(1, 'Error: the disk is full');
    const failed = await codeOf(source.experiments());
    const log = `${server.home}/logs/engine-start.log`;
    assert.equal(
      failed,
      `Unavailable: The engine could not start (exit code 1); its messages are in ${log}:\nError: the disk is full`,
    );
    assert.deepEqual(
      [source.connection.state, source.connection.reason],
      ['failed', failed.slice('Unavailable: '.length)],
    );
    let resets = 0;
    source.onDidReset(() => (resets += 1));
    start = async () => {
      await server.listen();
      return lives;
    };
    await until(() => source.connection.state === 'connected');
    assert.equal(resets, 1);
  });

  it('gives up after the time limit, and says that an engine lives but does not answer', async () => {
    start = async () => ended(75);
    source.dispose();
    source = open(300);
    assert.equal(
      await codeOf(source.experiments()),
      `Unavailable: An engine holds the lock of ${server.home}, but did not answer within 0 s.`,
    );
  });

  it('does not start another engine beside one whose token is not the one of engine.json', async () => {
    await server.listen();
    await server.writeAddress({ token: 'x'.repeat(43) });
    assert.equal(await source.connectIfAlive(), false);
    assert.equal(source.connection.reason, 'The engine did not accept the token of its engine.json.');
  });

  it('pushes what changes, to who listens', async () => {
    await source.experiments();
    const run = someRun();
    const heard: unknown[] = [];
    source.onDidChangeRuns(({ runs }) => heard.push(...runs));
    source.onDidChangeQueue((queue) => heard.push(queue));
    server.tellRuns([run]);
    server.tellQueue(true);
    await until(() => heard.length > 1);
    assert.deepEqual(heard, [run, { isPaused: true }]);
  });

  it('asks again, once, when the connection is lost in the middle of a question', async () => {
    await source.experiments();
    let drops = 1;
    server.onRequest = (name) => {
      if (name === 'runs.list' && drops-- > 0) server.drop();
    };
    assert.deepEqual(await source.runs({ limit: 1 }), { runs: [], more: false });
    server.onRequest = (name) => {
      if (name === 'runs.list') server.drop();
    };
    assert.equal(await codeOf(source.runs({ limit: 1 })), 'Unavailable: The connection was closed.');
  });

  it('submits a run once, though its answer was lost', async () => {
    await source.experiments();
    let drops = 1;
    server.onRequest = (name) => {
      if (name === 'runs.submit' && drops-- > 0) server.drop();
    };
    const runId = newRunId();
    assert.equal((await source.submit(submission(runId))).id, runId);
    assert.equal(server.submitted.size, 1);
    assert.equal(server.asked.filter((name) => name === 'runs.submit').length, 2);
  });

  it('passes a failure on as it is, without asking again', async () => {
    assert.equal(await codeOf(source.run('none')), 'NotFound: There is no such run.');
    assert.equal(await codeOf(source.run('')), 'InvalidInput: Name a run: its id, the beginning of it, or its name.');
    assert.equal(server.asked.filter((name) => name === 'runs.get').length, 1);
  });

  it('comes back by itself when the engine was killed: starts one, says so, watches and follows again', async () => {
    const runId = newRunId();
    await source.experiments();
    const heard: string[] = [];
    source.onDidReset(() => heard.push('reset'));
    source.follow(runId, ({ output }) => heard.push(`output ${output}`));
    await until(() => server.asked.includes(`run.follow ${runId}`));
    await server.die();
    server.asked.length = 0;
    await until(() => states.length === 4);
    assert.deepEqual(server.asked, ['engine.hello', 'runs.watch', `run.follow ${runId}`]);
    server.tellAppended(runId);
    await until(() => heard.length === 2);
    assert.deepEqual(heard, ['reset', 'output true']);
    assert.deepEqual(states, [
      'connecting',
      'connected',
      'connecting: The connection to the engine was lost.',
      'connected',
    ]);
    assert.equal(starts, 2);
  });

  it('tells the engine once that a run is followed, however many follow it', async () => {
    await source.experiments();
    const runId = newRunId();
    const other = newRunId();
    let heard = 0;
    const follows = [1, 2].map(() => source.follow(runId, () => (heard += 1)));
    await source.experiments();
    server.tellAppended(runId);
    server.tellAppended(other);
    await until(() => heard === 2);
    follows[0]?.dispose();
    follows[0]?.dispose();
    await source.experiments();
    follows[1]?.dispose();
    await source.experiments();
    assert.deepEqual(
      server.asked.filter((name) => name.includes(runId)),
      [`run.follow ${runId}`, `run.unfollow ${runId}`],
    );
  });

  it('connects for who follows', async () => {
    const runId = newRunId();
    source.follow(runId, () => undefined);
    await until(() => server.asked.includes(`run.follow ${runId}`));
    assert.equal(starts, 1);
  });

  it('is over when it is disposed, also in the middle of connecting', async () => {
    start = async () => lives;
    const asked = codeOf(source.experiments());
    await until(() => starts === 1);
    source.dispose();
    assert.equal(await asked, 'Cancelled: The engine source was closed.');
    assert.equal(await codeOf(source.experiments()), 'Cancelled: The engine source was closed.');
    assert.throws(() => source.follow(newRunId(), () => undefined), Failure);
  });
});
