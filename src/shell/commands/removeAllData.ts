/**
 * Remove All Data: every run with its files, the engine with its copies, secrets, and what was remembered of panels and windows. Asked with
 * what it comes to; refused while runs are active, which can be cancelled on the way. Settings are the editor's, and stay.
 */
import { l10n, type Memento, ProgressLocation, window } from 'vscode';
import { Failure } from '../../base/failure';
import { measureHome } from '../../core/home/measureHome';
import type { EngineSource } from '../../core/sources/engine/engineSource';
import { formatBytes } from '../../model/byteSize';
import type { Run } from '../../model/run';
import type { StoredSecrets } from '../secrets/storedSecrets';
import type { ExperimentTree } from '../tree/experimentTree';
import type { TreeLook } from '../tree/treeLook';
import { requireTrust } from '../trust';

export interface RemovalParts {
  readonly source: EngineSource;
  readonly home: string;
  readonly secrets: StoredSecrets;
  readonly tree: ExperimentTree;
  readonly look: TreeLook;
  /** What the editor remembers for us: of this machine, and of this workspace. */
  readonly memories: readonly Memento[];
}

const measureLimitMs = 5000;
const remove = l10n.t('Remove All Data');
const cancel = l10n.t('Cancel Runs');

export async function removeAllData(parts: RemovalParts): Promise<void> {
  const { source, home, secrets, tree, look, memories } = parts;
  const active = await activeRuns(source);
  if (active.length > 0 && !(await cancelThem(source, active))) return;
  const [runs, sizes, names] = await Promise.all([
    runCount(source),
    measureHome(home, measureLimitMs),
    secrets.names(),
  ]);
  const size = sizes.isPartial ? l10n.t('more than {0}', formatBytes(sizes.totalBytes)) : formatBytes(sizes.totalBytes);
  const detail = [
    runs === 0
      ? l10n.t({
          message: 'No run; the engine and its database: {0} in {1}.',
          args: [size, home],
          comment: '{0} is a size such as "12 MB", {1} a folder',
        })
      : l10n.t({
          message: '{0} with output, metrics and artifacts, and the engine: {1} in {2}.',
          args: [countRuns(runs), size, home],
          comment: '{0} is "3 runs", {1} a size such as "12 MB", {2} a folder',
        }),
    names.length === 0
      ? l10n.t('How panels were looked at in this workspace.')
      : l10n.t({
          message: '{0}, and how panels were looked at in this workspace.',
          args: [countSecrets(names.length)],
          comment: '{0} is "3 secrets"',
        }),
    l10n.t('Run files, settings and what programs wrote elsewhere stay. This cannot be undone.'),
  ].join('\n\n');
  const chosen = await window.showWarningMessage(
    l10n.t('Remove all data of Sidelab?'),
    { modal: true, detail },
    remove,
  );
  if (chosen !== remove) return;
  await window.withProgress(
    { location: ProgressLocation.Notification, title: l10n.t('Removing all data of Sidelab') },
    async () => {
      await source.removeAll();
      for (const name of names) await secrets.delete(name);
      for (const memory of memories) for (const key of memory.keys()) await memory.update(key, undefined);
      await look.reset();
      await tree.reload();
    },
  );
  void window.showInformationMessage(
    l10n.t({
      message: 'Removed: {0}, {1}, {2}. Sidelab begins anew with the next run.',
      args: [countRuns(runs), size, countSecrets(names.length)],
      comment: '{0} is "3 runs", {1} a size such as "12 MB", {2} "no secrets"',
    }),
  );
}

/** False when the user would rather not. */
async function cancelThem(source: EngineSource, active: readonly Run[]): Promise<boolean> {
  const chosen = await window.showWarningMessage(
    active.length === 1 ? l10n.t('1 run is active.') : l10n.t('{0} runs are active.', shownCount(active.length)),
    {
      modal: true,
      detail: l10n.t('Data can be removed when nothing runs or waits. You are asked again before anything is removed.'),
    },
    cancel,
  );
  if (chosen !== cancel) return false;
  requireTrust();
  const options = {
    location: ProgressLocation.Notification,
    title: l10n.t('Waiting for runs to end'),
    cancellable: true,
  };
  return window.withProgress(options, async (_progress, token) => {
    const ended = untilNoneIsActive(source);
    for (const { id } of active) await source.cancel(id).catch(ignoreEnded);
    const givenUp = new Promise<false>((resolve) => token.onCancellationRequested(() => resolve(false)));
    return Promise.race([ended, givenUp]);
  });
}

/** Each end is pushed; it is asked anew then. */
async function untilNoneIsActive(source: EngineSource): Promise<true> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      activeRuns(source).then((runs) => {
        if (runs.length > 0) return;
        listening.dispose();
        resolve(true);
      }, reject);
    };
    const listening = source.onDidChangeRuns(look);
    look();
  });
}

const ignoreEnded = (error: unknown): void => {
  if (!(error instanceof Failure) || error.code !== 'Conflict') throw error;
};

async function activeRuns(source: EngineSource): Promise<readonly Run[]> {
  return (await source.runs({ active: true, limit: 1000 })).runs;
}

async function runCount(source: EngineSource): Promise<number> {
  return (await source.experiments()).reduce((sum, experiment) => sum + experiment.runCount, 0);
}

const shownCount = (count: number): string => count.toLocaleString('en');

function countRuns(count: number): string {
  if (count === 0) return l10n.t('no runs');
  return count === 1 ? l10n.t('1 run') : l10n.t('{0} runs', shownCount(count));
}

function countSecrets(count: number): string {
  if (count === 0) return l10n.t('no secrets');
  return count === 1 ? l10n.t('1 secret') : l10n.t('{0} secrets', shownCount(count));
}
