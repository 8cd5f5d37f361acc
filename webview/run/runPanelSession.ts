/**
 * The panel's side of the conversation: asks for the snapshot, applies the notices, asks everything anew when the host
 * says that the source answers again. Knows no DOM; what draws it listens to `onDidChange`.
 */
import type { Clock } from '../../src/base/clock';
import { type Event, Emitter } from '../../src/base/event';
import { describeFailure, Failure, messageOf } from '../../src/base/failure';
import { type Disposable, DisposableStore } from '../../src/base/lifecycle';
import type { Run } from '../../src/model/run';
import type { NoticeListeners } from '../../src/protocol/peer';
import type { Params, RequestName, Result } from '../../src/protocol/contract';
import type { GivenSnapshot, RunPanelAction, RunPanelContract, RunPanelTab } from '../../src/protocol/runPanel';
import type { AskEventMarks } from './charts/eventMarkBoard';
import type { AskEvents } from './eventPages';
import type { AskOutput, AskOutputAt } from './outputWindow';
import { type Appended, RunView } from './runView';
import { type AskSeries, SeriesBoard } from './charts/seriesBoard';

/** The host as this panel uses it: a `ClientPeer` of the panel's contract. */
export interface RunPanelHost extends Disposable {
  call<N extends RequestName<RunPanelContract>>(
    name: N,
    params: Params<RunPanelContract, N>,
    signal?: AbortSignal,
  ): Promise<Result<RunPanelContract, N>>;
}
export type ConnectRunPanel = (listeners: NoticeListeners<RunPanelContract>) => RunPanelHost;

/** The output at a time, in milliseconds since 1970, or of an attempt. */
export type OutputWish = { readonly timeMs: number } | { readonly attempt: number };

export class RunPanelSession implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #clock: Clock;
  readonly #didChange = this.#owned.own(new Emitter<void>());
  readonly #didRefresh = this.#owned.own(new Emitter<void>());
  readonly #didAppend = this.#owned.own(new Emitter<Appended>());
  readonly #host: RunPanelHost;
  readonly board: SeriesBoard;
  #view: RunView | undefined;
  #tab: RunPanelTab = 'charts';
  /** Of the snapshot that the host has given unasked. */
  #givenId: string | undefined;
  /** Why the source does not answer. */
  #connection: string | undefined;
  /** Why there is no snapshot, or why the last action was not done. */
  #failure: string | undefined;
  #acting: RunPanelAction | undefined;
  readonly #didWishOutput = this.#owned.own(new Emitter<void>());
  #outputWish: OutputWish | undefined;
  /** Notices that came while the snapshot was on its way. */
  #early: { run?: Run; readonly appended: Appended[] } | undefined;

  constructor(connect: ConnectRunPanel, clock: Clock) {
    this.#clock = clock;
    this.#host = this.#owned.own(
      connect({
        'panel.given': (given) => this.#hearGiven(given),
        'panel.run': ({ run }) => this.#hearRun(run),
        'panel.appended': (appended) => this.#hearAppended(appended),
        'panel.connection': ({ reason }) => this.#hearConnection(reason),
      }),
    );
    const askSeries: AskSeries = async (question, signal) =>
      (await this.#host.call('panel.series', question, signal)).windows;
    this.board = this.#owned.own(new SeriesBoard(askSeries, clock));
  }

  readonly onDidChange: Event<void> = (listener) => this.#didChange.event(listener);
  /** Everything was asked for anew: what came before may have gaps. */
  readonly onDidRefresh: Event<void> = (listener) => this.#didRefresh.event(listener);
  /** What the run produced, as far as the tab that is shown wants it. */
  readonly onDidAppend: Event<Appended> = (listener) => this.#didAppend.event(listener);
  readonly askEvents: AskEvents = async (query, signal) => this.#host.call('panel.events', query, signal);
  readonly askEventMarks: AskEventMarks = async (query, signal) => this.#host.call('panel.eventMarks', query, signal);
  readonly askOutput: AskOutput = async (query, signal) => this.#host.call('panel.output', query, signal);
  readonly askOutputAt: AskOutputAt = async (query, signal) => this.#host.call('panel.outputAt', query, signal);

  get view(): RunView | undefined {
    return this.#view;
  }

  get connection(): string | undefined {
    return this.#connection;
  }

  get failure(): string | undefined {
    return this.#failure;
  }

  /** The action that was asked for and is not answered yet. */
  get acting(): RunPanelAction | undefined {
    return this.#acting;
  }

  /** The time by which ages are counted. */
  nowMs(): number {
    const hereMs = this.#clock.nowMs();
    return this.#view?.hostTimeMs(hereMs) ?? hereMs;
  }

  /** Asks for what another tab shows. Never throws. */
  async show(tab: RunPanelTab): Promise<void> {
    this.#tab = tab;
    await this.refresh();
  }

  /** Asks for everything anew; what is shown stays until the answer is there. Never throws. */
  async refresh(): Promise<void> {
    if (this.#early) return;
    const early = { appended: [] };
    this.#early = early;
    const tab = this.#tab;
    try {
      let snapshot = await this.#host.call('panel.ready', { tab });
      const isMissing = snapshot.given !== undefined && snapshot.given !== this.#givenId;
      if (isMissing) snapshot = await this.#host.call('panel.ready', { tab, whole: true });
      this.#view = new RunView(snapshot, this.#clock.nowMs(), this.#view);
      this.#connection = snapshot.connection;
      this.#failure = undefined;
      if (snapshot.metrics) this.board.restart();
      if (snapshot.firstSeries) this.board.offer(snapshot.firstSeries);
      this.#applyEarly(this.#view, early);
      this.#didRefresh.fire();
    } catch (error) {
      this.#failure = `The run could not be read: ${wordsFor(error)}`;
    } finally {
      this.#early = undefined;
      this.#didChange.fire();
    }
    // Another one was chosen meanwhile.
    if (tab !== this.#tab) await this.refresh();
  }

  /** Asks the host to do something with this run, or one attempt of it. Never throws: a failure is shown. */
  async act(action: RunPanelAction, attempt?: number): Promise<void> {
    this.#acting = action;
    this.#failure = undefined;
    this.#didChange.fire();
    try {
      await this.#host.call('panel.act', { action, ...(attempt === undefined ? {} : { attempt }) });
    } catch (error) {
      this.#failure = wordsFor(error);
    } finally {
      this.#acting = undefined;
      this.#didChange.fire();
    }
  }

  /** Shows the output as it was at a time: another tab than the one that is shown. */
  openOutputAt(timeMs: number): void {
    this.#wishOutput({ timeMs });
  }

  /** Shows the output of an attempt, at its end. */
  openOutputOf(attempt: number): void {
    this.#wishOutput({ attempt });
  }

  /** A place in the output was asked for; who shows it takes the wish. */
  readonly onDidWishOutput: Event<void> = (listener) => this.#didWishOutput.event(listener);

  takeOutputWish(): OutputWish | undefined {
    const wish = this.#outputWish;
    this.#outputWish = undefined;
    return wish;
  }

  /** Asks the host for something. Never throws: a failure is shown, and the answer is undefined then. */
  async call<N extends RequestName<RunPanelContract>>(
    name: N,
    params: Params<RunPanelContract, N>,
  ): Promise<Result<RunPanelContract, N> | undefined> {
    try {
      return await this.#host.call(name, params);
    } catch (error) {
      this.#failure = wordsFor(error);
      this.#didChange.fire();
      return undefined;
    }
  }

  /** Something else than an answer has failed. */
  tellFailure(words: string): void {
    this.#failure = words;
    this.#didChange.fire();
  }

  dismissFailure(): void {
    this.#failure = undefined;
    this.#didChange.fire();
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #wishOutput(wish: OutputWish): void {
    this.#outputWish = wish;
    this.#didWishOutput.fire();
  }

  #applyEarly(view: RunView, early: { run?: Run; readonly appended: readonly Appended[] }): void {
    if (early.run) view.applyRunUnlessOlder(early.run);
    for (const appended of early.appended) {
      view.applyAppended(appended);
      // What came before there were series to append it to.
      this.board.append(appended.series);
    }
  }

  /** Shows it until the host has answered. It is of no use for another tab than the one that is shown. */
  #hearGiven({ id, tab, snapshot }: GivenSnapshot): void {
    if (this.#view || tab !== this.#tab) return;
    this.#givenId = id;
    this.#view = new RunView(snapshot, this.#clock.nowMs());
    this.#connection = snapshot.connection;
    if (snapshot.firstSeries) this.board.offer(snapshot.firstSeries);
    this.#didChange.fire();
  }

  #hearRun(run: Run): void {
    if (this.#early) this.#early.run = run;
    this.#view?.applyRun(run);
    this.#didChange.fire();
  }

  #hearAppended(appended: Appended): void {
    this.#early?.appended.push(appended);
    this.#view?.applyAppended(appended);
    this.board.append(appended.series);
    this.#didAppend.fire(appended);
    this.#didChange.fire();
  }

  #hearConnection(reason: string | undefined): void {
    this.#connection = reason;
    this.#didChange.fire();
    if (reason === undefined) void this.refresh();
  }
}

const wordsFor = (error: unknown): string =>
  error instanceof Failure ? describeFailure(error.toData()) : messageOf(error);
