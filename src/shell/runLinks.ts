/**
 * Links to runs: `vscode://sidelab.sidelab/run/ID` opens the panel of that run. Anybody may have written a link: it names a run and
 * nothing else, and all that it does is to show that.
 */
import { env, l10n, type Uri, type UriHandler, window } from 'vscode';
import { Failure } from '../base/failure';
import { type Disposable, DisposableStore } from '../base/lifecycle';
import { isRunId, type RunId } from '../model/ids';
import type { RunTargets } from './commands/runTargets';
import type { FailureToast } from './failureToast';
import { extensionId } from './ids';
import type { RunPanels } from './panels/runPanels';
import type { ExperimentView } from './tree/experimentView';

export const linkTo = (runId: RunId): string => `${env.uriScheme}://${extensionId}/run/${runId}`;

export interface RunLinksParts {
  readonly targets: RunTargets;
  readonly panels: RunPanels;
  readonly view: ExperimentView;
  readonly failures: FailureToast;
}

export class RunLinks implements UriHandler, Disposable {
  readonly #owned = new DisposableStore();
  readonly #parts: RunLinksParts;

  constructor(parts: RunLinksParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#owned.own(window.registerUriHandler(this));
  }

  /** Never rejects: what is wrong with a link is shown. */
  async handleUri(uri: Uri): Promise<void> {
    await this.#parts.failures.guard('open the link', async () => this.#open(uri));
  }

  async #open({ path }: Uri): Promise<void> {
    const [, id = ''] = /^\/run\/([^/]+)\/?$/.exec(path) ?? [];
    // What it says instead is not repeated: a message is no place for the words of others.
    if (!isRunId(id)) throw new Failure('InvalidInput', l10n.t('The link to Sidelab names no run.'));
    const { targets, panels, view } = this.#parts;
    const { source, run } = await targets.find(id).catch((error: unknown) => {
      throw error instanceof Failure && error.code === 'NotFound' ? unknownRun(id) : error;
    });
    await panels.open(source, run, { preserveFocus: false, beside: false });
    await view.reveal(source, run);
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

const unknownRun = (id: RunId): Failure =>
  new Failure('NotFound', l10n.t('The link leads to the run {0}, which is not known here.', id), {
    hint: l10n.t('It may have been deleted, or be on another machine.'),
  });
