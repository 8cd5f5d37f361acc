/**
 * The graph panel's side of the conversation: asks for the snapshot, applies what is told of nodes, asks anew when it lacks some.
 * Knows no DOM; what draws it listens.
 */
import type { Clock } from '../../src/base/clock';
import { Emitter, type Event } from '../../src/base/event';
import { describeFailure, Failure, messageOf } from '../../src/base/failure';
import { type Disposable, DisposableStore } from '../../src/base/lifecycle';
import type { GraphChange } from '../../src/model/graphChange';
import type { RunId } from '../../src/model/ids';
import type { Params, RequestName, Result } from '../../src/protocol/contract';
import type { GraphDetails, GraphPanelAction, GraphPanelContract, GraphSnapshot } from '../../src/protocol/graphPanel';
import type { NoticeListeners } from '../../src/protocol/peer';
import { GraphModel, type ModelNode } from './graphModel';
import { unpackGraph } from './unpackGraph';

/** The host as this panel uses it: a `ClientPeer` of the panel's contract. */
export interface GraphPanelHost extends Disposable {
  call<N extends RequestName<GraphPanelContract>>(
    name: N,
    params: Params<GraphPanelContract, N>,
    signal?: AbortSignal,
  ): Promise<Result<GraphPanelContract, N>>;
}
export type ConnectGraphPanel = (listeners: NoticeListeners<GraphPanelContract>) => GraphPanelHost;

/** What is shown beside the picture of one node. */
export interface ShownDetails {
  readonly runId: RunId;
  /** Undefined until the first answer. */
  readonly details: GraphDetails | undefined;
  readonly failure: string | undefined;
}

export class GraphSession implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #clock: Clock;
  readonly #host: GraphPanelHost;
  readonly #didChange = this.#owned.own(new Emitter<void>());
  readonly #didReplace = this.#owned.own(new Emitter<void>());
  readonly #didChangeNodes = this.#owned.own(new Emitter<readonly ModelNode[]>());
  readonly #didSelect = this.#owned.own(new Emitter<RunId>());
  #snapshot: GraphSnapshot | undefined;
  #model: GraphModel | undefined;
  /** The host's clock is that much ahead of ours. */
  #aheadMs = 0;
  #connection: string | undefined;
  #failure: string | undefined;
  #acting: GraphPanelAction | undefined;
  #details: ShownDetails | undefined;
  /** Notices that came while the snapshot was on its way. */
  #early: GraphChange[] | undefined;

  constructor(connect: ConnectGraphPanel, clock: Clock) {
    this.#clock = clock;
    this.#host = this.#owned.own(
      connect({
        'graph.changed': ({ nodes }) => this.#hearChanges(nodes),
        'graph.snapshot': (snapshot) => this.#replace(snapshot),
        'graph.detailsChanged': ({ runId }) => {
          if (this.#details?.runId === runId) void this.showDetails(runId);
        },
        'graph.selected': ({ runId }) => this.#didSelect.fire(runId),
        'graph.connection': ({ reason }) => this.#hearConnection(reason),
      }),
    );
  }

  /** Anything that the panel says in words. */
  readonly onDidChange: Event<void> = (listener) => this.#didChange.event(listener);
  /** There is another graph: nodes or edges are others. */
  readonly onDidReplace: Event<void> = (listener) => this.#didReplace.event(listener);
  /** The same nodes in other states. */
  readonly onDidChangeNodes: Event<readonly ModelNode[]> = (listener) => this.#didChangeNodes.event(listener);
  /** The tree's selection has moved. */
  readonly onDidSelect: Event<RunId> = (listener) => this.#didSelect.event(listener);

  get snapshot(): GraphSnapshot | undefined {
    return this.#snapshot;
  }

  get model(): GraphModel | undefined {
    return this.#model;
  }

  /** Nothing of it has been submitted. */
  get isPlan(): boolean {
    return this.#snapshot?.plan !== undefined;
  }

  get connection(): string | undefined {
    return this.#connection;
  }

  /** Why there is no snapshot, or why the last action was not done. */
  get failure(): string | undefined {
    return this.#failure;
  }

  get acting(): GraphPanelAction | undefined {
    return this.#acting;
  }

  get details(): ShownDetails | undefined {
    return this.#details;
  }

  /** The time by which ages are counted. */
  nowMs(): number {
    return this.#clock.nowMs() + this.#aheadMs;
  }

  call: GraphPanelHost['call'] = async (name, params, signal) => this.#host.call(name, params, signal);

  /** Asks for everything anew; what is shown stays until the answer is there. Never throws. */
  async refresh(): Promise<void> {
    if (this.#early) return;
    this.#early = [];
    try {
      const snapshot = await this.#host.call('graph.ready', {});
      const early = this.#early;
      this.#early = undefined;
      this.#failure = undefined;
      this.#replace(snapshot);
      this.#hearChanges(early);
    } catch (error) {
      this.#failure = `The graph could not be read: ${wordsFor(error)}`;
    } finally {
      this.#early = undefined;
      this.#didChange.fire();
    }
  }

  /** Never throws: a failure is shown. */
  async act(action: GraphPanelAction, runId: RunId): Promise<void> {
    this.#acting = action;
    this.#failure = undefined;
    this.#didChange.fire();
    try {
      await this.#host.call('graph.act', { action, runId });
    } catch (error) {
      this.#failure = wordsFor(error);
    } finally {
      this.#acting = undefined;
      this.#didChange.fire();
    }
  }

  /** Something of the panel itself went wrong. */
  fail(message: string): void {
    this.#failure = message;
    this.#didChange.fire();
  }

  dismissFailure(): void {
    this.#failure = undefined;
    this.#didChange.fire();
  }

  /** Reads what is shown of a node beside the picture; what was shown of it stays until then. Never throws. */
  async showDetails(runId: RunId): Promise<void> {
    const known = this.#details?.runId === runId ? this.#details.details : undefined;
    if (!known) {
      this.#details = { runId, details: undefined, failure: undefined };
      this.#didChange.fire();
    }
    let shown: ShownDetails;
    try {
      shown = { runId, details: await this.#host.call('graph.details', { runId }), failure: undefined };
    } catch (error) {
      shown = { runId, details: known, failure: wordsFor(error) };
    }
    // Another node was chosen meanwhile, or none.
    if (this.#details?.runId !== runId) return;
    this.#details = shown;
    this.#didChange.fire();
  }

  hideDetails(): void {
    if (!this.#details) return;
    this.#details = undefined;
    this.#didChange.fire();
    this.#host.call('graph.noDetails', {}).catch(() => {
      // The host learns it with the next question.
    });
  }

  /** Tells the tree beside. A failure of that is none of the picture. */
  tellSelected(runId: RunId): void {
    this.#host.call('graph.select', { runId }).catch(() => {
      // The tree shows what it showed.
    });
  }

  #replace(snapshot: GraphSnapshot): void {
    const { nodes, edges } = snapshot.packed ? unpackGraph(snapshot.packed) : snapshot;
    this.#snapshot = snapshot;
    this.#aheadMs = snapshot.nowMs - this.#clock.nowMs();
    this.#connection = snapshot.connection;
    this.#model = new GraphModel(nodes, edges);
    this.#didReplace.fire();
    this.#didChange.fire();
  }

  #hearChanges(changes: readonly GraphChange[]): void {
    if (this.#early) {
      this.#early.push(...changes);
      return;
    }
    const { changed } = this.#model?.apply(changes) ?? { changed: [] };
    if (changed.length > 0) this.#didChangeNodes.fire(changed);
  }

  #hearConnection(reason: string | undefined): void {
    this.#connection = reason;
    if (reason === undefined) void this.refresh();
    else this.#didChange.fire();
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

const wordsFor = (error: unknown): string =>
  error instanceof Failure ? describeFailure(error.toData()) : messageOf(error);
