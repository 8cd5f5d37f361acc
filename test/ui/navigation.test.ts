/** Finding one's way in a run file: what is drawn over a task's name, where a click leads, and what renaming says. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { until } from '../workbench/processes.mjs';
import type { Theme } from './support/workbench';
import { openWorkbench, type Workbench } from './support/workbench';

const themes: readonly Theme[] = ['light', 'dark', 'high contrast'];

const text = `{
  "experiment": "digits",
  "tasks": {
    "fetch": { "command": ["node", "tour.mjs"] },
    "prepare": { "dependsOn": "fetch", "command": ["node", "tour.mjs"] },
    "naive": { "dependsOn": "fetch", "command": ["node", "tour.mjs"] },
    "train": {
      "command": ["node", "spirals.mjs", "--data=\${tasks.prepare.outputs}"],
      "timeout": "2 h"
    },
    "score": { "dependsOn": ["train", "naive"], "command": ["node", "tour.mjs"] },
    "rescue": { "dependsOn": { "task": "train", "on": "failed" }, "command": ["node", "tour.mjs"] },
    "report": {
      "dependsOn": ["score", "fetch"],
      "command": ["node", "tour.mjs"]
    }
  }
}
`;

/** Too many to be drawn as a whole. */
const large = JSON.stringify(
  {
    tasks: Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [
        index === 9 ? 'join' : `task-${index}`,
        {
          ...(index === 9 ? { dependsOn: Array.from({ length: 9 }, (__, before) => `task-${before}`) } : {}),
          ...(index > 9 ? { dependsOn: [{ task: 'join', on: index === 12 ? 'failed' : 'completed' }] } : {}),
          command: ['node', 'tour.mjs'],
        },
      ]),
    ),
  },
  undefined,
  2,
);

describe('a run file’s names on the workbench', () => {
  let workbench: Workbench;
  let file: string;

  before(async () => {
    workbench = await openWorkbench();
    file = path.join(workbench.workspace, 'digits.run.json');
    writeFileSync(file, text);
    await workbench.openFile('digits.run.json');
  });
  after(async () => workbench.stop());

  /** Puts the cursor behind a text. What is pressed before the window has done so is meant for elsewhere. */
  const cursorBehind = async (before: string, address = file, content = text): Promise<void> => {
    await workbench.host(
      async (vscode, address, offset) => {
        const document = await vscode.workspace.openTextDocument(address);
        const editor = await vscode.window.showTextDocument(document);
        const position = document.positionAt(offset);
        editor.selection = new vscode.Selection(position, position);
        editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenter);
      },
      address,
      content.indexOf(before) + before.length,
    );
    const lines = content.slice(0, content.indexOf(before) + before.length).split('\n');
    await cursorIsAt(lines.length, (lines.at(-1)?.length ?? 0) + 1);
  };
  const cursorIsAt = async (line: number, column: number): Promise<void> =>
    workbench.page.locator('.statusbar-item', { hasText: `Ln ${line}, Col ${column}` }).waitFor();
  const hover = () =>
    workbench.page.locator('.monaco-hover.visible, .monaco-resizable-hover .monaco-hover').filter({ visible: true });

  /** Resolves with what it says. */
  const showHover = async (): Promise<string> => {
    // The server may have yet to start: a hover without it is closed and asked for again, as is one that closed by itself.
    for (let attempt = 0; attempt < 20; attempt++) {
      await workbench.page.keyboard.press('Control+K');
      await workbench.page.keyboard.press('Control+I');
      const drawn = hover().filter({ hasText: '▶' });
      const text = await drawn.innerText({ timeout: 3000 }).catch(() => undefined);
      if (text !== undefined) return text.replaceAll('\u00a0', ' ');
      await workbench.page.keyboard.press('Escape');
    }
    throw new Error('No diagram came up.');
  };

  it('draw the graph of a task over its name, in lines that stay in line', async () => {
    for (const theme of themes) {
      await workbench.setTheme(theme);
      await cursorBehind('    "tra');
      assert.match(await showHover(), /─▶ \[train\]/);
      await workbench.shot(`hover-task-${theme.replaceAll(' ', '-')}`);
      await workbench.page.keyboard.press('Escape');
    }
    await workbench.setTheme('light');
  });

  it('draw what is beside the task of a large graph, and count the others', async () => {
    const address = path.join(workbench.workspace, 'large.run.json');
    writeFileSync(address, large);
    await cursorBehind('"task": "jo', address, large);
    // Lenses move the lines below them when they come, and a hover that is open closes.
    await workbench.page
      .locator('.codelens-decoration', { hasText: 'Debug' })
      .filter({ visible: true })
      .first()
      .waitFor();
    assert.match(await showHover(), /\+.14.more/);
    await workbench.shot('hover-large-graph-light');
    await workbench.page.keyboard.press('Escape');
  });

  it('lead to what they mean by the keyboard', async () => {
    await cursorBehind('${tasks.prep');
    await workbench.page.keyboard.press('F12');
    const line = text.split('\n').findIndex((each) => each.includes('"prepare": {')) + 1;
    await cursorIsAt(line, 6);
  });

  it('are renamed together, and refuse a name that is taken', async () => {
    const input = workbench.page.locator('.rename-box input');
    const rename = async (name: string): Promise<void> => {
      await cursorBehind('${tasks.prep');
      await workbench.page.keyboard.press('F2');
      await input.waitFor();
      await input.fill(name);
      await input.press('Enter');
      await input.waitFor({ state: 'hidden' });
    };
    await rename('train');
    await workbench.page.getByText('There is a task train already.').first().waitFor();
    await workbench.shot('rename-refused-light');
    await rename('clean up');
    const wanted = text.replaceAll(/(?<=["s.])prepare(?=["\\.])/g, 'clean up');
    await until('the new name', async () =>
      workbench.host(
        async (vscode, address, wanted) => (await vscode.workspace.openTextDocument(address)).getText() === wanted,
        file,
        wanted,
      ),
    );
  });
});
