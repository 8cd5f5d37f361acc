/** The extension under test, active, and the workspace it runs in: a copy of `examples`. */
import * as vscode from 'vscode';
import type { Run } from '../../../src/model/run';
import { isActive, isSettled, type RunStatus } from '../../../src/model/runStatus';
import type { SidelabApi } from '../../../src/shell/api';
import { until } from './waiting';

export async function activated(): Promise<SidelabApi> {
  const extension = vscode.extensions.getExtension<SidelabApi>('sidelab.sidelab');
  if (!extension) throw new Error('The extension is not there.');
  return extension.activate();
}

export function inWorkspace(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (!folder) throw new Error('No workspace is open.');
  return vscode.Uri.joinPath(folder.uri, name);
}

export async function writeRunFile(name: string, content: unknown): Promise<vscode.Uri> {
  const uri = inWorkspace(name);
  const text = typeof content === 'string' ? content : JSON.stringify(content, null, 2);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return uri;
}

export async function openRunFile(uri: vscode.Uri): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
}

/** Submits by the command that the lens calls. */
export async function submit(uri: vscode.Uri): Promise<Run> {
  const runs = await vscode.commands.executeCommand<readonly Run[] | undefined>('sidelab.submitRun', uri);
  const run = runs?.[0];
  if (!run) throw new Error(`${uri.path} was not submitted.`);
  return run;
}

export async function statusOf({ source }: SidelabApi, run: Run): Promise<RunStatus> {
  return (await source.run(run.id)).run.status;
}

export async function untilStatus(api: SidelabApi, run: Run, status: RunStatus): Promise<void> {
  await until(`run ${run.name} to be ${status}`, async () => {
    const now = await statusOf(api, run);
    if (now !== status && isSettled(now)) throw new Error(`Run ${run.name} is ${now}, never ${status}.`);
    return now === status;
  });
}

/** So that no test's run is in another's way. */
export async function cancelAll({ source }: SidelabApi): Promise<void> {
  const active = async (): Promise<readonly Run[]> => (await source.runs({ active: true, limit: 1000 })).runs;
  for (const run of await active()) await source.cancel(run.id);
  await until('all runs to end', async () => (await active()).every(({ status }) => !isActive(status)));
}
