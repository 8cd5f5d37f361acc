/** The run panel's tabs as a user goes through them, by mouse and by keyboard, with a run that says everything it can. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { until } from '../workbench/processes.mjs';
import type { SidelabApi } from '../../src/shell/api';
import { axeViolations } from './support/accessibility';
import { openWorkbench, type Theme, type Workbench } from './support/workbench';

const themes: readonly Theme[] = ['light', 'dark', 'high contrast'];
const tabNames = ['Charts', 'Parameters & metadata', 'Events', 'Attempts', 'Output'] as const;

const markup = '<img src=x onerror="window.hostile=1"><b class=hostile>bold</b><script>window.hostile=1</script>';
const escapes = '\u001b[31mred\u001b[0m \u001b]0;a title\u0007';
const rightToLeft = '\u202eevil\u202c שלום';
const longName = 'n'.repeat(10_000);

/** Fails once; then it talks on as long as there is no file `stop`, a word for each line in `say`. */
const program = `
const { appendFileSync, existsSync, readFileSync } = require('node:fs');
const log = (line) => appendFileSync(process.env.SIDELAB_RUN_LOG, JSON.stringify(line) + '\\n');
const hostile = ${JSON.stringify([markup, escapes, rightToLeft])};
const attempt = Number(process.env.SIDELAB_ATTEMPT);
for (let i = 0; i < 2000; i += 1) console.log('attempt ' + attempt + ' line ' + i);
console.error('attempt ' + attempt + ' speaks to stderr');
log({ step: 1, metrics: { loss: 1, 'train/loss': 2, [hostile[0].slice(0, 100)]: 3 } });
for (let i = 0; i < 600; i += 1) log({ event: 'event ' + i + ' of attempt ' + attempt, level: i % 50 === 0 ? 'warning' : 'debug' });
log({ step: 42, metrics: { loss: 0.5 } });
for (const text of hostile) { console.log(text); log({ event: 'hostile ' + text, level: 'error' }); }
log({ event: 'a long one: ' + 'lorem ipsum '.repeat(200) });
log({ metadata: { [hostile[0]]: hostile[0], [hostile[1]]: hostile[2], [${JSON.stringify(longName)}]: 'long', ['__proto__']: 1, found: { deep: { needle: 'hay' } } }, tags: [hostile[0].slice(0, 190), hostile[2]] });
if (attempt === 1) setTimeout(() => process.exit(3), 500);
else {
  let said = 0;
  const timer = setInterval(() => {
    const words = existsSync('say') ? readFileSync('say', 'utf8').split('\\n').filter(Boolean) : [];
    for (; said < words.length; said += 1) { console.log('said ' + words[said]); log({ event: 'said ' + words[said], progress: { done: said, total: 100 } }); }
    if (existsSync('stop')) { clearInterval(timer); log({ progress: { done: 1, total: 1 } }); }
  }, 50);
}
`;

const file = {
  experiment: `panels ${rightToLeft}`,
  name: 'talker',
  command: ['node', 'talker.cjs'],
  retries: 1,
  timeout: '2 h',
  parameters: {
    net: { hidden: [64, 32], activation: 'relu', [markup]: markup },
    optimizer: { name: 'adam', lr: 0.001 },
    rtl: rightToLeft,
    [longName]: longName,
  },
};

describe('the run panel on the workbench', () => {
  let workbench: Workbench;
  const said: string[] = [];

  before(async () => {
    workbench = await openWorkbench();
    await workbench.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await workbench.showViewContainer('Sidelab');
    writeFileSync(path.join(workbench.workspace, 'talker.cjs'), program);
    const address = path.join(workbench.workspace, 'talker.run.json');
    writeFileSync(address, JSON.stringify(file));
    await workbench.host(async (vscode, path) => {
      await vscode.commands.executeCommand('sidelab.submitRun', vscode.Uri.file(path));
    }, address);
    await inFrame('.evidence', /attempt 2 of 2/).waitFor();
  });
  after(async () => workbench.stop());

  const inFrame = (selector: string, hasText?: string | RegExp): Locator =>
    workbench.frame().locator(selector, hasText === undefined ? {} : { hasText });
  const shownTab = (): Locator => inFrame('vscode-panel-view:not([hidden])');
  const textbox = (name: string): Locator => workbench.frame().getByRole('textbox', { name });
  const button = (name: string | RegExp): Locator => workbench.frame().getByRole('button', { name });
  const key = async (...keys: string[]): Promise<void> => {
    for (const one of keys) await workbench.page.keyboard.press(one);
  };
  const say = (word: string): void => {
    said.push(word);
    writeFileSync(path.join(workbench.workspace, 'say'), said.map((one) => `${one}\n`).join(''));
  };
  const clipboard = async (): Promise<string> => workbench.page.evaluate(async () => navigator.clipboard.readText());
  /** Polls: the copy is done a moment after the key. */
  const copied = async (what: string): Promise<void> => {
    await until(`${what} in the clipboard`, async () => (await clipboard()) === what);
  };
  const choose = async (dropdown: string, option: string): Promise<void> => {
    await workbench.frame().getByRole('combobox', { name: dropdown }).click();
    await workbench.frame().getByRole('option', { name: option, exact: true }).click();
  };

  it('has its parts in tabs, of which only those exist that have been shown', async () => {
    assert.deepEqual(await inFrame('vscode-panel-tab').allInnerTexts(), [...tabNames]);
    await inFrame('sidelab-chart').first().waitFor();
    assert.equal(await inFrame('sidelab-events, sidelab-output, sidelab-attempts, sidelab-parameters').count(), 0);
    await workbench.panelTab('Attempts');
    await shownTab().locator('table.attempts').waitFor();
    assert.equal(await inFrame('sidelab-events, sidelab-output').count(), 0);
    assert.equal(await shownTab().count(), 1);
  });

  it('goes from tab to tab by keys', async () => {
    await workbench.frame().getByRole('tab', { name: 'Attempts' }).focus();
    for (const [press, name] of [
      ['ArrowRight', 'Output'],
      ['ArrowRight', 'Charts'],
      ['End', 'Output'],
      ['Home', 'Charts'],
      ['ArrowRight', 'Parameters & metadata'],
    ] as const) {
      await key(press);
      await workbench.frame().getByRole('tab', { name, selected: true }).waitFor();
    }
    await shownTab().locator('sidelab-json-table').first().waitFor();
  });

  it('finds parameters and metadata by key path and value, and copies them', async () => {
    await workbench.panelTab('Parameters & metadata');
    const rows = shownTab().locator('tbody tr');
    const field = textbox('Filter by key path or value');
    await field.fill('deep.needle');
    await until('one match with its parents', async () => (await rows.count()) === 3);
    assert.equal(await shownTab().locator('mark').innerText(), 'needle');
    await field.fill('adam');
    await until('the match by value', async () => (await shownTab().locator('mark').allInnerTexts()).join() === 'adam');
    await workbench.shot('panel-parameters-filter');
    // Escape empties the field; Tab goes on to what can be copied, and to the rows.
    await field.press('Escape');
    await until('all rows', async () => (await rows.count()) > 10);
    await key('Tab', 'Tab', 'Home');
    await shownTab().locator('tr:focus', { hasText: 'net' }).waitFor();
    await key('ArrowDown', 'ArrowDown');
    await shownTab().locator('tr:focus', { hasText: 'activation' }).waitFor();
    await key('Control+c');
    await copied('relu');
    await key('Control+Shift+C');
    await copied('net.activation');
    await key('ArrowLeft', 'ArrowLeft');
    await shownTab().locator('tr[aria-expanded="false"]:focus', { hasText: 'net' }).waitFor();
    await key('ArrowRight');
    const activation = shownTab().locator('tr', { hasText: 'activation' });
    await activation.hover();
    await activation.getByRole('button', { name: 'Copy the value' }).click();
    await copied('relu');
    await button('Copy the parameters as JSON').click();
    await until('JSON in the clipboard', async () => (await clipboard()).startsWith('{'));
    assert.deepEqual(JSON.parse(await clipboard()), file.parameters);
  });

  it('lists every event, filters them, and lets new ones in', async () => {
    await workbench.panelTab('Events');
    const events = shownTab().locator('.event');
    await events.filter({ hasText: 'a long one' }).first().waitFor();
    await shownTab().locator('.event', { hasText: 'step 42' }).first().waitFor();
    say('one');
    await events.first().filter({ hasText: 'said one' }).waitFor();
    assert.match(await events.first().innerText(), /attempt 2/);

    await events.filter({ hasText: 'a long one' }).first().getByRole('button', { name: 'Show all' }).click();
    await events.first().focus();
    await key('ArrowDown', 'Enter');
    await shownTab().getByRole('button', { name: 'Show all' }).first().waitFor();
    await key('ArrowUp', 'Control+c');
    await copied('said one');

    // Of both attempts, far below the first page; the first event of the first attempt is the last row.
    await key('End');
    await until('the first event', async () => {
      await key('End');
      return (await shownTab().locator('.event:focus', { hasText: 'event 0 of attempt 1' }).count()) === 1;
    });
    assert.ok((await events.count()) < 100, 'only rows in view are in the page');
    say('two');
    await button('1 new event').click();
    await events.first().filter({ hasText: 'said two' }).waitFor();

    await choose('Level', 'Warnings and errors');
    await until('the level', async () => (await shownTab().locator('.level.debug').count()) === 0);
    await choose('Level', 'All levels');
    await textbox('Filter by text').fill('EVENT 17 of');
    await until('two matches', async () => (await events.count()) === 2);
    assert.deepEqual(await shownTab().locator('mark').allInnerTexts(), ['event 17 of', 'event 17 of']);
    await workbench.shot('panel-events-filter');
    await textbox('Filter by text').press('Escape');
    await events.first().filter({ hasText: 'said two' }).waitFor();
  });

  it('says of each attempt where it was, and leads to its output', async () => {
    await workbench.panelTab('Attempts');
    await button('Details of attempt 1').press('Enter');
    await shownTab().locator('.details', { hasText: 'Process id' }).waitFor();
    assert.match(await shownTab().locator('.details').innerText(), /Folder\s+\S+attempts\/1/);
    assert.match(await shownTab().locator('.details').innerText(), /Command\s+\S*node talker\.cjs/);
    await button('Output of attempt 1').click();
    await workbench.frame().getByRole('tab', { name: 'Output', selected: true }).waitFor();
    await shownTab().locator('.line', { hasText: 'attempt 1' }).first().waitFor();
  });

  it('shows the end of the output, follows it, and what is further up as one scrolls', async () => {
    const lines = shownTab().locator('.line');
    await choose('Attempt', 'Attempt 2');
    await lines.filter({ hasText: 'said two' }).waitFor();
    say('three');
    await lines.filter({ hasText: 'said three' }).waitFor();
    await until('the end to be in view', async () => lines.filter({ hasText: 'said three' }).isVisible());
    await shownTab().locator('.box').focus();
    await key('Home');
    await lines.filter({ hasText: /^attempt 2 line 0$/ }).waitFor();
    say('four');
    await shownTab()
      .locator('.line', { hasText: /^attempt 2 line 1$/ })
      .waitFor();
    assert.equal(await lines.filter({ hasText: 'said four' }).count(), 0);
    await button('Go to End').click();
    await lines.filter({ hasText: 'said four' }).waitFor();

    await choose('Stream', 'stderr');
    await until('one line', async () => (await lines.allInnerTexts()).join() === 'attempt 2 speaks to stderr');
    await choose('Stream', 'Both streams');
    await lines.filter({ hasText: 'said four' }).waitFor();
    await workbench.shot('panel-output');
    await button('Open in Editor').click();
    await workbench.page.locator('.editor-instance .view-line', { hasText: /said.four/ }).waitFor();
    await workbench.page.locator('.tab', { hasText: /^talker$/ }).click();
    await lines.filter({ hasText: 'said four' }).waitFor();
  });

  it('shows the output as it was at a time, in the attempt of that time', async () => {
    await new Promise((resolve) => setTimeout(resolve, 1200));
    const timeMs = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 1200));
    say('five');
    const lines = shownTab().locator('.line');
    await lines.filter({ hasText: 'said five' }).waitFor();
    await workbench.panelTab('Charts');
    const openAt = async (at: number): Promise<void> =>
      inFrame('sidelab-run-panel').evaluate((panel, at) => {
        (panel as unknown as { openOutputAt(timeMs: number): void }).openOutputAt(at);
      }, at);
    await openAt(timeMs);
    await shownTab().locator('.line.marked', { hasText: 'said four' }).waitFor();
    await shownTab()
      .locator('.bar', { hasText: /At \d{4}-/ })
      .waitFor();
    await workbench.shot('panel-output-at');
  });

  it('is sent and draws nothing while it is behind another editor, and is complete when it is shown again', async () => {
    await workbench.panelTab('Events');
    say('six');
    await shownTab().locator('.event', { hasText: 'said six' }).waitFor();
    const posts = await listPosts(workbench);
    say('seven');
    await shownTab().locator('.event', { hasText: 'said seven' }).waitFor();
    assert.ok((await posts()).includes('panel.appended'));
    /** The pages of run panels; here webviews have the origin of the workbench. Asking a frame that goes away may never end. */
    const panels = async (): Promise<number> =>
      workbench.page.evaluate(() => {
        const inner = [...document.querySelectorAll<HTMLIFrameElement>('iframe.webview')].flatMap((outer) => [
          ...(outer.contentDocument?.querySelectorAll('iframe') ?? []),
        ]);
        return inner.filter((frame) => frame.contentDocument?.querySelector('sidelab-run-panel')).length;
      });
    assert.equal(await panels(), 1);
    await workbench.openFile('talker.cjs');
    await until('the page of the panel is gone', async () => (await panels()) === 0);
    const sayUnseen = async (word: string): Promise<void> => {
      say(word);
      await until(`the editor can know of ${word}`, async () => isTold(workbench, `said ${word}`));
    };
    await sayUnseen('eight');
    // VS Code tells the extension a moment later that the panel is hidden.
    let round = 0;
    await until('the extension is told that the panel is hidden', async () => {
      const told = (await posts()).length;
      await sayUnseen(`unseen-${(round += 1)}`);
      await workbench.page.waitForTimeout(1000);
      return (await posts()).length === told;
    });
    const before = (await posts()).length;
    for (const word of ['nine', 'ten']) await sayUnseen(word);
    assert.deepEqual((await posts()).slice(before), []);
    await workbench.page.locator('.tab', { hasText: /^talker$/ }).click();
    for (const word of ['seven', 'eight', 'nine', 'ten']) {
      await shownTab()
        .locator('.event', { hasText: `said ${word}` })
        .waitFor();
    }
  });

  it('comes back after a reload with the tab that was shown', async () => {
    await workbench.panelTab('Events');
    await workbench.reload();
    await workbench.frame().getByRole('tab', { name: 'Events', selected: true }).waitFor();
    await shownTab().locator('.event', { hasText: 'said five' }).waitFor();
    assert.equal(await inFrame('sidelab-charts, sidelab-chart').count(), 0);
  });

  it('lets nothing that a run says become a part of the page', async () => {
    for (const name of tabNames) {
      await workbench.panelTab(name);
      await workbench.page.waitForTimeout(300);
      const found = await inFrame('body').evaluate((body) => ({
        foreign: body.querySelectorAll('.hostile, img, main script').length,
        ran: 'hostile' in window,
        escapes: (body.textContent ?? '').includes('\u001b'),
        wider: document.documentElement.scrollWidth - window.innerWidth,
      }));
      assert.deepEqual(found, { foreign: 0, ran: false, escapes: false, wider: found.wider }, name);
      assert.ok(found.wider <= 0, `${name} is ${found.wider} px wider than the panel`);
    }
  });

  it('has roles and contrast as they should be, in each tab and theme, wide and narrow', async () => {
    await workbench.host(async (vscode) => {
      await vscode.commands.executeCommand('workbench.action.closeSidebar');
      await vscode.commands.executeCommand('notifications.clearAll');
    });
    const problems: string[] = [];
    for (const theme of themes) {
      await workbench.setTheme(theme);
      for (const name of tabNames) {
        await workbench.panelTab(name);
        const picture = `panel-${name.split(' ')[0]?.toLowerCase()}-${theme.replaceAll(' ', '-')}`;
        await workbench.shot(picture);
        problems.push(...(await axeViolations(workbench)).map((problem) => `${name}, ${theme}: ${problem}`));
      }
    }
    await workbench.setTheme('light');
    // 350 px with the editor's own bars: a panel of 300, or one of 600 zoomed to 200 %.
    await workbench.page.setViewportSize({ width: 350, height: 700 });
    for (const name of tabNames) {
      await workbench.panelTab(name);
      await workbench.shot(`panel-${name.split(' ')[0]?.toLowerCase()}-narrow`);
      problems.push(...(await axeViolations(workbench)).map((problem) => `${name}, narrow: ${problem}`));
      const wider = await inFrame('body').evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (wider > 0) problems.push(`${name}: ${wider} px wider than the panel`);
    }
    await workbench.page.setViewportSize({ width: 1440, height: 900 });
    assert.deepEqual(problems, []);
  });
});

/** Lists what the extension host posts to any webview from now on, where VS Code takes it: in the class of all webviews. */
async function listPosts(workbench: Workbench): Promise<() => Promise<readonly string[]>> {
  await workbench.host(async (vscode) => {
    // Beside: in the place of another panel it would hide that.
    const beside = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const other = vscode.window.createWebviewPanel('listing', 'listing', beside);
    const ofAll = Object.getPrototypeOf(other.webview) as {
      postMessage(this: unknown, message: { method?: string }): Promise<boolean>;
    };
    other.dispose();
    const listed = globalThis as { posts?: string[] };
    const post = Reflect.get(ofAll, 'postMessage');
    listed.posts = [];
    ofAll.postMessage = async function (message) {
      listed.posts?.push(message.method ?? 'an answer');
      return post.call(this, message);
    };
  });
  return async () => workbench.host(async () => (globalThis as { posts?: string[] }).posts ?? []);
}

/** Whether the source of the runs has an event with these words. */
const isTold = async (workbench: Workbench, words: string): Promise<boolean> =>
  workbench.host(async (vscode, words) => {
    const { source } = vscode.extensions.getExtension<SidelabApi>('sidelab.sidelab')?.exports ?? {};
    const [run] = (await source?.runs({ limit: 1 }))?.runs ?? [];
    const { events } = (run && (await source?.events(run.id, 10))) ?? { events: [] };
    return events.some(({ message }) => message.includes(words));
  }, words);
