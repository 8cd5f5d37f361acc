/**
 * The selection that the Experiments view and graph panels share: a node that is chosen in a picture is selected in the tree, a
 * row that is chosen there is in the pictures. What one has from the other is never told back.
 */
import { messageOf } from '../base/failure';
import { type Disposable, DisposableStore } from '../base/lifecycle';
import type { Log } from '../base/log';
import type { Source } from '../core/source';
import type { RunId } from '../model/ids';
import type { GraphPanels } from './panels/graphPanels';
import type { ExperimentView } from './tree/experimentView';

export class GraphSelection implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #view: ExperimentView;
  readonly #graphs: GraphPanels;
  readonly #log: Log;

  constructor(view: ExperimentView, graphs: GraphPanels, log: Log) {
    this.#view = view;
    this.#graphs = graphs;
    this.#log = log;
  }

  start(): void {
    this.#owned.own(this.#graphs.onDidSelect(({ source, runId }) => void this.#select(source, runId)));
    this.#owned.own(this.#view.onDidSelectRun((run) => this.#graphs.showSelected(run.id)));
  }

  /** Never rejects: nothing depends on it. */
  async #select(source: Source, runId: RunId): Promise<void> {
    // Nobody sees it.
    if (!this.#view.isVisible) return;
    try {
      await this.#view.reveal(source, (await source.run(runId)).run);
    } catch (error) {
      this.#log.warn(`The row of a node could not be selected: ${messageOf(error)}`);
    }
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
