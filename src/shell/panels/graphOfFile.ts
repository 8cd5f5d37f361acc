/**
 * What a run file would come to, as a graph that follows its edits. A file that cannot be submitted as it stands keeps the last
 * graph that could, and says why. It is read by another process; here it is only passed on.
 */
import path from 'node:path';
import { l10n } from 'vscode';
import type { Clock } from '../../base/clock';
import { Emitter, type Event } from '../../base/event';
import { Failure, type FailureData, type FilePlace } from '../../base/failure';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import { emptyPlan } from '../../core/runFiles/emptyPlan';
import { PlanIds } from '../../core/runFiles/planIds';
import type { RunId } from '../../model/ids';
import type { GraphDetails } from '../../protocol/graphPanel';
import type { PlanAnswer, PlanDetails } from '../../protocol/language';
import type { GraphListener, ShownGraph, WholeGraph } from './shownGraph';

/** What a file would come to, or why it cannot be submitted. */
export type PlanOutcome = Exclude<PlanAnswer, { readonly kind: 'textNeeded' }>;

/** A run file as it stands in the editor, and what finds out what it would come to. */
export interface PlannedFile extends Disposable {
  readonly path: string;
  /** What the ids of its nodes follow from. */
  readonly key: string;
  /** Throws `Cancelled` after `signal`, and what keeps it from being found out. */
  plan(signal: AbortSignal): Promise<PlanOutcome>;
  /** Of a node of the last plan that could be made; undefined where that is not known any more. */
  details(runId: RunId): Promise<PlanDetails | undefined>;
  placeOf(runId: RunId): Promise<FilePlace | undefined>;
  /** The text, or something that it depends on, may be another. */
  readonly onDidChange: Event<void>;
}

/** Who types without a pause gets a graph that is older, but no more than so, and what it takes to read one. */
const mostBehindMs = 3000;

export class GraphOfFile implements ShownGraph {
  readonly connected = undefined;
  /** As the checks of the editor: between two words, not between two keys. */
  readonly burstMs = 250;
  readonly #owned = new DisposableStore();
  readonly #file: PlannedFile;
  readonly #clock: Clock;
  readonly #didPlan = this.#owned.own(new Emitter<void>());
  readonly #didOutdate = this.#owned.own(new Emitter<void>());
  /** The last one that could be submitted. */
  #last: WholeGraph;
  #isPlanned = false;
  /** Somebody has got a graph, be it an empty one: from then on it is that which stays. */
  #isRead = false;
  #reading: Promise<unknown> = Promise.resolve();
  /** Of what is being read. */
  #giveUp: AbortController | undefined;
  #changes = 0;
  /** Of the first change that no graph shows. */
  #behindSinceMs: number | undefined;

  constructor(file: PlannedFile, clock: Clock) {
    this.#file = this.#owned.own(file);
    this.#clock = clock;
    const { nodes, edges, ...rest } = emptyPlan(file.path, new PlanIds(file.key));
    this.#last = { ...rest, nodes: [...nodes], edges: [...edges] };
    this.#owned.own(file.onDidChange(() => this.#hearChange()));
  }

  /** One after another: what is read last is what was written last. */
  async read(): Promise<WholeGraph> {
    const reading = this.#reading.then(async () => this.#readNow());
    this.#reading = reading.catch(() => undefined);
    return reading;
  }

  /** What is being read is read anew, unless that has gone on for long. */
  #hearChange(): void {
    const nowMs = this.#clock.nowMs();
    this.#changes += 1;
    this.#behindSinceMs ??= nowMs;
    if (this.#giveUp && nowMs - this.#behindSinceMs < mostBehindMs) this.#giveUp.abort();
    else this.#didOutdate.fire();
  }

  async #readNow(): Promise<WholeGraph> {
    try {
      for (;;) {
        const giveUp = new AbortController();
        this.#giveUp = giveUp;
        const whole = await this.#ask(giveUp.signal);
        if (whole) {
          this.#isRead = true;
          return whole;
        }
        if (this.#owned.isDisposed) throw new Failure('Cancelled', 'The preview was closed.');
        await new Promise<void>((resolve) => this.#clock.after(this.burstMs, resolve));
      }
    } finally {
      this.#giveUp = undefined;
    }
  }

  /** Undefined when it was given up. */
  async #ask(signal: AbortSignal): Promise<WholeGraph | undefined> {
    const changes = this.#changes;
    try {
      const outcome = await this.#file.plan(signal);
      if (signal.aborted) return undefined;
      // What was changed since it was asked is not in it.
      this.#behindSinceMs = this.#changes === changes ? undefined : this.#clock.nowMs();
      if (outcome.kind === 'refused')
        return { ...this.#last, problem: describeProblem(outcome.failure, this.#file.path) };
      const { name, experiment, plan, graph } = outcome;
      // VS Code passes an array of bytes on as it is, but no `Buffer`.
      const packed = new TextEncoder().encode(graph);
      this.#last = { name, experiment, plan, nodes: [], edges: [], packed };
      this.#isPlanned = true;
      this.#didPlan.fire();
      return this.#last;
    } catch (error) {
      if (signal.aborted) return undefined;
      if (!(error instanceof Failure)) throw error;
      const words = describeProblem(error.toData(), this.#file.path);
      // There is no such file: nothing but that is wrong.
      if (error.code === 'NotFound') return { ...this.#last, problem: words };
      if (!this.#isRead) throw error;
      return { ...this.#last, outdated: words };
    }
  }

  /** Its nodes are no runs: nobody chooses one elsewhere. */
  has(): boolean {
    return false;
  }

  /** Where a node stands in the file; undefined for one of a file that could never be submitted. */
  async placeOf(runId: RunId): Promise<FilePlace | undefined> {
    return this.#isPlanned ? this.#known(async () => this.#file.placeOf(runId)) : undefined;
  }

  follow({ outdated }: GraphListener): Disposable {
    return this.#didOutdate.event(() => outdated());
  }

  async details(runId: RunId): Promise<GraphDetails> {
    const none: PlanDetails = { facts: [], parametersJson: '{}' };
    const details = this.#isPlanned ? await this.#known(async () => this.#file.details(runId)) : none;
    if (!details) {
      throw new Failure('NotFound', l10n.t('What this would execute is not known any more.'), {
        hint: l10n.t('Mend the run file: then it is looked at again.'),
      });
    }
    return { ...details, metrics: [], moreMetrics: 0 };
  }

  /** Who knew the plan may have been started anew: then it is made once more. */
  async #known<T>(find: () => Promise<T | undefined>): Promise<T | undefined> {
    const found = await find();
    if (found !== undefined) return found;
    await this.read();
    return find();
  }

  followDetails(_runId: RunId, tell: () => void): Disposable {
    return this.#didPlan.event(tell);
  }

  dispose(): void {
    this.#owned.dispose();
    this.#giveUp?.abort();
  }
}

/** "Line 12: command[0]: There is no program trian.py." */
function describeProblem({ message, hint, place }: FailureData, file: string): string {
  const words = hint === undefined ? message : `${message} ${hint}`;
  if (!place) return words;
  return place.file === file
    ? l10n.t('Line {0}: {1}', place.line, words)
    : `${path.basename(place.file)}:${place.line}: ${words}`;
}
