/**
 * How the panels of runs are looked at, kept with the workspace. A view keeps its state itself, but VS Code writes that down
 * only when the window is closed in order, and forgets it with the panel.
 */
import { Value } from '@sinclair/typebox/value';
import type { Memento } from 'vscode';
import type { RunId } from '../../model/ids';
import { type RunPanelState, RunPanelStateSchema } from '../../protocol/runPanel';

const key = 'sidelab.runPanels';
/** Of so many runs, those that were looked at last. */
const mostRuns = 100;

export class PanelStates {
  readonly #memento: Pick<Memento, 'get' | 'update'>;

  constructor(memento: Pick<Memento, 'get' | 'update'>) {
    this.#memento = memento;
  }

  find(runId: RunId): RunPanelState | undefined {
    return this.#all().find((state) => state.runId === runId);
  }

  async keep(state: RunPanelState): Promise<void> {
    const others = this.#all().filter(({ runId }) => runId !== state.runId);
    await this.#memento.update(key, [state, ...others].slice(0, mostRuns));
  }

  /** Newest first; what is there from another version and does not fit is left out. */
  #all(): readonly RunPanelState[] {
    const kept = this.#memento.get<unknown>(key);
    return Array.isArray(kept) ? kept.filter((state) => Value.Check(RunPanelStateSchema, state)) : [];
  }
}
