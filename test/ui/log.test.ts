/** The log as a user sees it: its colours in the themes, that it grows without losing its place, find over the whole, the way to code. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { cppAbort, pythonChain } from '../support/realOutputs';
import { until } from '../workbench/processes.mjs';
import { openWorkbench, type Theme, type Workbench } from './support/workbench';

const themes: readonly Theme[] = ['light', 'dark', 'high contrast'];

const colours = `
const esc = '\\u001b[';
for (let line = 0; line < 40_000; line += 1) console.log('step ' + line + ' of the warm-up: ' + 'x'.repeat(60));
console.log('a needle in the past');
for (let line = 0; line < 40_000; line += 1) console.log('step ' + line + ' of the training: ' + 'x'.repeat(60));
const names = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
console.log(names.map((name, at) => esc + (30 + at) + 'm' + name + esc + '0m').join(' '));
console.log(names.map((name, at) => esc + (90 + at) + 'm' + name + esc + '0m').join(' '));
console.log(names.map((name, at) => esc + (40 + at) + 'm ' + name + ' ' + esc + '0m').join(' '));
console.log(['1mbold', '2mdim', '3mitalic', '4munderlined', '7minverse', '9mstruck', '1;31;47mall'].map((text) => esc + text + esc + '0m').join(' '));
console.log(Array.from({ length: 36 }, (_, at) => esc + '48;5;' + (16 + at * 6) + 'm ' + esc + '0m').join('') + ' ' + Array.from({ length: 64 }, (_, at) => esc + '48;2;' + at * 4 + ';' + (255 - at * 4) + ';128m ' + esc + '0m').join(''));
console.log('\\u001b]8;;https://example.org/docs\\u001b\\\\a page\\u001b]8;;\\u001b\\\\ and ./colours.mjs:3');
console.log(${JSON.stringify(pythonChain.replaceAll('/work/chain.py', 'colours.mjs'))} + ${JSON.stringify(cppAbort)});
let epoch = 0;
setInterval(() => console.log(esc + '32mINFO' + esc + '0m epoch ' + epoch++ + ' loss ' + esc + '1m' + Math.exp(-epoch / 9).toFixed(4) + esc + '0m'), 250);
`;

describe('the log on the workbench', () => {
  let workbench: Workbench;
  before(async () => (workbench = await openWorkbench()));
  after(async () => workbench.stop());

  const line = (text: string | RegExp) => workbench.page.locator('.editor-instance .view-line', { hasText: text });
  /** Colour of a piece of text, as the page draws it. */
  const look = async (text: string): Promise<string> =>
    line(text)
      .last()
      .locator('span > span', { hasText: new RegExp(`^\\s*${text}\\s*$`) })
      .first()
      .evaluate((element) => getComputedStyle(element).color);

  it('has the colours of the terminal, in every theme, and keeps them while it grows', async () => {
    writeFileSync(path.join(workbench.workspace, 'colours.mjs'), colours);
    const file = path.join(workbench.workspace, 'colours.run.json');
    writeFileSync(file, JSON.stringify({ experiment: 'colours', name: 'colours', command: ['node', 'colours.mjs'] }));
    await workbench.host(async (vscode, file) => {
      const runs = await vscode.commands.executeCommand<readonly { id: string }[]>(
        'sidelab.submitRun',
        vscode.Uri.file(file),
      );
      await vscode.commands.executeCommand('sidelab.showLog', runs[0]?.id);
    }, file);
    await line(/INFO\sepoch\s\d+/)
      .first()
      .waitFor();
    assert.notEqual(
      await look('INFO'),
      await line('INFO')
        .last()
        .evaluate((element) => getComputedStyle(element).color),
    );
    const seen = new Set<string>();
    for (const theme of themes) {
      await workbench.setTheme(theme);
      const newest = await line(/INFO\sepoch\s\d+/)
        .last()
        .innerText();
      await until(
        'the log to grow',
        async () =>
          (await line(/INFO\sepoch\s\d+/)
            .last()
            .innerText()) !== newest,
      );
      seen.add(await look('INFO'));
      await workbench.shot(`log-colours-${theme.replaceAll(' ', '-')}`);
    }
    assert.ok(seen.size >= 2, [...seen].join());
    await workbench.setTheme('light');
  });

  it('stays at the end that grows, and where one reads', async () => {
    const newest = async (): Promise<string> =>
      line(/INFO\sepoch\s\d+/)
        .last()
        .innerText();
    const before = await newest();
    await until('the newest line to be in view', async () => (await newest()) !== before);
    // Up: the lines in view stay the same from then on.
    await workbench.host(async (vscode) => vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup'));
    const readNow = async (): Promise<string> =>
      workbench.page.locator('.editor-instance .view-lines').first().innerText();
    const count = async (): Promise<number> =>
      workbench.host(async (vscode) => vscode.window.activeTextEditor?.document.lineCount ?? 0);
    const grown = async (): Promise<void> => {
      const lines = await count();
      await until('more lines', async () => (await count()) > lines + 3);
    };
    // An editor on its way to the end hears of the key only then.
    await until('a place further up', async () => {
      await workbench.page.keyboard.press('PageUp');
      return line('of the training').first().isVisible();
    });
    let reading = '';
    await until('the place to be kept', async () => {
      const before = reading;
      await grown();
      reading = await readNow();
      return reading === before && /of\sthe\straining/.test(reading);
    });
    await grown();
    assert.equal(await readNow(), reading);
  });

  it('finds in the whole output what is not in its window, and goes there', async () => {
    await workbench.page.keyboard.press('Control+Alt+F');
    const input = workbench.page.locator('.quick-input-widget .quick-input-box input');
    await input.fill('needle in');
    const row = workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'a needle in the past' });
    await row.waitFor();
    await workbench.shot('log-find-light');
    await input.fill('(');
    await workbench.page.locator('.quick-input-widget [aria-label="Regular expression"]').click();
    await workbench.page.locator('.quick-input-list', { hasText: 'no regular expression' }).waitFor();
    await workbench.shot('log-find-wrong-light');
    await input.fill('needle .* past$');
    await row.click();
    await line('a needle in the past').waitFor();
    await workbench.shot('log-found-light');
  });

  it('has an outline and folds, and a click on a place of a traceback opens the code there', async () => {
    await workbench.palette('Sidelab: End of Output');
    await line(/INFO\sepoch\s\d+/)
      .last()
      .waitFor();
    for (let press = 0; press < 2; press += 1) await workbench.page.keyboard.press('Shift+F8');
    await line('RuntimeError: config is broken').first().waitFor();
    const link = line('line 8, in main').locator('.detected-link').first();
    await link.waitFor();
    for (const theme of themes) {
      await workbench.setTheme(theme);
      await workbench.shot(`log-traceback-${theme.replaceAll(' ', '-')}`);
    }
    await workbench.setTheme('light');
    await workbench.followLink(link, workbench.page.locator('.tabs-container .tab.active', { hasText: 'colours.mjs' }));
  });

  it('of a graph shows how its tasks stand, and a click on a name leads to the output of that task', async () => {
    const file = path.join(workbench.workspace, 'stages.run.json');
    writeFileSync(
      path.join(workbench.workspace, 'check.mjs'),
      "console.log('begins'); throw new TypeError('bad shape');",
    );
    const tasks = {
      prepare: { script: 'for i in 1 2 3; do echo prepared $i; done' },
      check: { dependsOn: ['prepare'], command: ['node', 'check.mjs'] },
      report: { dependsOn: ['check'], script: 'echo reported' },
    };
    writeFileSync(file, JSON.stringify({ experiment: 'colours', name: 'stages', tasks }));
    await workbench.host(async (vscode, file) => {
      const runs = await vscode.commands.executeCommand<readonly { id: string }[]>(
        'sidelab.submitRun',
        vscode.Uri.file(file),
      );
      await vscode.commands.executeCommand('sidelab.showLog', runs[0]?.id);
    }, file);
    await line(/check\s·\sfailed/).waitFor();
    await line(/report\s·\sskipped/).waitFor();
    for (const theme of themes) {
      await workbench.setTheme(theme);
      await workbench.shot(`log-parts-${theme.replaceAll(' ', '-')}`);
    }
    await workbench.setTheme('light');
    const name = line(/check\s·\sfailed/).locator('.detected-link');
    const tab = workbench.page.locator('.tab.active', { hasText: 'check (attempt 1).log' });
    await workbench.followLink(name.first(), tab);
    await line(/^begins$/).waitFor();
  });
});
