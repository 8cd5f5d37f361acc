/**
 * What a run file would come to, as a graph that follows its edits. A file that cannot be submitted as it stands keeps the last
 * graph that could, and says why.
 */
import path from 'node:path';
import { l10n } from 'vscode';
import { Emitter, type Event } from '../../base/event';
import { Failure, type FilePlace } from '../../base/failure';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import { emptyPlan, planGraph, PlanIds, type PlannedGraph } from '../../core/runFiles/planGraph';
import { readRunFile } from '../../core/runFiles/readRunFile';
import type { RunToResolve } from '../../core/runFiles/runToResolve';
import type { RunId } from '../../model/ids';
import type { RunFile } from '../../model/runFile';
import type { GraphDetails } from '../../protocol/graphPanel';
import type { GraphListener, ShownGraph, WholeGraph } from './shownGraph';

/** A run file as it stands in the editor, and what it is resolved with. */
export interface EditedFile extends Disposable {
  readonly path: string;
  text(): Promise<string>;
  context(file: RunFile): Promise<Pick<RunToResolve, 'environment' | 'workspace' | 'selectedPython' | 'capacity'>>;
  /** The text, or something that it depends on, may be another. */
  readonly onDidChange: Event<void>;
}

export class GraphOfFile implements ShownGraph {
  readonly connected = undefined;
  /** As the checks of the editor: between two words, not between two keys. */
  readonly burstMs = 250;
  readonly #owned = new DisposableStore();
  readonly #file: EditedFile;
  readonly #ids = new PlanIds();
  readonly #didRead = this.#owned.own(new Emitter<void>());
  /** The last one that could be submitted. */
  #plan: PlannedGraph | undefined;
  #known: ReadonlySet<RunId> = new Set();
  #reading: Promise<unknown> = Promise.resolve();

  constructor(file: EditedFile) {
    this.#file = this.#owned.own(file);
  }

  /** One after another: what is read last is what was written last. */
  async read(): Promise<WholeGraph> {
    const reading = this.#reading.then(async () => this.#readNow());
    this.#reading = reading.catch(() => undefined);
    return reading;
  }

  async #readNow(): Promise<WholeGraph> {
    const problem = await this.#resolve();
    const { name, experiment, nodes, edges, plan } = this.#plan ?? emptyPlan(this.#file.path, this.#ids);
    this.#known = new Set(nodes.map(({ id }) => id));
    this.#didRead.fire();
    return {
      name,
      experiment,
      nodes: [...nodes],
      edges: [...edges],
      plan,
      ...(problem === undefined ? {} : { problem }),
    };
  }

  /** Why it cannot be submitted; undefined when it can. */
  async #resolve(): Promise<string | undefined> {
    const { path: filePath } = this.#file;
    try {
      const text = await this.#file.text();
      const file = await readRunFile(text, filePath);
      this.#plan = await planGraph({ file, text, path: filePath, ...(await this.#file.context(file)) }, this.#ids);
      return undefined;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return describeProblem(error, filePath);
    }
  }

  has(runId: RunId): boolean {
    return this.#known.has(runId);
  }

  /** Where a node stands in the file; undefined for one of a file that could never be submitted. */
  placeOf(runId: RunId): FilePlace | undefined {
    return this.#plan && this.has(runId) ? this.#plan.placeOf(runId) : undefined;
  }

  follow({ outdated }: GraphListener): Disposable {
    return this.#file.onDidChange(() => outdated());
  }

  async details(runId: RunId): Promise<GraphDetails> {
    const plan = this.has(runId) ? this.#plan : undefined;
    const facts = plan?.facts(runId) ?? [];
    return { facts, parametersJson: plan?.parametersJson(runId) ?? '{}', metrics: [], moreMetrics: 0 };
  }

  followDetails(_runId: RunId, tell: () => void): Disposable {
    return this.#didRead.event(tell);
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

/** "Line 12: command[0]: There is no program trian.py." */
function describeProblem({ message, hint, place }: Failure, file: string): string {
  const words = hint === undefined ? message : `${message} ${hint}`;
  if (!place) return words;
  return place.file === file
    ? l10n.t('Line {0}: {1}', place.line, words)
    : `${path.basename(place.file)}:${place.line}: ${words}`;
}
