/**
 * A run file that says `direct`, run from the editor: in a terminal of its own, by the CLI that comes with the extension.
 * As a task, because the terminal of a task stays open with what was written in it.
 */
import path from 'node:path';
import { ProcessExecution, Task, TaskRevealKind, tasks, TaskScope, type Uri, workspace } from 'vscode';

/** `cli` is the path of its bundle. Resolves when the terminal has begun. */
export async function runInTerminal(cli: string, file: Uri): Promise<void> {
  const execution = new ProcessExecution(process.execPath, [cli, 'run', file.fsPath], {
    cwd: path.dirname(file.fsPath),
    // The editor's own program is an Electron on a desktop, which is a Node only when told so.
    env: { ELECTRON_RUN_AS_NODE: '1' },
  });
  const scope = workspace.getWorkspaceFolder(file) ?? TaskScope.Workspace;
  const task = new Task({ type: 'sidelab' }, scope, path.basename(file.fsPath), 'Sidelab', execution);
  task.presentationOptions = { reveal: TaskRevealKind.Always, focus: true };
  await tasks.executeTask(task);
}
