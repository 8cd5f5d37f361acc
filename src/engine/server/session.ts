/** One connected client: answers its requests, and tells it what it asked to hear. */
import type { Socket } from 'node:net';
import { DisposableStore } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import type { RunId } from '../../model/ids';
import type { Run, RunDetail } from '../../model/run';
import type { RunGraph } from '../../model/runGraph';
import { type EngineContract, engineContract } from '../../protocol/engine';
import { type Handlers, ServerPeer } from '../../protocol/peer';
import type { Params, RequestName, Result } from '../../protocol/contract';
import type { SpokenProtocol } from '../../protocol/handshake';
import { SocketReader, SocketWriter } from '../../protocol/socketTransport';
import type { AsyncStore } from '../store/asyncStore';
import type { LackingSecret } from '../schedule/secretMemory';
import type { EndAudience, EndTelling } from './endTelling';
import type { RunFeed } from './runFeed';
import { serveVersion1 } from './version1';

type Answer<N extends RequestName<EngineContract>> = (
  params: Params<EngineContract, N>,
) => Promise<Result<EngineContract, N>>;

/** The engine as its clients see it. */
export interface Served {
  readonly store: AsyncStore;
  readonly ends: EndTelling;
  hello(): Promise<Result<EngineContract, 'engine.hello'>>;
  readonly handOver: Answer<'engine.handover'>;
  readonly configure: Answer<'engine.configure'>;
  readonly acknowledge: Answer<'engine.acknowledge'>;
  readonly performance: Answer<'engine.performance'>;
  readonly removeAll: Answer<'engine.removeAll'>;
  readonly queue: Answer<'queue.get'>;
  readonly pauseQueue: Answer<'queue.pause'>;
  readonly arrange: Answer<'runs.arrange'>;
  readonly submit: Answer<'runs.submit'>;
  readonly output: Answer<'output.read'>;
  readonly outputAt: Answer<'output.at'>;
  readonly findInOutput: (
    query: Params<EngineContract, 'output.find'>,
    signal: AbortSignal,
  ) => Promise<Result<EngineContract, 'output.find'>>;
  readonly retry: Answer<'runs.retry'>;
  readonly change: Answer<'runs.change'>;
  readonly delete: Answer<'runs.delete'>;
  readonly undelete: Answer<'runs.undelete'>;
  readonly extend: Answer<'runs.extend'>;
  readonly lackingSecrets: LackingSecret[];
  readonly offerSecrets: Answer<'secrets.offer'>;
  readonly giveSecrets: Answer<'secrets.give'>;
  cancel(runId: RunId, unlessStarted?: boolean): Promise<Run>;
  graph(runId: RunId): Promise<RunGraph>;
  runFile(runId: RunId): Promise<Result<EngineContract, 'runs.file'>>;
  stopEarly(runId: RunId): Promise<Run>;
  detail(reference: string): Promise<RunDetail>;
  readonly inputs: Answer<'runs.inputs'>;
  readonly compareEnvironments: Answer<'runs.compareEnvironments'>;
}

/** A client that was admitted. */
export interface Caller {
  readonly socket: Socket;
  readonly protocol: SpokenProtocol;
  readonly log: Log;
}

/** How a client is told things, whatever version it speaks. */
export type Told = Pick<ServerPeer<EngineContract>, 'notify' | 'onDidClose' | 'dispose'>;

export class Session {
  readonly #owned = new DisposableStore();
  readonly #follows = new Map<RunId, number>();
  readonly #peer: Told;
  /** Outputs that this client reads on by positions, and does not begin anew when these do not hold any more. */
  readonly #outputs = new Set<string>();
  /** The editor's window at the other side, where it is one or belongs to one. */
  #window: string | undefined;
  #ends: EndAudience | undefined;
  #watches = false;
  #watchesSecrets = false;

  constructor(caller: Caller, engine: Served, feed: RunFeed, onClose: (session: Session) => void) {
    const { socket, protocol, log } = caller;
    const [reader, writer, handlers] = [new SocketReader(socket), new SocketWriter(socket), this.#handlers(engine)];
    this.#peer =
      protocol === 1
        ? serveVersion1(reader, writer, handlers, log)
        : new ServerPeer(engineContract, reader, writer, handlers, log);
    this.#owned.own(this.#peer);
    this.#owned.own(
      feed.join({
        follows: (runId) => this.#follows.has(runId),
        appended: (notice) => this.#peer.notify('run.appended', notice),
        runsChanged: (notice) => {
          if (this.#watches) this.#peer.notify('runs.changed', notice);
        },
        queueChanged: (notice) => {
          if (this.#watches) this.#peer.notify('queue.changed', notice);
        },
      }),
    );
    this.#peer.onDidClose(() => {
      this.#owned.dispose();
      socket.destroy();
      onClose(this);
    });
  }

  tellLacking(lacking: readonly LackingSecret[]): void {
    if (!this.#watchesSecrets) return;
    this.#peer.notify('secrets.lacking', { lacking: lacking.map(({ name, runs }) => ({ name, runs: [...runs] })) });
  }

  readsOutput(runId: RunId, attempt: number): boolean {
    return this.#outputs.has(`${runId} ${attempt}`);
  }

  dispose(): void {
    this.#owned.dispose();
  }

  /** What this window has started it is told of. */
  async #asMine<R extends Run>(engine: Served, run: R): Promise<R> {
    if (this.#window !== undefined) await engine.store.keepWindow(run.id, this.#window);
    return run;
  }

  #handlers(engine: Served): Handlers<EngineContract> {
    return {
      'engine.hello': async ({ window }) => {
        this.#window = window;
        return engine.hello();
      },
      'engine.handover': async (successor) => engine.handOver(successor),
      'engine.configure': async (settings) => engine.configure(settings),
      'engine.acknowledge': async (notice) => engine.acknowledge(notice),
      'engine.performance': async () => engine.performance({}),
      'engine.removeAll': async () => engine.removeAll({}),
      'ends.watch': async ({ isFocused }) => {
        this.#ends ??= this.#owned.own(engine.ends.join(this.#window, (told) => this.#peer.notify('ends.told', told)));
        this.#ends.focus(isFocused);
        return {};
      },
      'ends.acknowledge': async ({ id }) => {
        await engine.ends.acknowledge(id);
        return {};
      },
      'queue.get': async () => engine.queue({}),
      'queue.pause': async (wish) => engine.pauseQueue(wish),
      'experiments.list': async () => ({ experiments: await engine.store.experiments() }),
      'runs.list': async (query) => engine.store.runs(query),
      'runs.page': async (query) => engine.store.page(query),
      'runs.groups': async ({ by, filter }) => ({ groups: await engine.store.groups(by, filter) }),
      'runs.words': async () => engine.store.words(),
      'runs.children': async (query) => engine.store.children(query),
      'runs.graph': async ({ runId }) => engine.graph(runId),
      'runs.parameters': async (query) => engine.store.parameterHistory(query),
      'runs.file': async ({ runId }) => engine.runFile(runId),
      'runs.get': async ({ run }) => engine.detail(run),
      'runs.inputs': async (query) => engine.inputs(query),
      'runs.compareEnvironments': async (query) => engine.compareEnvironments(query),
      'runs.submit': async (submission) => this.#asMine(engine, await engine.submit(submission)),
      'runs.cancel': async ({ runId, unlessStarted }) => engine.cancel(runId, unlessStarted),
      'runs.arrange': async (wish) => engine.arrange(wish),
      'runs.retry': async (retry) => this.#asMine(engine, await engine.retry(retry)),
      'runs.stopEarly': async ({ runId }) => engine.stopEarly(runId),
      'runs.extend': async (extension) => engine.extend(extension),
      'runs.change': async (wish) => engine.change(wish),
      'runs.delete': async (which) => engine.delete(which),
      'runs.undelete': async (which) => engine.undelete(which),
      'runs.watch': async () => {
        this.#watches = true;
        return {};
      },
      'secrets.watch': async () => {
        this.#watchesSecrets = true;
        return { lacking: engine.lackingSecrets };
      },
      'secrets.offer': async (offer) => engine.offerSecrets(offer),
      'secrets.give': async (given) => engine.giveSecrets(given),
      'events.list': async (query) => engine.store.events(query),
      'events.marks': async ({ runId, ...query }) => engine.store.eventMarks(runId, query),
      'artifacts.list': async (query) => engine.store.artifacts(query),
      'series.list': async ({ runId }) => ({ summaries: await engine.store.summaries(runId) }),
      'series.query': async ({ runId, metrics, ...range }) => ({
        windows: await engine.store.windows(runId, metrics, range),
      }),
      'series.points': async ({ runId, metric, from, limit }) => engine.store.points(runId, metric, from, limit),
      'run.follow': async ({ runId }) => {
        this.#follows.set(runId, (this.#follows.get(runId) ?? 0) + 1);
        return {};
      },
      'run.unfollow': async ({ runId }) => {
        const count = (this.#follows.get(runId) ?? 0) - 1;
        if (count > 0) this.#follows.set(runId, count);
        else this.#follows.delete(runId);
        return {};
      },
      'output.find': async (query, signal) => engine.findInOutput(query, signal),
      'output.at': async (query) => engine.outputAt(query),
      'output.read': async (query) => {
        const part = await engine.output(query);
        if (query.edition === undefined) this.#outputs.add(`${query.runId} ${part.attempt}`);
        return part;
      },
    };
  }
}
