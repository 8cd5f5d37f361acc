/**
 * One life of the graph panel's view: from its first word, `graph.ready`, until it is hidden or closed. It answers with the whole
 * graph, passes on how nodes change, and sends the whole anew when there are others; the view's next life starts from a snapshot again.
 */
import { l10n } from 'vscode';
import { type Clock, Coalescer } from '../../base/clock';
import { messageOf } from '../../base/failure';
import { type Disposable, DisposableSlot, DisposableStore } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import type { GraphChange } from '../../model/graphChange';
import type { RunId } from '../../model/ids';
import {
  type GraphDetails,
  type GraphPanelAction,
  type GraphPanelContract,
  graphPanelContract,
  type GraphPanelState,
  type GraphSnapshot,
  type GraphSubject,
} from '../../protocol/graphPanel';
import type { ServerPeer } from '../../protocol/peer';
import { type MessageSurface, serveOn } from './messageSurface';
import type { PanelStates } from './panelStates';
import type { PanelFiles } from './runPanelSession';
import type { GraphListener, ShownGraph, WholeGraph } from './shownGraph';
import type { ViewSession } from './viewLives';

/** Nodes change as often as programs log; a picture is drawn at most this often for it. */
const changesMs = 50;
/** People read what stands beside the picture. */
const detailsMs = 500;

export interface GraphSessionParts {
  readonly subject: GraphSubject;
  readonly shown: ShownGraph;
  readonly surface: MessageSurface;
  readonly clock: Clock;
  readonly log: Log;
  readonly act: (action: GraphPanelAction, runId: RunId) => Promise<void>;
  /** The user has chosen a node in the picture. */
  readonly select: (runId: RunId) => void;
  readonly files: Pick<PanelFiles, 'save'>;
  readonly states: PanelStates<GraphPanelState>;
  /** The view got the graph, for the first time or anew. */
  readonly onSnapshot: (graph: WholeGraph) => void;
}

export class GraphPanelSession implements ViewSession {
  readonly #owned = new DisposableStore();
  readonly #parts: GraphSessionParts;
  readonly #following = this.#owned.own(new DisposableSlot<Disposable>());
  readonly #details = this.#owned.own(new DisposableSlot<Disposable>());
  readonly #changed = new Map<RunId, GraphChange>();
  readonly #tellChanged: Coalescer;
  readonly #renew: Coalescer;
  /** Whose details the view shows. */
  #detailsOf: RunId | undefined;
  #peer: ServerPeer<GraphPanelContract> | undefined;
  /** Read while the view is being loaded. */
  #prepared: Promise<WholeGraph> | undefined;
  /** The view has its first snapshot: what changes is told from then on. */
  #isReady = false;
  #isRenewing = false;
  /** Since what is being read was asked for. */
  #isOutdated = false;
  /** Snapshots that are being read for an answer. */
  #answering = 0;
  /** What view and tree have both heard of. */
  #selected: RunId | undefined;
  /** To be told once the view has its nodes. */
  #toSelect: RunId | undefined;

  constructor(parts: GraphSessionParts) {
    this.#parts = parts;
    this.#tellChanged = this.#owned.own(new Coalescer(parts.clock, changesMs, () => this.#sendChanges()));
    this.#renew = this.#owned.own(new Coalescer(parts.clock, parts.shown.burstMs, () => void this.#renewOnce()));
  }

  start(): void {
    const { shown, surface, log, act, files, states, subject } = this.#parts;
    const peer = serveOn<GraphPanelContract>(
      surface,
      graphPanelContract,
      {
        'graph.ready': async () => this.#answerReady(),
        'graph.details': async ({ runId }) => this.#answerDetails(runId),
        'graph.noDetails': async () => {
          this.#details.set(undefined);
          this.#detailsOf = undefined;
          // Nothing is selected in the picture: what is selected elsewhere is news again, whichever it is.
          this.#selected = undefined;
          return {};
        },
        'graph.select': async ({ runId }) => {
          this.#hearSelected(runId);
          return {};
        },
        'graph.act': async ({ action, runId }) => {
          await act(action, runId);
          return {};
        },
        'graph.save': async ({ name, bytes }) => {
          await files.save(name, bytes);
          return {};
        },
        'graph.keep': async (state) => {
          await states.keep({ ...state, subject });
          return {};
        },
      },
      log,
    );
    this.#peer = this.#owned.own(peer);
    const { connected } = shown;
    if (!connected) return;
    this.#owned.own(
      connected.onDidChangeConnection(({ state, reason }) => {
        if (state === 'failed') peer.notify('graph.connection', { reason: reason ?? l10n.t('The connection failed.') });
      }),
    );
    this.#owned.own(
      connected.onDidReset(() => {
        // Connected anew: what was read before may be old, here and there.
        if (this.#prepared) this.prepare();
        peer.notify('graph.connection', {});
      }),
    );
  }

  /** A view is being loaded, which takes longer than to read what it will ask for. Never throws. */
  prepare(): void {
    this.#prepared = this.#read();
    this.#prepared.catch(() => undefined);
  }

  /** A node was chosen elsewhere: the view shows it too, as soon as it has it. */
  showSelected(runId: RunId): void {
    if (runId === this.#selected) return;
    if (!this.#isReady) this.#toSelect = runId;
    else if (this.#parts.shown.has(runId)) {
      this.#selected = runId;
      this.#peer?.notify('graph.selected', { runId });
    }
  }

  #hearSelected(runId: RunId): void {
    // What was selected in the tree, and by that in the picture, is not selected in the tree once more.
    if (runId === this.#selected) return;
    this.#selected = runId;
    this.#parts.select(runId);
  }

  async #answerReady(): Promise<GraphSnapshot> {
    const prepared = this.#prepared;
    this.#prepared = undefined;
    this.#answering += 1;
    try {
      // What could not be read before is tried once more, and the view is told why not.
      const graph = await (prepared?.catch(async () => this.#read()) ?? this.#read());
      this.#parts.onSnapshot(graph);
      this.#isReady = true;
      return this.#snapshotOf(graph);
    } finally {
      this.#answering -= 1;
      // Later than the answer, which a timer cannot overtake.
      this.#tellChanged.trigger();
    }
  }

  async #read(): Promise<WholeGraph> {
    const { shown } = this.#parts;
    const listener: GraphListener = {
      changed: (nodes) => {
        for (const node of nodes) this.#changed.set(node.id, node);
        this.#tellChanged.trigger();
      },
      outdated: () => this.#renew.trigger(),
    };
    // Followed from before it is read, so that nothing falls in between.
    if (!this.#following.current) this.#following.set(shown.follow(listener));
    return shown.read();
  }

  #snapshotOf(graph: WholeGraph): GraphSnapshot {
    const { shown, clock } = this.#parts;
    const { state, reason } = shown.connected?.connection ?? {};
    const connection = state === 'failed' ? (reason ?? l10n.t('The connection failed.')) : undefined;
    return { ...graph, nowMs: clock.nowMs(), ...(connection === undefined ? {} : { connection }) };
  }

  #sendChanges(): void {
    // The answer that is on its way would set them back.
    if (!this.#isReady || this.#answering > 0) return;
    const nodes = [...this.#changed.values()];
    this.#changed.clear();
    if (nodes.length > 0) this.#peer?.notify('graph.changed', { nodes });
    const toSelect = this.#toSelect;
    this.#toSelect = undefined;
    if (toSelect !== undefined) this.showSelected(toSelect);
  }

  /** One at a time: a big file takes longer than a pause between two words. */
  async #renewOnce(): Promise<void> {
    if (this.#isRenewing) {
      this.#isOutdated = true;
      return;
    }
    this.#isRenewing = true;
    await this.#sendSnapshot();
    this.#isRenewing = false;
    if (this.#isOutdated) this.#renew.trigger();
    this.#isOutdated = false;
  }

  /** There are other nodes. What cannot be read now is read with the next change, or when the source answers again. */
  async #sendSnapshot(): Promise<void> {
    // What is being loaded, or asks, gets it with its answer.
    if (!this.#isReady) {
      if (this.#prepared) this.prepare();
      return;
    }
    const { shown, onSnapshot, log } = this.#parts;
    try {
      const graph = await shown.read();
      onSnapshot(graph);
      this.#peer?.notify('graph.snapshot', this.#snapshotOf(graph));
    } catch (error) {
      log.warn(`A graph could not be read anew: ${messageOf(error)}`);
    }
  }

  async #answerDetails(runId: RunId): Promise<GraphDetails> {
    const { shown, clock } = this.#parts;
    // What it is told of, the view asks for again: that is no reason to follow it anew.
    if (this.#detailsOf !== runId) {
      const owned = new DisposableStore();
      const soon = owned.own(
        new Coalescer(clock, detailsMs, () => this.#peer?.notify('graph.detailsChanged', { runId })),
      );
      owned.own(shown.followDetails(runId, () => soon.trigger()));
      this.#details.set(owned);
      this.#detailsOf = runId;
    }
    return shown.details(runId);
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
