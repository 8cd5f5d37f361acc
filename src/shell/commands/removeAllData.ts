/**
 * Remove All Data: every run with its files, the engine with its copies, secrets, and what was remembered of panels and windows. Asked with
 * what it comes to; refused while runs are active, which can be cancelled on the way. Settings are the editor's, and stay.
 */
import { type Memento, ProgressLocation, window } from 'vscode';
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
const remove = 'Remove All Data';
const cancel = 'Cancel Runs';

export async function removeAllData(parts: RemovalParts): Promise<void> {
  const { source, home, secrets, tree, look, memories } = parts;
  const active = await activeRuns(source);
  if (active.length > 0 && !(await cancelThem(source, active))) return;
  const [runs, sizes, names] = await Promise.all([
    countRuns(source),
    measureHome(home, measureLimitMs),
    secrets.names(),
  ]);
  const size = `${sizes.isPartial ? 'more than ' : ''}${formatBytes(sizes.totalBytes)}`;
  const detail = [
    runs === 0
      ? `No run; the engine and its database: ${size} in ${home}.`
      : `${counted(runs, 'run')} with output, metrics and artifacts, and the engine: ${size} in ${home}.`,
    names.length === 0
      ? 'How panels were looked at in this workspace.'
      : `${counted(names.length, 'secret')}, and how panels were looked at in this workspace.`,
    'Run files, settings and what programs wrote elsewhere stay. This cannot be undone.',
  ].join('\n\n');
  const chosen = await window.showWarningMessage('Remove all data of Sidelab?', { modal: true, detail }, remove);
  if (chosen !== remove) return;
  await window.withProgress(
    { location: ProgressLocation.Notification, title: 'Removing all data of Sidelab' },
    async () => {
      await source.removeAll();
      for (const name of names) await secrets.delete(name);
      for (const memory of memories) for (const key of memory.keys()) await memory.update(key, undefined);
      await look.reset();
      await tree.reload();
    },
  );
  void window.showInformationMessage(
    `Removed: ${counted(runs, 'run')}, ${size}, ${counted(names.length, 'secret')}. Sidelab begins anew with the next run.`,
  );
}

/** False when the user would rather not. */
async function cancelThem(source: EngineSource, active: readonly Run[]): Promise<boolean> {
  const are = active.length === 1 ? 'is' : 'are';
  const chosen = await window.showWarningMessage(
    `${counted(active.length, 'run')} ${are} active.`,
    {
      modal: true,
      detail: 'Data can be removed when nothing runs or waits. You are asked again before anything is removed.',
    },
    cancel,
  );
  if (chosen !== cancel) return false;
  requireTrust();
  const options = { location: ProgressLocation.Notification, title: 'Waiting for runs to end', cancellable: true };
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

async function countRuns(source: EngineSource): Promise<number> {
  return (await source.experiments()).reduce((sum, { runCount }) => sum + runCount, 0);
}

const counted = (count: number, what: string): string =>
  `${count === 0 ? 'no' : count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;
