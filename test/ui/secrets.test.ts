/** Secrets as a user gives them: asked for at submission, and when a run waits for one that went with an engine. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import type { SidelabApi } from '../../src/shell/api';
import { until } from '../workbench/processes.mjs';
import { openWorkbench, type Workbench } from './support/workbench';

const value = 'v4lue-of-the-secret-8Ty';

/** Fails once when it is told to go on, then says that it has what it needs. */
const program = `
const { existsSync } = require('node:fs');
const isFirst = process.env.SIDELAB_ATTEMPT === '1';
setInterval(() => existsSync('go') && process.exit(isFirst || !process.env.TOKEN ? 1 : 0), 50);
`;

describe('secrets on the workbench', () => {
  let workbench: Workbench;

  before(async () => (workbench = await openWorkbench()));
  after(async () => workbench.stop());

  const input = (): Locator => workbench.page.locator('.quick-input-widget input[type=password]');
  const toast = (text: RegExp): Locator => workbench.page.locator('.notification-toast', { hasText: text });
  /** Not by keys of the window: the box is seen before it keeps the focus, which goes to and fro when a toast closes. */
  const type = async (): Promise<void> => {
    await input().fill(value);
    assert.equal(await input().inputValue(), value);
    assert.equal(await workbench.page.getByText(value).count(), 0);
  };
  const accept = async (): Promise<void> => {
    await until('the box to have taken the secret', async () => {
      if (await input().isVisible())
        await input()
          .press('Enter', { timeout: 1000 })
          .catch(() => undefined);
      return !(await input().isVisible());
    });
  };

  it('are asked for when one is missing, hidden while typed, and asked for again when a run has lost it', async () => {
    await workbench.showViewContainer('Sidelab');
    writeFileSync(path.join(workbench.workspace, 'private.cjs'), program);
    const file = path.join(workbench.workspace, 'private.run.json');
    const content = { experiment: 'private', name: 'private', command: ['node', 'private.cjs'], retries: 1 };
    writeFileSync(file, JSON.stringify({ ...content, env: { TOKEN: '${secret:TOKEN}' } }));
    await workbench.host((vscode, path) => {
      void vscode.commands.executeCommand('sidelab.submitRun', vscode.Uri.file(path));
    }, file);
    await type();
    await workbench.shot('secret-asked');
    await accept();
    await workbench.row('private').filter({ hasText: 'running' }).waitFor();

    await workbench.host(async (vscode) => {
      const api = vscode.extensions.getExtension<SidelabApi>('sidelab.sidelab')?.exports;
      await api?.secrets.delete('TOKEN');
      const engine = (api?.source as { engine?: { pid: number } } | undefined)?.engine;
      if (engine) process.kill(engine.pid, 'SIGKILL');
    });
    // Under the pointer it stays.
    await toast(/A run waits for the secret TOKEN/).hover();
    writeFileSync(path.join(workbench.workspace, 'go'), '');
    await workbench.row('private').filter({ hasText: 'waits for the secret TOKEN' }).waitFor();
    await workbench.shot('secret-lacking');
    await toast(/A run waits/)
      .getByRole('button', { name: 'Set Secret' })
      .click();
    await type();
    await accept();
    await workbench.row('private').filter({ hasText: 'completed' }).waitFor();
  });

  it('are not shown where a retry says what differs in its environment', async () => {
    await workbench.host(() => void (process.env['SHOWN_BY_NAME'] = 'not by value'));
    await workbench.frame().locator('.actions').getByRole('button', { name: 'Retry', exact: true }).click();
    await toast(/The environment differs from that of the attempt before: added SHOWN_BY_NAME\./).waitFor();
    await workbench.shot('environment-differs');
    assert.equal(await workbench.page.getByText('not by value').count(), 0);
    await workbench.row('private').filter({ hasText: 'completed' }).waitFor();
    await workbench.panelTab('Attempts');
    await workbench.frame().getByRole('button', { name: 'Details of attempt' }).first().press('Enter');
    const details = workbench.frame().locator('.details');
    await details.filter({ hasText: /differs from attempt \d: added SHOWN_BY_NAME/ }).waitFor();
    await workbench.shot('environment-of-attempt');
    assert.equal(await workbench.frame().getByText('not by value').count(), 0);
  });
});
