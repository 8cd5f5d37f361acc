/** Where a run is on disk, and its id: Copy Run ID, Open Run Folder, Open Run File. */
import { commands, env, Uri, window } from 'vscode';
import { Failure } from '../../base/failure';
import type { SourceRun } from '../activeRuns';
import type { RunTargets } from './runTargets';

/** Several rows selected: an id per line. */
export async function copyRunId(targets: RunTargets, argument: unknown, selected: unknown): Promise<void> {
  const runs = (await targets.given(argument, selected)) ?? one(await targets.one('Copy ID of Run', argument));
  if (runs.length === 0) return;
  await env.clipboard.writeText(runs.map(({ run }) => run.id).join('\n'));
  window.setStatusBarMessage(runs.length === 1 ? 'Run ID copied' : `${runs.length} run IDs copied`, 2000);
}

/** The folder of the run's own outputs, in the system's file manager, or in a window's explorer where there is none. */
export async function openRunFolder(targets: RunTargets, argument: unknown): Promise<void> {
  const target = await targets.one('Open Folder of Run', argument);
  if (!target) return;
  const { outputs } = await target.source.run(target.run.id);
  // A workbench in a browser, or one connected to another machine, has no file manager that sees this folder.
  if (env.remoteName === undefined) await commands.executeCommand('revealFileInOS', Uri.file(outputs));
  else await commands.executeCommand('vscode.openFolder', Uri.file(outputs), { forceNewWindow: true });
}

export async function openRunFile(targets: RunTargets, argument: unknown): Promise<void> {
  const target = await targets.one('Open File of Run', argument);
  if (!target) return;
  const { name, runFilePath } = target.run;
  if (runFilePath === undefined) throw new Failure('NotFound', `The run "${name}" was submitted without a run file.`);
  await window.showTextDocument(Uri.file(runFilePath));
}

const one = (run: SourceRun | undefined): readonly SourceRun[] => (run ? [run] : []);
