/** The past of a parameter as its user meets it: the table in a hover, values to complete, the quick fix. */
import assert from 'node:assert/strict';
import { until } from '../workbench/processes.mjs';
import { fillWithPastRuns } from './support/pastRuns';
import { openWorkbench, type Theme, type Workbench } from './support/workbench';

const temperatures = [90, 20, 35, 35, 60, 140, 45, 75, 110, 60];
const names = [
  'brave-heron',
  'calm-otter',
  'dry-finch',
  'eager-mole',
  'fair-newt',
  'glad-wren',
  'icy-toad',
  'keen-lynx',
  'mild-crane',
  '<b>odd</b> [name](command:x) | `y`',
];

describe('the past of a parameter on the workbench', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench({
      prepareHome: (home) =>
        fillWithPastRuns(
          home,
          names.map((name, index) => ({
            name,
            parameters: { startTemperature: temperatures[index], reheats: index % 3 },
            tourKm: 9000 + 3 * Math.abs((temperatures[index] ?? 0) - 35) + index,
            ...(index === 5 ? { exitCode: 1 } : {}),
          })),
        ),
    });
    await workbench.showViewContainer('Sidelab');
    await workbench.row('calm-otter').or(workbench.row('tour')).first().waitFor();
    await workbench.openFile('tour.run.json');
  });
  after(async () => workbench.stop());

  const editorText = async (): Promise<string> =>
    workbench.host(async (vscode) => vscode.window.activeTextEditor?.document.getText() ?? '');
  const putCursor = async (behind: string): Promise<void> =>
    workbench.host(async (vscode, behind) => {
      const editor = vscode.window.activeTextEditor;
      if (!editor) throw new Error('No editor is open.');
      const place = editor.document.positionAt(editor.document.getText().indexOf(behind) + behind.length);
      editor.selection = new vscode.Selection(place, place);
      await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
    }, behind);
  const hover = () => workbench.page.locator('.monaco-hover', { hasText: 'in past runs' });

  it('is a table in a hover, in which names are text', async () => {
    await putCursor('"startTemp');
    const rows = await until('the hover', async () => {
      await workbench.palette('Show or Focus Hover');
      const all = hover().locator('tbody tr');
      await all
        .nth(7)
        .waitFor({ timeout: 3000 })
        .catch(() => undefined);
      const texts = await all.allInnerTexts();
      return texts.length === 8 && texts;
    });
    assert.ok(rows[0]?.includes('<b>odd</b> [name](command:x) | `y`, 1 min ago'), rows[0]);
    assert.match(rows.find((row) => row.startsWith('35')) ?? '', /9002 in dry-finch \(best\)/);
    assert.match(rows.find((row) => row.startsWith('140')) ?? '', /in glad-wren, failed/);
    assert.equal(await hover().locator('a[data-href^="command"], b').count(), 0);
    for (const theme of ['light', 'dark', 'high contrast'] satisfies Theme[]) {
      await workbench.setTheme(theme);
      await workbench.shot(`parameter-past-${theme.replace(' ', '-')}`);
    }
    await workbench.setTheme('light');
    await workbench.page.keyboard.press('Escape');
  });

  it('completes the values that it had', async () => {
    await putCursor('"startTemperature": ');
    await workbench.palette('Trigger Suggest');
    const suggestion = workbench.page.locator('.suggest-widget .monaco-list-row', { hasText: '35' });
    await suggestion.first().waitFor();
    await workbench.shot('parameter-past-completion-light');
    await workbench.page.keyboard.press('Escape');
  });

  it('is followed by a quick fix', async () => {
    await putCursor('"startTemperature": ');
    const action = workbench.page.locator('.action-widget .action', { hasText: 'Use the best value: 35' });
    await until('the quick fix', async () => {
      await workbench.page.keyboard.press('Control+.');
      return action.waitFor({ timeout: 3000 }).then(
        () => true,
        () => false,
      );
    });
    await workbench.shot('parameter-past-fix-light');
    await action.click();
    await until('the best value', async () => (await editorText()).includes('"startTemperature": 35,') || undefined);
  });
});
