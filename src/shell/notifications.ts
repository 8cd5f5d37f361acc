/** A toast when a run that this window submitted did not end well. One that was cancelled ended as wanted. */
import { commands, window } from 'vscode';
import { type Disposable, DisposableStore } from '../base/lifecycle';
import type { RunId } from '../model/ids';
import type { Run } from '../model/run';
import { isSettled } from '../model/runStatus';
import type { Source } from '../core/source';
import { commandIds } from './ids';

export class Notifications implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #sources: readonly Source[];
  /** Submitted here and not settled yet. */
  readonly #mine = new Set<RunId>();

  constructor(sources: readonly Source[]) {
    this.#sources = sources;
  }

  start(): void {
    for (const source of this.#sources) {
      this.#owned.own(source.onDidChangeRuns(({ runs }) => runs.forEach((run) => this.#consider(run))));
    }
  }

  expect(run: Run): void {
    this.#mine.add(run.id);
    this.#consider(run);
  }

  #consider(run: Run): void {
    if (!isSettled(run.status) || !this.#mine.delete(run.id)) return;
    if (run.status !== 'failed' && run.status !== 'lost') return;
    const how = run.status === 'failed' ? 'failed' : 'was lost';
    const why = run.evidence === undefined ? '' : `: ${run.evidence}`;
    void window
      .showErrorMessage(`Run "${run.name}" ${how}${why}.`, 'Explain', 'Open Run', 'Show Log')
      .then((chosen) => {
        if (chosen === 'Explain') void commands.executeCommand(commandIds.explainFailure, run.id);
        if (chosen === 'Open Run') void commands.executeCommand(commandIds.openRun, run.id);
        if (chosen === 'Show Log') void commands.executeCommand(commandIds.showLog, run.id);
      });
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
