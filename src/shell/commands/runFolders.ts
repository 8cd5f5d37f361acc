/** Where a run is on disk, and its id: Copy Run ID, Open Run Folder, Open Run File. */
import { existsSync } from 'node:fs';
import { commands, env, l10n, ThemeIcon, Uri, window } from 'vscode';
import { Failure } from '../../base/failure';
import type { SourceRun } from '../activeRuns';
import type { RunTargets } from './runTargets';

const mostTerminals = 5;

/** Several rows selected: an id per line. */
export async function copyRunId(targets: RunTargets, argument: unknown, selected: unknown): Promise<void> {
  const runs = (await targets.given(argument, selected)) ?? one(await targets.one(l10n.t('Copy ID of Run'), argument));
  if (runs.length === 0) return;
  await env.clipboard.writeText(runs.map(({ run }) => run.id).join('\n'));
  window.setStatusBarMessage(
    runs.length === 1 ? l10n.t('Run ID copied') : l10n.t('{0} run IDs copied', runs.length),
    2000,
  );
}

/** The folder of the run's own outputs, in the system's file manager, or in a window's explorer where there is none. */
export async function openRunFolder(targets: RunTargets, argument: unknown): Promise<void> {
  const target = await targets.one(l10n.t('Open Folder of Run'), argument);
  if (!target) return;
  const { outputs } = await target.source.run(target.run.id);
  // A workbench in a browser, or one connected to another machine, has no file manager that sees this folder.
  if (env.remoteName === undefined) await commands.executeCommand('revealFileInOS', Uri.file(outputs));
  else await commands.executeCommand('vscode.openFolder', Uri.file(outputs), { forceNewWindow: true });
}

/** In the folder of the run's own outputs, a terminal each. */
export async function openRunTerminal(targets: RunTargets, argument: unknown, selected: unknown): Promise<void> {
  const options = { may: () => true, none: l10n.t('There is no run yet.'), several: false };
  const runs = await targets.chosen(l10n.t('Open Folder of Run in Terminal'), argument, selected, options);
  if (runs.length > mostTerminals) {
    throw new Failure(
      'Conflict',
      l10n.t('{0} terminals are too many; {1} are opened at once at most.', runs.length, mostTerminals),
    );
  }
  const folders = await Promise.all(
    runs.map(async ({ source, run }) => ({ name: run.name, ...(await source.run(run.id)) })),
  );
  for (const { name, outputs } of folders) {
    if (!existsSync(outputs)) {
      throw new Failure('NotFound', l10n.t('The run "{0}" has no folder yet.', name), {
        hint: l10n.t('It gets one when it starts.'),
      });
    }
    window.createTerminal({ name, cwd: outputs, iconPath: new ThemeIcon('folder-opened') }).show();
  }
}

export async function openRunFile(targets: RunTargets, argument: unknown): Promise<void> {
  const target = await targets.one(l10n.t('Open File of Run'), argument);
  if (!target) return;
  const { name, runFilePath } = target.run;
  if (runFilePath === undefined)
    throw new Failure('NotFound', l10n.t('The run "{0}" was submitted without a run file.', name));
  await window.showTextDocument(Uri.file(runFilePath));
}

const one = (run: SourceRun | undefined): readonly SourceRun[] => (run ? [run] : []);
