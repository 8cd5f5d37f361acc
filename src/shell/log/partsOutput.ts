/**
 * What is shown as the output of a run that is made of others and has written nothing itself: how each of them stands, and its last
 * lines, read again where there are new ones.
 */
import { DisposableSlot, type Disposable } from '../../base/lifecycle';
import type { Source } from '../../core/source';
import type { RunId } from '../../model/ids';
import type { OutputStream } from '../../model/outputStream';
import type { Run } from '../../model/run';
import { isSettled } from '../../model/runStatus';
import type { StyledLine } from '../../model/styledText';
import { OutputText } from './outputText';
import { partsPage, type PartsPage } from './partsPage';

/** One page of a source; a sweep of thousands is looked at in the tree. */
const mostParts = 100;
const tailBytes = 16 * 1024;
const shownLines = 12;
/** A traceback with what it came from. */
const shownLinesOfFailed = 40;

export class PartsOutput implements Disposable {
  readonly #source: Source;
  readonly #stream: OutputStream;
  readonly #tell: () => void;
  readonly #tails = new Map<RunId, PartTail>();
  #isVisible = false;

  /** `tell` is called when a part has written something, while this is visible. */
  constructor(source: Source, stream: OutputStream, tell: () => void) {
    this.#source = source;
    this.#stream = stream;
    this.#tell = tell;
  }

  /** What there is by now. Throws `Failure`. */
  async read(run: Run): Promise<PartsPage> {
    const { runs, more } = await this.#source.children(run.id, { limit: mostParts });
    const known = new Set(runs.map(({ id }) => id));
    for (const [id, tail] of this.#tails) {
      if (known.has(id)) continue;
      tail.dispose();
      this.#tails.delete(id);
    }
    const parts = await Promise.all(
      runs.map(async (part) => ({ run: part, lines: await this.#tailOf(part.id).read(part, this.#isVisible) })),
    );
    return partsPage(run, parts, more);
  }

  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    for (const tail of this.#tails.values()) tail.follow(isVisible);
  }

  #tailOf(runId: RunId): PartTail {
    const known = this.#tails.get(runId);
    if (known) return known;
    const tail = new PartTail(this.#source, runId, this.#stream, this.#tell);
    this.#tails.set(runId, tail);
    return tail;
  }

  dispose(): void {
    for (const tail of this.#tails.values()) tail.dispose();
    this.#tails.clear();
  }
}

/** The last lines of one part. */
class PartTail implements Disposable {
  readonly #source: Source;
  readonly #runId: RunId;
  readonly #stream: OutputStream;
  readonly #tell: () => void;
  readonly #following = new DisposableSlot();
  #run: Run | undefined;
  #isOutdated = true;
  #lines: readonly StyledLine[] = [];

  constructor(source: Source, runId: RunId, stream: OutputStream, tell: () => void) {
    this.#source = source;
    this.#runId = runId;
    this.#stream = stream;
    this.#tell = tell;
  }

  async read(run: Run, isVisible: boolean): Promise<readonly StyledLine[]> {
    const before = this.#run;
    this.#run = run;
    // From before it is read, so that nothing falls in between.
    this.follow(isVisible);
    const isOther = before?.status !== run.status || before.attempt?.number !== run.attempt?.number;
    const writes = run.children === undefined && run.attempt !== undefined;
    if (!writes || !(isOther || this.#isOutdated)) return this.#lines;
    this.#isOutdated = false;
    try {
      const query = { runId: run.id, attempt: 0, stream: this.#stream, from: -tailBytes, maxBytes: tailBytes };
      const text = new OutputText(tailBytes);
      text.append(await this.#source.output(query));
      const lines = text.open ? [...text.lines, text.open] : text.lines;
      this.#lines = lines.slice(run.status === 'failed' ? -shownLinesOfFailed : -shownLines);
      return this.#lines;
    } catch (error) {
      this.#isOutdated = true;
      throw error;
    }
  }

  /** What has settled writes nothing any more; a retry is another status. */
  follow(isVisible: boolean): void {
    const writes = isVisible && this.#run?.attempt !== undefined && !isSettled(this.#run.status);
    if (!writes) {
      // What it writes from now on is not heard of.
      if (this.#following.current) this.#isOutdated = true;
      return this.#following.set(undefined);
    }
    if (this.#following.current) return;
    // What it wrote until now was not heard of.
    this.#isOutdated = true;
    this.#following.set(
      this.#source.follow(this.#runId, ({ output }) => {
        if (!output) return;
        this.#isOutdated = true;
        this.#tell();
      }),
    );
  }

  dispose(): void {
    this.#following.dispose();
  }
}
