/** The graph panels of this window: at most one per run, and per run file that is looked at before it is submitted. */
import { l10n, type Memento, type Uri } from 'vscode';
import type { Clock } from '../../base/clock';
import { Emitter, type Event } from '../../base/event';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import type { Source } from '../../core/source';
import type { RunId } from '../../model/ids';
import type { Run } from '../../model/run';
import type { GraphPanelAction, GraphPanelState, GraphSubject } from '../../protocol/graphPanel';
import { graphPanelViewType } from '../ids';
import type { GraphPanel } from './graphPanel';
import { type OpenOptions, PanelSet } from './panelSet';
import type { PanelFiles } from './runPanelSession';
import type { ShownGraph } from './shownGraph';

/** What a button or a key of the panel says of a node. */
export interface GraphAct {
  readonly action: GraphPanelAction;
  readonly runId: RunId;
  readonly source: Source;
  readonly shown: ShownGraph;
  readonly subject: GraphSubject;
}

export type LoadedGraph = (source: Source) => ShownGraph;

export interface GraphPanelsParts {
  readonly sources: readonly Source[];
  readonly extensionUri: Uri;
  readonly clock: Clock;
  readonly log: Log;
  /** Does what a button of a panel says; what it throws is shown there. */
  readonly act: (act: GraphAct) => Promise<void>;
  readonly files: Pick<PanelFiles, 'save'>;
  /** Where it is kept how panels are looked at. */
  readonly memento: Pick<Memento, 'get' | 'update'>;
  /** What a run file, a URI as text, would come to; the source is where it would go. */
  readonly loadPlanOf: (file: string) => Promise<LoadedGraph>;
}

export class GraphPanels implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #panels: PanelSet<GraphPanelState, GraphPanel>;
  readonly #didReady = this.#owned.own(new Emitter<GraphSubject>());
  /** A panel's view has spoken and got its graph. */
  readonly onDidReady: Event<GraphSubject> = this.#didReady.event;
  readonly #didSelect = this.#owned.own(new Emitter<{ readonly source: Source; readonly runId: RunId }>());
  /** The user has chosen a node of a run's graph. */
  readonly onDidSelect: Event<{ readonly source: Source; readonly runId: RunId }> = this.#didSelect.event;

  constructor({ loadPlanOf, act, memento, ...parts }: GraphPanelsParts) {
    this.#panels = this.#owned.own(
      new PanelSet({
        ...parts,
        viewType: graphPanelViewType,
        lost: l10n.t('It is not known which graph this panel showed. Open it from the Experiments view.'),
        runOf: ({ subject }) => (subject.kind === 'run' ? subject.runId : undefined),
        loadStates: async () => {
          const { PanelStates, graphPanelStates } = await import('./panelStates');
          return new PanelStates(memento, graphPanelStates);
        },
        load: async ({ subject }, states) => {
          const { GraphPanel } = await import('./graphPanel');
          const { readPageStart } = await import('./pageStart');
          const start = await readPageStart(parts.extensionUri, 'graph');
          const showGraph = subject.kind === 'run' ? await loadGraphOf(subject.runId) : await loadPlanOf(subject.file);
          return (panel, source) => {
            const shown = showGraph(source);
            return new GraphPanel({
              ...parts,
              start,
              states,
              panel,
              subject,
              shown,
              act: async (action, runId) => act({ action, runId, source, shown, subject }),
              select: (runId) => {
                if (subject.kind === 'run') this.#didSelect.fire({ source, runId });
              },
              onReady: () => this.#didReady.fire(subject),
            });
          };
        },
      }),
    );
  }

  start(): void {
    this.#panels.start();
  }

  /** The graph of a run, with a node of it selected. */
  async openRun(
    source: Source,
    run: Run,
    { select, ...options }: OpenOptions & { readonly select?: RunId },
  ): Promise<void> {
    const subject: GraphSubject = { kind: 'run', runId: run.id };
    const panel = await this.#open(source, subject, run.name, options);
    if (select !== undefined) panel.showSelected(select);
  }

  /** What a run file would come to; `source` is where it would go. */
  async openFile(source: Source, file: string, options: OpenOptions): Promise<void> {
    await this.#open(source, { kind: 'file', file }, file, options);
  }

  /** The run's graph is shown. */
  isSeen(runId: RunId): boolean {
    return this.#panels.all.some(
      ({ subject, isVisible }) => isVisible && subject.kind === 'run' && subject.runId === runId,
    );
  }

  /** A run was selected elsewhere: graphs that are seen and have it show it. */
  showSelected(runId: RunId): void {
    for (const panel of this.#panels.all) if (panel.isVisible) panel.showSelected(runId);
  }

  async #open(source: Source, subject: GraphSubject, name: string, options: OpenOptions): Promise<GraphPanel> {
    const { titleOf } = await import('./graphPanel');
    return this.#panels.open(source, { subject }, { ...options, title: titleOf(subject, name) });
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

async function loadGraphOf(runId: RunId): Promise<LoadedGraph> {
  const { GraphOfRun } = await import('./graphOfRun');
  return (source) => new GraphOfRun(source, runId);
}
