/** The run panels of this window: at most one per run. */
import { l10n, type Memento, type Uri } from 'vscode';
import type { Clock } from '../../base/clock';
import { Emitter, type Event } from '../../base/event';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import type { Source } from '../../core/source';
import type { RunId } from '../../model/ids';
import type { Run } from '../../model/run';
import type { RunPanelAct, RunPanelState } from '../../protocol/runPanel';
import { runPanelViewType } from '../ids';
import { type OpenOptions, PanelSet } from './panelSet';
import type { RunPanel } from './runPanel';
import type { PanelFiles } from './runPanelSession';
import type { RunPictures } from './runPictures';

export interface RunPanelsParts {
  readonly sources: readonly Source[];
  readonly extensionUri: Uri;
  readonly clock: Clock;
  readonly log: Log;
  /** Does what a button of a panel says; shows its own failures. */
  readonly act: (act: RunPanelAct, source: Source, runId: RunId) => Promise<void>;
  readonly files: PanelFiles;
  /** Where it is kept how panels are looked at. */
  readonly memento: Pick<Memento, 'get' | 'update'>;
  /** Where it is kept how large their plots are. */
  readonly editorMemento: Pick<Memento, 'get' | 'update'>;
}

export class RunPanels implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #panels: PanelSet<RunPanelState, RunPanel>;
  readonly #didReady = this.#owned.own(new Emitter<RunId>());
  /** A panel's view has spoken and got its snapshot. */
  readonly onDidReady: Event<RunId> = this.#didReady.event;

  constructor({ act, memento, editorMemento, ...parts }: RunPanelsParts) {
    let pictures: RunPictures | undefined;
    this.#panels = this.#owned.own(
      new PanelSet({
        ...parts,
        viewType: runPanelViewType,
        lost: l10n.t('It is not known which run this panel showed. Open the run from the Experiments view.'),
        runOf: ({ runId }) => runId,
        loadStates: async () => {
          const { PanelStates, runPanelStates } = await import('./panelStates');
          return new PanelStates(memento, runPanelStates);
        },
        load: async ({ runId }, states) => {
          const { RunPanel } = await import('./runPanel');
          const { RunPictures } = await import('./runPictures');
          const { readPageStart } = await import('./pageStart');
          const start = await readPageStart(parts.extensionUri, 'run');
          pictures ??= this.#owned.own(new RunPictures({ ...parts, memento: editorMemento }));
          const drawn = pictures;
          return (panel, source) =>
            new RunPanel({
              ...parts,
              start,
              pictures: drawn,
              states,
              panel,
              source,
              runId,
              act: async (wanted) => act(wanted, source, runId),
              onReady: () => this.#didReady.fire(runId),
            });
        },
      }),
    );
  }

  start(): void {
    this.#panels.start();
  }

  async open(source: Source, run: Run, options: OpenOptions): Promise<void> {
    await this.#panels.open(source, { runId: run.id }, { ...options, title: run.name });
  }

  /** The run's panel is shown. */
  isSeen(runId: RunId): boolean {
    return this.#panels.all.some((panel) => panel.runId === runId && panel.isVisible);
  }

  /** The run of the panel that has the focus. */
  get activeRun(): { readonly source: Source; readonly runId: RunId } | undefined {
    return this.#panels.active;
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
