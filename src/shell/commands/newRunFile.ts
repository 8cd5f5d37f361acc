/** New Run File: an unsaved run file, from scratch or from what there is already. */
import { l10n, type Uri } from 'vscode';
import { askFrom, makeRunFile, ofRun } from '../newRunFile/makeRunFile';
import { showUntitledRunFile } from '../newRunFile/untitledRunFile';
import { readWish } from '../newRunFile/wish';
import type { RunTargets } from './runTargets';

/** `argument` is a `Wish`, or a Python file or a `package.json` of the explorer. Returns the new document's address. */
export async function newRunFile(targets: RunTargets, argument: unknown): Promise<Uri | undefined> {
  const wish = readWish(argument);
  const from = wish?.from ?? (await askFrom());
  const made = from && (await makeRunFile(targets, wish ?? { from }));
  return made && showUntitledRunFile(made);
}

/** `argument` is the row of a run, or its id. */
export async function newRunFileFromRun(targets: RunTargets, argument: unknown): Promise<Uri | undefined> {
  const target = await targets.one(l10n.t('New Run File from Run'), argument);
  return target && showUntitledRunFile(await ofRun(target));
}
