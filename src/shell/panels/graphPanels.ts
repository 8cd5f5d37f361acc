/** The graph panels of this window: at most one per run, and per run file that is looked at before it is submitted. */
import { l10n, type Uri } from 'vscode';
import type { Clock } from '../../base/clock';
import { Emitter, type Event } from '../../base/event';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import type { Source } from '../../core/source';
import type { RunId } from '../../model/ids';
import type { Run } from '../../model/run';
import type { GraphPanelAction, GraphPanelState, GraphSubject } from '../../protocol/graphPanel';
import { graphPanelViewType } from '../ids';
import { GraphOfRun } from './graphOfRun';
import { GraphPanel, titleOf } from './graphPanel';
import { type OpenOptions, PanelSet } from './panelSet';
import type { PanelStates } from './panelStates';
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

export interface GraphPanelsParts {
  readonly sources: readonly Source[];
  readonly extensionUri: Uri;
  readonly clock: Clock;
  readonly log: Log;
  /** Does what a button of a panel says; what it throws is shown there. */
  readonly act: (act: GraphAct) => Promise<void>;
  readonly files: Pick<PanelFiles, 'save'>;
  readonly states: PanelStates<GraphPanelState>;
  /** What a run file, a URI as text, would come to. */
  readonly planOf: (file: string, source: Source) => ShownGraph;
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

  constructor({ planOf, act, ...parts }: GraphPanelsParts) {
    this.#panels = this.#owned.own(
      new PanelSet({
        ...parts,
        viewType: graphPanelViewType,
        lost: l10n.t('It is not known which graph this panel showed. Open it from the Experiments view.'),
        runOf: ({ subject }) => (subject.kind === 'run' ? subject.runId : undefined),
        make: (panel, source, { subject }) => {
          const isRun = subject.kind === 'run';
          const shown = isRun ? new GraphOfRun(source, subject.runId) : planOf(subject.file, source);
          return new GraphPanel({
            ...parts,
            panel,
            subject,
            shown,
            act: async (action, runId) => act({ action, runId, source, shown, subject }),
            select: (runId) => {
              if (isRun) this.#didSelect.fire({ source, runId });
            },
            onReady: () => this.#didReady.fire(subject),
          });
        },
      }),
    );
  }

  start(): void {
    this.#panels.start();
  }

  /** The graph of a run, with a node of it selected. */
  openRun(source: Source, run: Run, { select, ...options }: OpenOptions & { readonly select?: RunId }): void {
    const subject: GraphSubject = { kind: 'run', runId: run.id };
    const panel = this.#panels.open(source, { subject }, { ...options, title: titleOf(subject, run.name) });
    if (select !== undefined) panel.showSelected(select);
  }

  /** What a run file would come to; `source` is where it would go. */
  openFile(source: Source, file: string, options: OpenOptions): void {
    const subject: GraphSubject = { kind: 'file', file };
    this.#panels.open(source, { subject }, { ...options, title: titleOf(subject, file) });
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

  dispose(): void {
    this.#owned.dispose();
  }
}
