/**
 * Which runs a command is about: the row that was clicked with those selected beside it, the selection of the view for a
 * key, an id from a toast, or, from the palette, what the user picks.
 */
import { l10n, type QuickPickItem, ThemeColor, ThemeIcon, window } from 'vscode';
import type { Clock } from '../../base/clock';
import { Failure } from '../../base/failure';
import { readTasks } from '../../core/runs/tasks';
import type { Source } from '../../core/source';
import { describeRow } from '../../model/describeRun';
import { isRunId } from '../../model/ids';
import type { ActiveRuns, SourceRun } from '../activeRuns';
import { selectionArgument } from '../ids';
import { AttemptNode, ExperimentNode, RunNode } from '../tree/nodes';
import type { ExperimentView } from '../tree/experimentView';
import { statusIcons } from '../tree/runRow';

const recentRuns = 100;

interface RunPick extends QuickPickItem {
  readonly target: SourceRun;
}

interface Choice {
  readonly may: (target: SourceRun) => boolean;
  /** Says that there are none. */
  readonly none: string;
  /** More than one can be picked; so it is unless told. */
  readonly several?: boolean;
}

interface NamedRun {
  readonly target: SourceRun;
  readonly label: string;
  readonly description?: string;
}

interface OnePick {
  readonly may: (target: SourceRun) => boolean;
  readonly none: string;
}

/** As many as a list to choose from may have. */
const mostTasks = 1000;

export class RunTargets {
  readonly #sources: readonly Source[];
  readonly #view: ExperimentView;
  readonly #active: ActiveRuns;
  readonly #clock: Clock;

  constructor(sources: readonly Source[], view: ExperimentView, active: ActiveRuns, clock: Clock) {
    this.#sources = sources;
    this.#view = view;
    this.#active = active;
    this.#clock = clock;
  }

  /** Undefined: the command was called without saying which runs. */
  async given(argument: unknown, selected?: unknown): Promise<readonly SourceRun[] | undefined> {
    if (argument === selectionArgument) return this.#view.selectedRuns;
    if (typeof argument === 'string') return [await this.find(argument)];
    const all: readonly unknown[] = Array.isArray(selected) ? selected : [];
    if (!(argument instanceof RunNode)) {
      const isRow = argument instanceof ExperimentNode || argument instanceof AttemptNode;
      return isRow && all.includes(argument) ? all.filter((node) => node instanceof RunNode) : undefined;
    }
    return all.includes(argument) ? all.filter((node) => node instanceof RunNode) : [argument];
  }

  /**
   * The runs that a command is about: those given, or those that the user picks among the recent ones that `may` be chosen. Throws
   * `NotFound` where a key was pressed and no run is selected.
   */
  async chosen(
    title: string,
    argument: unknown,
    selected: unknown,
    { may, none, several = true }: Choice,
  ): Promise<readonly SourceRun[]> {
    const given = await this.given(argument, selected);
    if (given?.length === 0) {
      throw new Failure('NotFound', l10n.t('No run is selected.'), {
        hint: l10n.t('Select one in the Experiments view.'),
      });
    }
    return given ?? this.pickRecent(title, may, none, several);
  }

  /** The experiments that were clicked or that are selected with what was. */
  experiments(argument: unknown, selected: unknown): readonly ExperimentNode[] {
    if (argument === selectionArgument) return this.#view.selectedExperiments;
    const all: readonly unknown[] = Array.isArray(selected) ? selected : [];
    const rows = all.includes(argument) ? all : [argument];
    return rows.filter((row) => row instanceof ExperimentNode);
  }

  /** Runs that were deleted and can be brought back, picked by the user; `none` says that there are none. */
  async pickDeleted(title: string, none: string): Promise<readonly SourceRun[]> {
    const able = this.#sources.filter(({ capabilities }) => capabilities.delete);
    const pages = await Promise.all(
      able.map(async (source) => {
        const { runs } = await source.runs({ deleted: true, limit: mostTasks });
        return runs.map((run) => ({ source, run }));
      }),
    );
    const runs = pages.flat().sort((a, b) => (b.run.deletedAtMs ?? 0) - (a.run.deletedAtMs ?? 0));
    if (runs.length === 0) throw new Failure('NotFound', none);
    return this.#pick(title, runs, true);
  }

  /** One run: the given one, or the one that the user picks among the recent ones. Undefined when nothing was picked. */
  async one(title: string, argument: unknown): Promise<SourceRun | undefined> {
    const given = await this.given(argument);
    return given ? given[0] : (await this.#pick(title, await this.#recent(), false))[0];
  }

  /** Runs that are active and `may` be chosen, picked by the user; none when nothing was picked. `none` says that there are none. */
  async pickActive(
    title: string,
    may: (target: SourceRun) => boolean = () => true,
    none = l10n.t('No run is active now.'),
  ): Promise<readonly SourceRun[]> {
    // For those of a source that was not connected yet.
    await Promise.all(this.#sources.map(async (source) => source.runs({ active: true, limit: 1 })));
    const active = this.#active.list.filter(may);
    if (active.length === 0) throw new Failure('NotFound', none);
    return this.#pick(title, active, true);
  }

  /** Runs among the recent ones that `may` be chosen, picked by the user; `none` says that there are none. */
  async pickRecent(
    title: string,
    may: (target: SourceRun) => boolean,
    none: string,
    several = true,
  ): Promise<readonly SourceRun[]> {
    const runs = (await this.#recent()).filter(may);
    if (runs.length === 0) throw new Failure('NotFound', none);
    return this.#pick(title, runs, several);
  }

  /** One of the recent runs that `may` be chosen, picked by the user; undefined when nothing was picked. `none` says that there are none. */
  async pickOne(
    title: string,
    { may = () => true, none = l10n.t('There is no such run.') }: Partial<OnePick> = {},
  ): Promise<SourceRun | undefined> {
    const runs = (await this.#recent()).filter(may);
    if (runs.length === 0) throw new Failure('NotFound', none);
    return (await this.#pick(title, runs, false))[0];
  }

  /** One of the recent runs that are made of runs, picked by the user. Undefined when nothing was picked. */
  async pickGraph(title: string, none = l10n.t('No run is made of others yet.')): Promise<SourceRun | undefined> {
    const graphs = (await this.#recent()).filter(({ run }) => run.children !== undefined);
    if (graphs.length === 0) throw new Failure('NotFound', none);
    return (await this.#pick(title, graphs, false))[0];
  }

  /** A task of one of the recent runs, in two choices: which run, and which task of it, at any depth. */
  async pickTask(title: string, may: (target: SourceRun) => boolean, none: string): Promise<readonly SourceRun[]> {
    const graph = await this.pickGraph(title, none);
    if (!graph) return [];
    const { source } = graph;
    const tasks = await readTasks(source, graph.run.id, mostTasks);
    const named = tasks.map(({ path, run }): NamedRun => ({ target: { source, run }, label: path }));
    const possible = named.filter(({ target }) => may(target));
    if (possible.length === 0) throw new Failure('NotFound', none);
    return this.#pickNamed(title, possible, false);
  }

  /** The attempt that was clicked, or that a key is about. */
  attempt(argument: unknown): AttemptNode | undefined {
    if (argument === selectionArgument) return this.#view.selectedAttempt;
    return argument instanceof AttemptNode ? argument : undefined;
  }

  /** A run by its id, in the source that knows it. */
  async find(id: string): Promise<SourceRun> {
    if (!isRunId(id)) throw new Failure('InvalidInput', l10n.t('"{0}" is not the id of a run.', id));
    let missing: unknown;
    for (const source of this.#sources) {
      try {
        return { source, run: (await source.run(id)).run };
      } catch (error) {
        missing = error;
      }
    }
    throw missing;
  }

  async #recent(): Promise<readonly SourceRun[]> {
    const pages = await Promise.all(
      this.#sources.map(async (source) => {
        const { runs } = await source.runs({ limit: recentRuns });
        return runs.map((run) => ({ source, run }));
      }),
    );
    const runs = pages.flat().sort((a, b) => b.run.createdAtMs - a.run.createdAtMs);
    if (runs.length === 0) {
      throw new Failure('NotFound', l10n.t('There is no run yet.'), {
        hint: l10n.t('Open a run file (*.run.json) and press Run above it.'),
      });
    }
    return runs;
  }

  async #pick(title: string, runs: readonly SourceRun[], several: boolean): Promise<readonly SourceRun[]> {
    const named = runs.map((target) => ({ target, label: target.run.name, description: target.run.experiment }));
    return this.#pickNamed(title, named, several);
  }

  async #pickNamed(title: string, runs: readonly NamedRun[], several: boolean): Promise<readonly SourceRun[]> {
    const nowMs = this.#clock.nowMs();
    const picks = runs.map(({ target, label, description }): RunPick => {
      const { icon, color } = statusIcons[target.run.status];
      return {
        label,
        ...(description === undefined ? {} : { description }),
        detail: describeRow(target.run, nowMs),
        iconPath: new ThemeIcon(icon, color === undefined ? undefined : new ThemeColor(color)),
        target,
      };
    });
    const options = {
      title,
      matchOnDescription: true,
      matchOnDetail: true,
      placeHolder: l10n.t('Name, experiment or status'),
    };
    if (several) {
      const chosen = await window.showQuickPick(picks, { ...options, canPickMany: true });
      return chosen?.map(({ target }) => target) ?? [];
    }
    const chosen = await window.showQuickPick(picks, options);
    return chosen ? [chosen.target] : [];
  }
}
