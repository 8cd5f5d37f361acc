/**
 * One life of the run panel's view: from its first word, `panel.ready`, until it is hidden or closed. It answers from the
 * source and passes on what the run produces; the view's next life starts from a snapshot again.
 */
import { l10n } from 'vscode';
import type { Clock } from '../../base/clock';
import { type Disposable, DisposableSlot, DisposableStore } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import { timeOfPoint } from '../../core/series/timeOfPoint';
import type { RunAppend, Source } from '../../core/source';
import type { Result } from '../../protocol/contract';
import { defaultChartSettings } from '../../model/chartSettings';
import type { RunId } from '../../model/ids';
import type { Run } from '../../model/run';
import type { ServerPeer } from '../../protocol/peer';
import { firstSeries } from './firstSeries';
import { matchingEvents } from './matchingEvents';
import { type MessageSurface, serveOn } from './messageSurface';
import { PreparedSnapshot } from './preparedSnapshot';
import {
  type RunPanelAct,
  type RunPanelContract,
  runPanelContract,
  type RunPanelSnapshot,
  type RunPanelState,
  type RunPanelTab,
} from '../../protocol/runPanel';
import type { PanelStates } from './panelStates';
import type { RunPictures } from './runPictures';
import type { ViewSession } from './viewLives';

/** What a view that shows events begins with. */
const firstEvents = 200;

/** Files that the user names. Both resolve also when the user has named none. */
export interface PanelFiles {
  exportPoints(source: Source, runId: RunId, metrics: readonly string[]): Promise<void>;
  save(name: string, bytes: Uint8Array): Promise<void>;
}

export interface SessionParts {
  readonly source: Source;
  readonly runId: RunId;
  readonly surface: MessageSurface;
  readonly clock: Clock;
  readonly log: Log;
  readonly act: (act: RunPanelAct) => Promise<void>;
  readonly files: PanelFiles;
  readonly states: PanelStates<RunPanelState>;
  readonly pictures: Pick<RunPictures, 'keepLook'>;
  /** The view has asked for its snapshot and gets it. */
  readonly onReady: (run: Run) => void;
}

export class RunPanelSession implements ViewSession {
  readonly #owned = new DisposableStore();
  readonly #parts: SessionParts;
  readonly #following = this.#owned.own(new DisposableSlot<Disposable>());
  readonly #prepared = this.#owned.own(new DisposableSlot<PreparedSnapshot<PreparedAnswer>>());
  #peer: ServerPeer<RunPanelContract> | undefined;
  #given: Promise<RunPanelSnapshot | undefined> = Promise.resolve(undefined);
  /** As the view has it. */
  #run: Run | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  start(): void {
    const { source, runId, surface, log, act, files, states, pictures } = this.#parts;
    const peer = serveOn<RunPanelContract>(
      surface,
      runPanelContract,
      {
        'panel.ready': async ({ tab, whole }) => this.#answerReady(tab, whole ?? false),
        'panel.series': async (query, signal) => ({ windows: [...(await source.series({ runId, ...query }, signal))] }),
        'panel.events': async (query, signal) => matchingEvents(source, runId, query, signal),
        'panel.eventMarks': async (query, signal) => source.eventMarks(runId, query, signal),
        'panel.output': async (query) => source.output({ runId, ...query }),
        'panel.outputAt': async (query) => source.outputAt({ runId, ...query }),
        'panel.timeAt': async (place) => {
          const timeMs = await timeOfPoint(source, runId, place);
          return timeMs === undefined ? {} : { timeMs };
        },
        'panel.exportPoints': async ({ metrics }) => {
          await files.exportPoints(source, runId, metrics);
          return {};
        },
        'panel.save': async ({ name, bytes }) => {
          await files.save(name, bytes);
          return {};
        },
        'panel.keep': async (state) => {
          await states.keep({ ...state, runId });
          return {};
        },
        'panel.plotLook': async (look) => {
          await pictures.keepLook(look);
          return {};
        },
        'panel.act': async (wanted) => {
          await act(wanted);
          return {};
        },
      },
      log,
    );
    this.#peer = this.#owned.own(peer);
    this.#owned.own(
      source.onDidChangeRuns(({ runs, deleted = [] }) => {
        const run = runs.find(({ id }) => id === runId) ?? (deleted.includes(runId) ? this.#asDeleted() : undefined);
        if (!run) return;
        this.#run = run;
        this.#tell(() => peer.notify('panel.run', { run }));
      }),
    );
    this.#owned.own(
      source.onDidChangeConnection(({ state, reason }) => {
        if (state === 'failed') peer.notify('panel.connection', { reason: reason ?? l10n.t('The connection failed.') });
      }),
    );
    this.#owned.own(source.onDidReset(() => this.#beginAnew(peer)));
  }

  /** The run as it was before, for a view that shows it though it is gone. */
  #asDeleted(): Run | undefined {
    return this.#run && { ...this.#run, deletedAtMs: this.#parts.clock.nowMs() };
  }

  /** Connected anew: what the view has may be old, so it is to ask again; and so may be what was read for a view that has not asked. */
  #beginAnew(peer: ServerPeer<RunPanelContract>): void {
    const prepared = this.#prepared.current;
    if (prepared && !prepared.isGone) this.prepare(prepared.tab);
    peer.notify('panel.connection', {});
  }

  /** A view is being loaded: reads what it will ask for, and gives it when it has not asked by then. Never throws. */
  prepare(tab = this.#keptState?.tab ?? 'charts'): void {
    const prepared = new PreparedSnapshot(tab, this.#read(tab), this.#parts.clock);
    this.#prepared.set(prepared);
    this.#given = this.#give(prepared);
  }

  /** What a view that is being loaded will show; undefined when there is none, or when it cannot be read. Never rejects. */
  get given(): Promise<RunPanelSnapshot | undefined> {
    return this.#given;
  }

  get #keptState(): RunPanelState | undefined {
    const { states, runId } = this.#parts;
    return states.find({ runId });
  }

  /** Never rejects: the view will ask, and say why not. */
  async #give(prepared: PreparedSnapshot<PreparedAnswer>): Promise<RunPanelSnapshot | undefined> {
    const answer = await prepared.answer.catch(() => undefined);
    if (answer?.metrics) await this.#readFirstSeries(answer);
    if (!answer || prepared.isGone) return undefined;
    const { id, tab } = prepared;
    prepared.isGiven = true;
    const snapshot = this.#snapshotOf(answer);
    this.#peer?.notify('panel.given', { id, tab, snapshot });
    return snapshot;
  }

  async #answerReady(tab: RunPanelTab, isWhole: boolean): Promise<Result<RunPanelContract, 'panel.ready'>> {
    const prepared = this.#prepared.current;
    const taken = isWhole ? undefined : this.#takePrepared(tab);
    const answer = await (taken ?? this.#read(tab));
    this.#run = answer.detail.run;
    this.#parts.onReady(answer.detail.run);
    const snapshot = this.#snapshotOf(answer);
    if (!taken || !prepared?.isGiven) return snapshot;
    const { detail, nowMs, connection } = snapshot;
    return { detail, nowMs, given: prepared.id, ...(connection === undefined ? {} : { connection }) };
  }

  #snapshotOf({ detail, metrics, events, firstSeries: first }: PreparedAnswer): RunPanelSnapshot {
    const { source, clock } = this.#parts;
    const { state, reason } = source.connection;
    const connection = state === 'failed' ? (reason ?? l10n.t('The connection failed.')) : undefined;
    return {
      detail,
      ...(metrics && { metrics }),
      ...(first.answer && { firstSeries: first.answer }),
      ...(events && { events }),
      nowMs: clock.nowMs(),
      ...(connection === undefined ? {} : { connection }),
    };
  }

  /** What cannot be had is asked for once more, and the view is told why. */
  #takePrepared(tab: RunPanelTab): Promise<PreparedAnswer> | undefined {
    const prepared = this.#prepared.current;
    const answer = prepared?.tab === tab ? prepared.take() : undefined;
    this.#prepared.set(undefined);
    return answer?.catch(async () => this.#read(tab));
  }

  async #read(tab: RunPanelTab): Promise<PreparedAnswer> {
    const { source, runId } = this.#parts;
    const wants = wantsOf(tab);
    // Followed from before the snapshot is read, so that nothing falls in between; what is in both, the view knows by
    // its revision.
    this.#following.set(source.follow(runId, (append) => this.#pass(append, wants)));
    const [detail, metrics, page] = await Promise.all([
      source.run(runId),
      wants.series ? source.metrics(runId) : undefined,
      wants.events ? source.events(runId, firstEvents) : undefined,
    ]);
    return { detail, metrics: metrics && [...metrics], events: page && [...page.events], firstSeries: {} };
  }

  /** Whoever asks before it is there asks for series by itself. Never rejects. */
  async #readFirstSeries(answer: PreparedAnswer): Promise<void> {
    const { source, runId } = this.#parts;
    try {
      const settings = this.#keptState?.charts ?? defaultChartSettings;
      const first = firstSeries(answer.metrics?.map(({ metric }) => metric) ?? [], settings);
      if (!first) return;
      const windows = await source.series({ runId, ...first });
      answer.firstSeries.answer = { axis: first.axis, buckets: first.buckets, windows: [...windows] };
    } catch {
      // The view will ask, and say why not.
    }
  }

  /** What is told while a view is being loaded would be lost: it is told when the view asks. */
  #tell(tell: () => void): void {
    const prepared = this.#prepared.current;
    if (prepared && !prepared.isGone) prepared.miss(tell);
    else tell();
  }

  #pass(append: RunAppend, wants: Wants): void {
    const series = wants.series ? [...append.series] : [];
    const events = wants.events ? [...append.events] : [];
    const output = wants.output && append.output;
    const { metadataJson } = append;
    if (series.length === 0 && events.length === 0 && metadataJson === undefined && !output) return;
    this.#tell(() =>
      this.#peer?.notify('panel.appended', {
        series,
        events,
        ...(metadataJson === undefined ? {} : { metadataJson }),
        ...(output ? { output } : {}),
      }),
    );
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

interface PreparedAnswer {
  readonly detail: RunPanelSnapshot['detail'];
  readonly metrics: RunPanelSnapshot['metrics'] | undefined;
  readonly events: RunPanelSnapshot['events'] | undefined;
  /** Comes later than the rest. */
  readonly firstSeries: { answer?: NonNullable<RunPanelSnapshot['firstSeries']> };
}

/** What is told of a run's appends. */
interface Wants {
  readonly series: boolean;
  readonly events: boolean;
  readonly output: boolean;
}

/** Charts mark events. */
const wantsOf = (tab: RunPanelTab): Wants => ({
  series: tab === 'charts',
  events: tab === 'charts' || tab === 'events',
  output: tab === 'output',
});
