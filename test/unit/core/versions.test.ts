import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { decode, ExtensionCodec } from '@msgpack/msgpack';
import { silentLog } from '../../../src/base/log';
import { EngineSource } from '../../../src/core/sources/engine/engineSource';
import { newRunId, type RunId } from '../../../src/model/ids';
import type { Run } from '../../../src/model/run';
import { isSettled } from '../../../src/model/runStatus';
import type { Submission } from '../../../src/protocol/engine';
import { readEngineAddress } from '../../../src/protocol/engineAddress';
import { type EngineContract1, engineContract1 } from '../../../src/protocol/engineVersion1';
import { introduce } from '../../../src/protocol/handshake';
import { ClientPeer } from '../../../src/protocol/peer';
import { SocketReader, SocketWriter } from '../../../src/protocol/socketTransport';
import { isFailure } from '../../support/isFailure';
import { type TemporaryFolder, temporaryFolder, until } from '../../support/temporaryFolder';
import { GraphRuns } from '../graphs/graphRuns';
import { RecordedEngine } from '../protocol/recordedEngine';
import { missingOf, readRecording } from '../protocol/recordedVersion1';

describe('an engine of today and a window one protocol version back', () => {
  const graphs = new GraphRuns();
  const { harness } = graphs;
  let socket: Socket;
  before(async () => graphs.start());
  after(async () => graphs.stop());
  beforeEach(async () => {
    const address = await readEngineAddress(harness.home);
    socket = connect(address?.socket ?? '');
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.once('connect', resolve));
  });
  afterEach(() => socket.destroy());

  it('go through a recorded conversation of then, byte for byte, and each answer has all that it had then', async () => {
    const { greeting, answer, requests, notices } = readRecording();
    const { token = '' } = (await readEngineAddress(harness.home)) ?? {};
    const heard = listen(socket);
    socket.write(greeting.replace('TOKEN', token));
    await until(() => heard.line !== undefined, 'the answer to the greeting');
    assert.equal(`${heard.line}\n`, answer);
    const missing: string[] = [];
    // The recorded run waits for room until it is followed: it has hardly anything to do.
    await graphs.client.peer.call('engine.configure', { atOnce: 1 });
    const first = await graphs.client.peer.call('runs.submit', harness.submission(['sleep', '60']));
    await harness.reached(graphs.client, first.id, 'running');
    const told = async (): Promise<void> => {
      for (const { method, params } of notices) {
        const isIt = (message: Heard): boolean =>
          message.method === method && missingOf(params, message.params).length === 0;
        await until(() => heard.messages.some(isIt), `${method} as it was then`);
      }
    };
    for (const { method, id, frame, result } of requests) {
      if (method === 'run.unfollow') await told();
      if (method === 'runs.get') await graphs.client.peer.call('runs.cancel', { runId: first.id });
      if (method === 'runs.get') await harness.settled(graphs.client, 'aaaaaaaaaaaaaaaa' as RunId);
      socket.write(Buffer.from(frame, 'base64'));
      const given = await until(() => heard.messages.find((message) => message.id === id), `the answer to ${method}`);
      missing.push(...missingOf(result, given.result, method));
    }
    assert.deepEqual(missing, []);
  });

  it('agree on a series of several attempts: its points in one row, as they were drawn then', async () => {
    const { token = '' } = (await readEngineAddress(harness.home)) ?? {};
    await introduce(socket, token, 1);
    const [reader, writer] = [new SocketReader(socket), new SocketWriter(socket)];
    const old = new ClientPeer<EngineContract1>(engineContract1, reader, writer, {}, silentLog);
    const script = `
      const attempt = Number(process.env.SIDELAB_ATTEMPT);
      for (let step = 0; step < 3; step += 1) log({ step: step + attempt, metrics: { m: attempt } });
      process.exit(2 - attempt);`;
    const run = await old.call('runs.submit', harness.script(script, { retries: 1, retryDelayMs: 0 }));
    await harness.settled(graphs.client, run.id);
    const query = { runId: run.id, metrics: ['m'], axis: 'step', buckets: 100 } as const;
    const row = ({ firstX, first }: { firstX: Float64Array; first: Float64Array }): string =>
      Array.from(firstX, (x, index) => `${x}:${first[index]}`).join(' ');
    const [then] = (await old.call('series.query', { ...query, metrics: ['m'] })).windows;
    const [now] = (await graphs.client.peer.call('series.query', { ...query, metrics: ['m'] })).windows;
    assert.equal(then && row(then), '1:1 2:1 2:2 3:1 3:2 4:2');
    assert.equal(now && row(now), '1:1 2:1 3:1 2:2 3:2 4:2');
    assert.deepEqual([...(now?.attempt ?? [])], [1, 1, 1, 2, 2, 2]);
    old.dispose();
  });

  it('agree that a graph is one run: its tasks are neither listed nor told of', async () => {
    const told: Run[] = [];
    const { token = '' } = (await readEngineAddress(harness.home)) ?? {};
    const protocol = await introduce(socket, token, 1);
    const old = new ClientPeer<EngineContract1>(
      engineContract1,
      new SocketReader(socket),
      new SocketWriter(socket),
      { 'runs.changed': ({ runs }) => told.push(...runs) },
      silentLog,
    );
    await old.call('runs.watch', {});
    const graph = await graphs.submit({ name: 'both', tasks: { a: { script: 'true' }, b: { script: 'exit 3' } } });
    await until(() => told.some(({ id, status }) => id === graph.id && isSettled(status)), 'the end of the graph');
    const { run, command } = await old.call('runs.get', { run: graph.id });
    const { runs } = await old.call('runs.list', { limit: 10 });
    assert.deepEqual(
      {
        protocol,
        told: [...new Set(told.filter(({ experiment }) => experiment === graph.experiment).map(({ id }) => id))],
        listed: runs.filter(({ experiment }) => experiment === graph.experiment).map(({ id }) => id),
        words: Object.keys({ ...run, ...told.at(-1) }).filter((key) => /kind|task|children|parent|best/.test(key)),
        as: [run.status, run.evidence, command],
      },
      {
        protocol: 1,
        told: [graph.id],
        listed: [graph.id],
        words: [],
        as: ['failed', 'b failed first: exit code 3', []],
      },
    );
    const retry = old.call('runs.retry', { runId: graph.id, checkpoints: 'empty', key: newRunId(), environment: [] });
    await assert.rejects(retry, isFailure('Incompatible', /too old to try again/));
    old.dispose();
  });
});

describe('a window of today and an engine one protocol version back', () => {
  let folder: TemporaryFolder;
  let engine: RecordedEngine;
  let source: EngineSource;
  beforeEach(async () => {
    folder = temporaryFolder();
    engine = new RecordedEngine(folder.join('h'));
    await engine.listen();
    source = EngineSource.open({
      home: folder.join('h'),
      bundleFolder: 'dist',
      // Of the engine's own version: nothing is handed over.
      identity: { client: 'test', version: '0.1.0' },
      environment: {},
      log: silentLog,
    });
  });
  afterEach(async () => {
    source.dispose();
    await engine.close();
    folder.remove();
  });

  const submission = (more: Partial<Submission> = {}): Submission => ({
    runId: newRunId(),
    experiment: 'recorded',
    name: 'version-one',
    tags: [],
    metadataJson: '{}',
    parametersJson: '{}',
    command: ['true'],
    cwd: '/',
    environment: [],
    retries: 0,
    ...more,
  });

  it('work together on runs of one program', async () => {
    const changed: Run[] = [];
    let points = 0;
    source.onDidChangeRuns(({ runs }) => changed.push(...runs));
    const run = await source.submit(submission());
    source.follow(run.id, ({ series }) => (points += series.length));
    await until(() => engine.asked.includes('run.follow'), 'the engine to be told');
    engine.tell();
    await until(() => changed.length > 0 && points > 0, 'what is told');
    const { runs } = await source.runs({ limit: 10 });
    const [series] = await source.series({ runId: run.id, metrics: ['loss'], axis: 'step', buckets: 10 });
    const output = await source.output({ runId: run.id, attempt: 0, stream: 'both', from: 0, maxBytes: 1000 });
    assert.deepEqual(
      [
        source.engine?.protocol,
        runs[0]?.status,
        (await source.run(run.id)).attempts[0]?.exitCode,
        (await source.metrics(run.id))[0]?.metric,
        series?.metric,
        series?.attempt.length === series?.count.length && series?.attempt[0],
        Buffer.from(output.bytes).toString(),
        await source.children(run.id, { limit: 10 }),
      ],
      [0, 'completed', 0, 'loss', 'loss', 0, 'hello\n', { runs: [], more: false }],
    );
  });

  it('say why a run cannot be changed or deleted, and have none that was', async () => {
    const { id } = await source.submit(submission());
    const says = (what: RegExp): ReturnType<typeof isFailure> => isFailure('Incompatible', what);
    await assert.rejects(source.change([id], { name: 'other' }), says(/does not know changes of runs yet\.$/));
    await assert.rejects(source.delete({ runs: [id] }), says(/does not know the deletion of runs yet\.$/));
    await assert.rejects(source.undelete([id]), says(/does not know the deletion of runs yet\.$/));
    assert.deepEqual(await source.runs({ deleted: true, limit: 10 }), { runs: [], more: false });
  });

  it('say why a graph, a sweep or a new key cannot be submitted, instead of running something else', async () => {
    const runId = newRunId();
    const tasks = [
      { ...submission(), parentId: runId, task: 'a', environment: 0, dependsOn: [] },
    ] satisfies Submission['tasks'];
    const made = { runId, tasks, command: [] };
    const says = (what: RegExp): ReturnType<typeof isFailure> => isFailure('Incompatible', what);
    await assert.rejects(
      source.submit(submission({ ...made, kind: 'graph' })),
      says(/is of version 0\.1\.0 and does not know task graphs yet/),
    );
    await assert.rejects(source.submit(submission({ ...made, kind: 'sweep' })), says(/sweeps/));
    const later = { priority: 5 } as Partial<Submission>;
    await assert.rejects(source.submit(submission(later)), says(/does not know “priority” yet/));
    const code = { repository: folder.path, isSnapshot: true };
    await assert.rejects(source.submit(submission({ code })), says(/does not know “packaging” yet/));
    assert.ok(!engine.asked.includes('runs.submit'));
    // What is only told of the code goes unsaid.
    await source.submit(submission({ code: { repository: folder.path } }));
  });
});

interface Heard {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
}

/** What an engine says on a raw socket: a line, then messages. Decoded without our own transport. */
function listen(socket: Socket): { line: string | undefined; readonly messages: Heard[] } {
  const codec = new ExtensionCodec();
  codec.register({
    type: 1,
    encode: () => null,
    decode: (bytes) => new Float64Array(Uint8Array.prototype.slice.call(bytes).buffer),
  });
  const heard: { line: string | undefined; messages: Heard[] } = { line: undefined, messages: [] };
  let bytes = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
    if (heard.line === undefined) {
      const end = bytes.indexOf(10);
      if (end < 0) return;
      heard.line = bytes.subarray(0, end).toString();
      bytes = bytes.subarray(end + 1);
    }
    while (bytes.length >= 4 && bytes.length >= 4 + bytes.readUInt32BE(0)) {
      const length = bytes.readUInt32BE(0);
      heard.messages.push(decode(bytes.subarray(4, 4 + length), { extensionCodec: codec }) as Heard);
      bytes = bytes.subarray(4 + length);
    }
  });
  return heard;
}
