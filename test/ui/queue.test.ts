/** The queue as a user sees it: what waits and why, held and released from its row, the whole of it paused. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { openWorkbench, type Workbench } from './support/workbench';

describe('the queue on the workbench', () => {
  let workbench: Workbench;

  before(async () => (workbench = await openWorkbench()));
  after(async () => workbench.stop());

  const submit = async (name: string, more: object = {}): Promise<void> => {
    const file = path.join(workbench.workspace, `${name}.run.json`);
    writeFileSync(file, JSON.stringify({ experiment: 'queue', name, command: ['sleep', '30'], ...more }));
    await workbench.host(async (vscode, path) => {
      await vscode.commands.executeCommand('sidelab.submitRun', vscode.Uri.file(path));
    }, file);
  };
  const command = async (id: string): Promise<void> => {
    await workbench.host(async (vscode, id) => void (await vscode.commands.executeCommand(id)), id);
  };

  it('says in each row why it waits, holds and releases from there, and is paused as a whole', async () => {
    await workbench.showViewContainer('Sidelab');
    await submit('busy');
    await workbench.row(/^busy/).filter({ hasText: 'running' }).waitFor();
    // More than is left, whatever this machine has.
    await submit('wide', { compute: { cpus: await allCpus() } });
    await workbench
      .row(/^wide/)
      .filter({ hasText: /waits for \d+ cpus?: \d+ of \d+ (is|are) free/ })
      .waitFor();
    await command('sidelab.pauseQueue');
    await workbench.page.locator('.statusbar-item', { hasText: 'queue paused' }).waitFor();
    await submit('later');
    await workbench
      .row(/^later/)
      .filter({ hasText: 'the queue is paused' })
      .waitFor();
    await workbench.host(
      async (vscode) => void (await vscode.commands.executeCommand('workbench.action.closeAllEditors')),
    );
    await workbench.row(/^later/).click({ button: 'right' });
    const hold = workbench.page.locator('.monaco-menu .action-item', { hasText: 'Hold Run' });
    await hold.waitFor();
    await workbench.shot('queue-menu');
    await hold.click();
    await workbench
      .row(/^later/)
      .filter({ hasText: 'queued · held' })
      .waitFor();
    await workbench.host(async (vscode) => vscode.commands.executeCommand('notifications.clearAll'));
    await workbench.shot('queue-held-and-paused');
    await workbench.rowAction(/^later/, 'Release Run');
    await command('sidelab.resumeQueue');
    await workbench
      .row(/^later/)
      .filter({ hasText: 'running' })
      .waitFor();
    await workbench.shot('queue-resumed');
  });

  const allCpus = async (): Promise<number> =>
    workbench.host(async (vscode) => {
      const extension = vscode.extensions.getExtension<{
        source: { queue(): Promise<{ capacity: { cpus: number } }> };
      }>('sidelab.sidelab');
      const api = await extension?.activate();
      return (await api?.source.queue())?.capacity.cpus ?? 1;
    });
});
