/**
 * How the panels of one kind are looked at, kept with the workspace. A view keeps its state itself, but VS Code writes that
 * down only when the window is closed in order, and forgets it with the panel.
 */
import { type Static, type TSchema, Type } from '@sinclair/typebox';
import { Check } from '@sinclair/typebox/value';
import type { Memento } from 'vscode';
import { type GraphPanelState, GraphPanelStateSchema, type GraphSubject } from '../../protocol/graphPanel';
import { type RunPanelState, RunPanelStateSchema } from '../../protocol/runPanel';

/** Of so many panels, those that were looked at last. */
const mostPanels = 100;

export interface StateKind<State> {
  /** Under which they are kept, and the panels that were opened. */
  readonly keys: { readonly states: string; readonly opened: string };
  readonly schema: TSchema;
  /** What the panel is about, as a text: states with the same one are of the same panel. */
  readonly keyOf: (state: State) => string;
}

/** `state` has at least what the panel is about. */
interface Opened<State> {
  readonly title: string;
  readonly state: State;
}

export class PanelStates<State> {
  readonly #memento: Pick<Memento, 'get' | 'update'>;
  readonly #kind: StateKind<State>;

  constructor(memento: Pick<Memento, 'get' | 'update'>, kind: StateKind<State>) {
    this.#memento = memento;
    this.#kind = kind;
  }

  keyOf(state: State): string {
    return this.#kind.keyOf(state);
  }

  isState(value: unknown): value is State {
    return Check(this.#kind.schema, value);
  }

  /** As the panel that is about the same was looked at last. */
  find(about: State): State | undefined {
    const key = this.keyOf(about);
    return this.#all().find((state) => this.keyOf(state) === key);
  }

  async keep(state: State): Promise<void> {
    const key = this.keyOf(state);
    const others = this.#all().filter((other) => this.keyOf(other) !== key);
    await this.#memento.update(this.#kind.keys.states, [state, ...others].slice(0, mostPanels));
  }

  /** A panel was opened: what VS Code brings back of it after a crash is its title. */
  async keepOpened(opened: Opened<State>): Promise<void> {
    const key = this.keyOf(opened.state);
    const others = this.#opened().filter(({ state }) => this.keyOf(state) !== key);
    await this.#memento.update(this.#kind.keys.opened, [opened, ...others].slice(0, mostPanels));
  }

  /** Of the panels that had this title, what the one that was opened last is about. */
  findOpened(title: string, isFree: (state: State) => boolean): State | undefined {
    return this.#opened().find((opened) => opened.title === title && isFree(opened.state))?.state;
  }

  #opened(): readonly Opened<State>[] {
    const schema = Type.Object({ title: Type.String(), state: this.#kind.schema });
    const kept = this.#memento.get<unknown>(this.#kind.keys.opened);
    if (!Array.isArray(kept)) return [];
    return kept.filter((opened): opened is Static<typeof schema> & Opened<State> => Check(schema, opened));
  }

  /** Newest first; what is there from another version and does not fit is left out. */
  #all(): readonly State[] {
    const kept = this.#memento.get<unknown>(this.#kind.keys.states);
    return Array.isArray(kept) ? kept.filter((state) => this.isState(state)) : [];
  }
}

export const runPanelStates: StateKind<RunPanelState> = {
  keys: { states: 'sidelab.runPanels', opened: 'sidelab.openedRunPanels' },
  schema: RunPanelStateSchema,
  keyOf: ({ runId }) => runId,
};

export const graphPanelStates: StateKind<GraphPanelState> = {
  keys: { states: 'sidelab.graphPanels', opened: 'sidelab.openedGraphPanels' },
  schema: GraphPanelStateSchema,
  keyOf: ({ subject }) => keyOfSubject(subject),
};

const keyOfSubject = (subject: GraphSubject): string =>
  subject.kind === 'run' ? `run:${subject.runId}` : `file:${subject.file}`;
