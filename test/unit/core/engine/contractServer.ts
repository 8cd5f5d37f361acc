/** A small engine for tests: speaks the contract on a real socket, remembers what it was asked, drops clients on demand. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import 'vscode-jsonrpc/node';
import { Failure } from '../../../../src/base/failure';
import { silentLog } from '../../../../src/base/log';
import { newExperimentId, newRunId, type RunId } from '../../../../src/model/ids';
import type { Run } from '../../../../src/model/run';
import { type EngineContract, engineContract, engineProtocolVersion } from '../../../../src/protocol/engine';
import { engineAddressFile } from '../../../../src/protocol/engineAddress';
import { admit } from '../../../../src/protocol/handshake';
import { type Handlers, ServerPeer } from '../../../../src/protocol/peer';
import { SocketReader, SocketWriter } from '../../../../src/protocol/socketTransport';

const token = 't'.repeat(43);

export function someRun(changes: Partial<Run> = {}): Run {
  return {
    id: newRunId(),
    experimentId: newExperimentId(),
    experiment: 'tour',
    name: 'brave-badgers',
    tags: [],
    status: 'running',
    statusAtMs: 0,
    createdAtMs: 0,
    sequence: 1,
    attemptsMax: 1,
    ...changes,
  };
}

export class ContractServer {
  readonly home: string;
  /** Names of requests in the order of their arrival, with the run they are about. */
  readonly asked: string[] = [];
  readonly submitted = new Map<RunId, Run>();
  /** Called before a request is answered; may throw, or drop the connection. */
  onRequest: (name: string) => void = () => undefined;
  #listener: Server | undefined;
  #sockets: Socket[] = [];
  #peers: ServerPeer<EngineContract>[] = [];

  private constructor(home: string) {
    this.home = home;
  }

  /** A home without a living engine. */
  static async create(): Promise<ContractServer> {
    return new ContractServer(await mkdtemp(path.join(tmpdir(), 'sidelab-cs-')));
  }

  get connections(): number {
    return this.#peers.filter((peer) => !peer.isClosed).length;
  }

  async listen(): Promise<void> {
    const socket = path.join(this.home, 's');
    await rm(socket, { force: true });
    const listener = createServer((client) => void this.#accept(client));
    await new Promise<void>((resolve) => listener.listen(socket, resolve));
    this.#listener = listener;
    await this.writeAddress({ socket });
  }

  async writeAddress(changes: object = {}): Promise<void> {
    const address = {
      protocol: engineProtocolVersion,
      version: '0.0.0',
      pid: process.pid,
      host: 'here',
      socket: path.join(this.home, 's'),
      token,
      startedAtMs: 1,
    };
    await mkdir(this.home, { recursive: true });
    await writeFile(engineAddressFile(this.home), JSON.stringify({ ...address, ...changes }));
  }

  /** Cuts every connection, as a killed engine does; it can be connected to again. */
  drop(): void {
    for (const socket of this.#sockets.splice(0)) socket.destroy();
  }

  /** As `kill -9`: engine.json stays. */
  async die(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    const closed = new Promise((resolve) => (listener ? listener.close(resolve) : resolve(undefined)));
    this.drop();
    await closed;
  }

  async dispose(): Promise<void> {
    await this.die();
    await rm(this.home, { recursive: true, force: true });
  }

  tellRuns(runs: Run[]): void {
    for (const peer of this.#peers) peer.notify('runs.changed', { runs, experiments: [] });
  }

  tellQueue(isPaused: boolean): void {
    for (const peer of this.#peers) peer.notify('queue.changed', { isPaused });
  }

  tellAppended(runId: RunId, output = true): void {
    for (const peer of this.#peers) peer.notify('run.appended', { runId, series: [], events: [], output });
  }

  async #accept(socket: Socket): Promise<void> {
    socket.on('error', () => undefined);
    this.#sockets.push(socket);
    if (!(await admit(socket, token))) return;
    const peer = new ServerPeer(
      engineContract,
      new SocketReader(socket),
      new SocketWriter(socket),
      this.#handlers(),
      silentLog,
    );
    this.#peers.push(peer);
  }

  #handlers(): Handlers<EngineContract> {
    const heard = (name: string, about = ''): void => {
      this.asked.push(about === '' ? name : `${name} ${about}`);
      this.onRequest(name);
    };
    const answer = <T>(name: string, value: () => T) => {
      return async (params: object): Promise<T> => {
        heard(name, 'runId' in params ? String(params.runId) : '');
        return value();
      };
    };
    const none = (): never => {
      throw new Failure('NotFound', 'There is no such run.');
    };
    return {
      'engine.hello': answer('engine.hello', () => ({
        version: '0.0.0',
        protocol: engineProtocolVersion,
        pid: process.pid,
        host: 'here',
        home: this.home,
        startedAtMs: 1,
        atOnce: 2,
      })),
      'engine.handover': answer('engine.handover', () => ({})),
      'engine.configure': answer('engine.configure', () => ({})),
      'engine.acknowledge': answer('engine.acknowledge', () => ({})),
      'engine.performance': answer('engine.performance', none),
      'engine.removeAll': answer('engine.removeAll', none),
      'ends.watch': answer('ends.watch', () => ({})),
      'ends.acknowledge': answer('ends.acknowledge', () => ({})),
      'queue.get': answer('queue.get', () => {
        const capacity = { atOnce: 2, cpus: 2, memoryBytes: 1e9, gpus: 0 };
        return { isPaused: false, capacity, free: capacity, running: 0, waiting: 0 };
      }),
      'queue.pause': answer('queue.pause', () => {
        const capacity = { atOnce: 2, cpus: 2, memoryBytes: 1e9, gpus: 0 };
        return { isPaused: true, capacity, free: capacity, running: 0, waiting: 0 };
      }),
      'runs.arrange': answer('runs.arrange', none),
      'experiments.list': answer('experiments.list', () => ({ experiments: [] })),
      'runs.list': answer('runs.list', () => ({ runs: [...this.submitted.values()], more: false })),
      'runs.page': answer('runs.page', () => ({ runs: [], keys: [], more: false })),
      'runs.groups': answer('runs.groups', () => ({ groups: [] })),
      'runs.words': answer('runs.words', () => ({ tags: [], folders: [], parameters: [] })),
      'runs.children': answer('runs.children', () => ({ runs: [], more: false })),
      'runs.get': answer('runs.get', none),
      'runs.inputs': answer('runs.inputs', none),
      'runs.compareEnvironments': answer('runs.compareEnvironments', none),
      'runs.submit': async ({ runId, name, experiment }) => {
        const run = this.submitted.get(runId) ?? someRun({ id: runId, name, experiment });
        this.submitted.set(runId, run);
        heard('runs.submit');
        return run;
      },
      'runs.cancel': answer('runs.cancel', none),
      'runs.retry': answer('runs.retry', none),
      'runs.graph': answer('runs.graph', none),
      'runs.parameters': answer('runs.parameters', none),
      'runs.file': answer('runs.file', () => ({})),
      'runs.stopEarly': answer('runs.stopEarly', none),
      'runs.extend': answer('runs.extend', none),
      'runs.change': answer('runs.change', none),
      'runs.delete': answer('runs.delete', none),
      'runs.undelete': answer('runs.undelete', none),
      'runs.watch': answer('runs.watch', () => ({})),
      // Part of each connection, like its greeting; not worth a line in each test.
      'secrets.watch': async () => ({ lacking: [] }),
      'secrets.offer': answer('secrets.offer', none),
      'secrets.give': answer('secrets.give', none),
      'events.list': answer('events.list', () => ({ events: [], more: false })),
      'events.marks': answer('events.marks', () => ({ marks: [], newest: 0 })),
      'series.list': answer('series.list', () => ({ summaries: [] })),
      'artifacts.list': answer('artifacts.list', () => ({ artifacts: [], more: false })),
      'series.query': answer('series.query', () => ({ windows: [] })),
      'series.points': answer('series.points', none),
      'run.follow': answer('run.follow', () => ({})),
      'run.unfollow': answer('run.unfollow', () => ({})),
      'output.at': answer('output.at', () => ({ attempt: 1 })),
      'output.find': answer('output.find', none),
      'output.read': answer('output.read', none),
    };
  }
}
