/**
 * The attempts of one run, as far as the tree has read them. A pushed run carries only its newest attempt: this knows when
 * that is enough, and when the others must be read (again). It knows nothing of the editor.
 */
import type { Attempt } from '../../model/run';

/** What a row holds on to: its identity lasts, so that VS Code redraws it in place; its attempt is replaced. */
export interface AttemptHolder {
  attempt: Attempt;
}

export class RunAttempts<H extends AttemptHolder> {
  readonly #makeHolder: (attempt: Attempt) => H;
  #holders: H[] = [];
  #stale = true;

  constructor(makeHolder: (attempt: Attempt) => H) {
    this.#makeHolder = makeHolder;
  }

  /** Newest first. */
  get holders(): readonly H[] {
    return this.#holders;
  }

  /** They must be read before they are shown. */
  get stale(): boolean {
    return this.#stale;
  }

  markStale(): void {
    this.#stale = true;
  }

  /** The newest attempt as it was pushed. A new one says nothing of how the one before it ended, so that is read. */
  hear(attempt: Attempt): void {
    const [newest] = this.#holders;
    if (newest?.attempt.number !== attempt.number) this.#stale = true;
    else if (newest.attempt.endedAtMs === undefined || attempt.endedAtMs !== undefined) newest.attempt = attempt;
  }

  /** All of them anew. Rows that are still there stay the same rows. */
  replace(attempts: readonly Attempt[]): void {
    const known = new Map(this.#holders.map((holder) => [holder.attempt.number, holder]));
    this.#holders = [...attempts]
      .sort((a, b) => b.number - a.number)
      .map((attempt) => {
        const holder = known.get(attempt.number) ?? this.#makeHolder(attempt);
        holder.attempt = attempt;
        return holder;
      });
    this.#stale = false;
  }
}
