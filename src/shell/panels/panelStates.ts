/**
 * How the panels of runs are looked at, kept with the workspace. A view keeps its state itself, but VS Code writes that down
 * only when the window is closed in order, and forgets it with the panel.
 */
import { type Static, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { Memento } from 'vscode';
import type { RunId } from '../../model/ids';
import { RunIdSchema } from '../../model/run';
import { type RunPanelState, RunPanelStateSchema } from '../../protocol/runPanel';

const key = 'sidelab.runPanels';
const openedKey = 'sidelab.openedRunPanels';
/** Of so many runs, those that were looked at last. */
const mostRuns = 100;

const OpenedSchema = Type.Object({ runId: RunIdSchema, title: Type.String() });
type Opened = Static<typeof OpenedSchema>;

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

  /** A panel was opened: what VS Code brings back of it after a crash is its title. */
  async keepOpened(opened: Opened): Promise<void> {
    const others = this.#opened().filter(({ runId }) => runId !== opened.runId);
    await this.#memento.update(openedKey, [opened, ...others].slice(0, mostRuns));
  }

  /** Of the runs whose panels had this title, the one that was opened last. */
  findOpened(title: string, isFree: (runId: RunId) => boolean): RunId | undefined {
    return this.#opened().find((opened) => opened.title === title && isFree(opened.runId))?.runId;
  }

  #opened(): readonly Opened[] {
    const kept = this.#memento.get<unknown>(openedKey);
    return Array.isArray(kept) ? kept.filter((opened) => Value.Check(OpenedSchema, opened)) : [];
  }

  /** Newest first; what is there from another version and does not fit is left out. */
  #all(): readonly RunPanelState[] {
    const kept = this.#memento.get<unknown>(key);
    return Array.isArray(kept) ? kept.filter((state) => Value.Check(RunPanelStateSchema, state)) : [];
  }
}
