/** Tells once, when the first run is active, that runs do not outlive a logout or the window; never again on this machine. */
import { type Memento, window } from 'vscode';
import { type Disposable, DisposableStore } from '../base/lifecycle';
import { describeRunsEnd, isSurprising } from '../model/runsEnd';
import type { ActiveRuns } from './activeRuns';

const toldKey = 'sidelab.toldRunsEnd';

export class RunsEndNotice implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #active: ActiveRuns;
  readonly #memory: Memento;

  constructor(active: ActiveRuns, memory: Memento) {
    this.#active = active;
    this.#memory = memory;
  }

  start(): void {
    this.#owned.own(this.#active.onDidChange(() => this.#consider()));
    this.#consider();
  }

  #consider(): void {
    for (const { source } of this.#active.list) {
      const { runsEnd } = source;
      if (!runsEnd || !isSurprising(runsEnd)) continue;
      const told = this.#memory.get<readonly string[]>(toldKey, []);
      if (told.includes(runsEnd.message)) continue;
      void this.#memory.update(toldKey, [...told, runsEnd.message]);
      void window.showInformationMessage(describeRunsEnd(runsEnd));
    }
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
