/** One of the runs that a message is about, picked by the user: what failed comes first. */
import { l10n, type QuickPickItem, ThemeColor, ThemeIcon, window } from 'vscode';
import type { Run } from '../../model/run';
import { describeEnd, isBadEnd } from '../../model/runEnds';
import { statusIcons } from '../tree/runRow';

export async function pickEndedRun(runs: readonly Run[]): Promise<Run | undefined> {
  const ordered = [...runs.filter(isBadEnd), ...runs.filter((run) => !isBadEnd(run))];
  const items = ordered.map((run): QuickPickItem & { readonly run: Run } => {
    const { icon, color } = statusIcons[run.status];
    const iconPath = color === undefined ? new ThemeIcon(icon) : new ThemeIcon(icon, new ThemeColor(color));
    return { run, label: run.name, description: run.experiment, detail: describeEnd(run), iconPath };
  });
  const title = l10n.t('Runs That Have Ended');
  return (await window.showQuickPick(items, { title, placeHolder: l10n.t('Which run?'), matchOnDescription: true }))
    ?.run;
}
