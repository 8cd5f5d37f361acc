/**
 * What a view is going to ask for first, read while the view itself is being loaded, and what the run has told since. A view
 * that does not ask soon gets nothing of it: what is told would have to be kept for ever.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../base/clock';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import type { RunPanelTab } from '../../protocol/runPanel';

const keptMs = 15_000;
const mostMissed = 500;

export class PreparedSnapshot<Answer> implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #answer: Promise<Answer>;
  readonly #missed: (() => void)[] = [];
  readonly tab: RunPanelTab;
  /** Names it to a view that was given it. */
  readonly id = randomUUID();
  /** It has been sent to the view, unasked. */
  isGiven = false;
  #isGone = false;

  /** A failure of `answer` is of no interest before somebody takes it. */
  constructor(tab: RunPanelTab, answer: Promise<Answer>, clock: Clock) {
    this.tab = tab;
    this.#answer = answer;
    answer.catch(() => undefined);
    this.#owned.own(clock.after(keptMs, () => this.dispose()));
  }

  /** The answer, for whoever adds to it. */
  get answer(): Promise<Answer> {
    return this.#answer;
  }

  /** It was kept for too long, or was taken. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** To be told to the view before the answer. */
  miss(tell: () => void): void {
    this.#missed.push(tell);
    if (this.#missed.length > mostMissed) this.dispose();
  }

  /** Tells what was missed, and gives the answer; once. Undefined when it is gone. */
  take(): Promise<Answer> | undefined {
    if (this.#isGone) return undefined;
    const missed = this.#missed.splice(0);
    this.dispose();
    for (const tell of missed) tell();
    return this.#answer;
  }

  dispose(): void {
    this.#isGone = true;
    this.#missed.length = 0;
    this.#owned.dispose();
  }
}
