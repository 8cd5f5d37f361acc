/** The picture that a run's panel begins with, before its script has come: it looks as what takes its place. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { until } from '../workbench/processes.mjs';
import { openChartRun } from './support/chartRun';
import { openWorkbench, type Theme, type Workbench } from './support/workbench';

const themes: readonly Theme[] = ['light', 'dark', 'high contrast'];

/** In the workbench's page; webviews have its origin here. */
type Watched = typeof globalThis & {
  /** Pictures stay, and can be looked into. */
  holdsPictures?: boolean;
  /** That went by themselves. */
  picturesGone?: number;
  /** By how much the clocks of all pages are ahead. */
  laterMs?: number;
};

async function watchPictures(page: Page): Promise<void> {
  await page.context().addInitScript(() => {
    const remove = Reflect.get<Element, 'remove'>(Element.prototype, 'remove');
    const attachShadow = Reflect.get<Element, 'attachShadow'>(Element.prototype, 'attachShadow');
    const now = Reflect.get<DateConstructor, 'now'>(Date, 'now');
    const workbench = (): Watched => (window.top ?? window) as unknown as Watched;
    Element.prototype.remove = function (this: Element) {
      const isPicture = this.className === 'firstPicture';
      // The page itself decides before it has the panel.
      const isByPanel = this.ownerDocument.querySelector('sidelab-run-panel') !== null;
      if (isPicture && isByPanel && workbench().holdsPictures) return;
      if (isPicture && isByPanel && this.isConnected) workbench().picturesGone = (workbench().picturesGone ?? 0) + 1;
      remove.call(this);
    };
    Element.prototype.attachShadow = function (this: Element, init) {
      const isHeld = this.className === 'firstPicture' && workbench().holdsPictures === true;
      return attachShadow.call(this, isHeld ? { ...init, mode: 'open' } : init);
    };
    Date.now = () => now() + (workbench().laterMs ?? 0);
  });
}

describe('the first picture of a run on the workbench', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench({ preparePage: watchPictures });
    // Of sizes nothing is known yet: without a picture.
    await openChartRun(workbench);
  });
  after(async () => workbench.stop());

  const hold = async (holds: boolean): Promise<void> =>
    workbench.page.evaluate((holds) => void ((window as Watched).holdsPictures = holds), holds);
  const closeEditors = async (): Promise<void> =>
    workbench.host(async (vscode) => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
  const reopen = async (): Promise<void> => {
    await closeEditors();
    await workbench.row('curves').click();
    await workbench.frame().locator('sidelab-chart .caption', { hasText: '20,001 points' }).first().waitFor();
  };
  /** A page that would have to wait too long for its picture comes without, as on a machine that has much to do. */
  const reopenWithPicture = async (): Promise<void> => {
    await hold(true);
    await until(
      'a panel that begins with a picture',
      async () => {
        await reopen();
        return (await workbench.frame().locator('.firstPicture .plotPicture').count()) > 0;
      },
      120_000,
    );
  };
  /** Of the parts of a panel: how far what the picture shows is from where the panel has it, in pixels. */
  const distances = async (): Promise<Record<string, number>> =>
    workbench
      .frame()
      .locator('body')
      .evaluate((body) => {
        const picture = body.querySelector('.firstPicture')?.shadowRoot;
        const panel = body.querySelector('sidelab-run-panel');
        const parts = [
          'h1',
          '.pill',
          '.fact:last-child dd',
          'vscode-panel-tab:nth-of-type(3)',
          '.field',
          '.chartGroup h3',
        ];
        const cards = ['.chart .legendName', '.chart .chartLast', '.chart .plot', '.chart .caption', '.chartButtons'];
        const far = [...parts, ...cards].map((selector) => {
          const [there, here] = [picture, panel].map((root) =>
            [...(root?.querySelectorAll(selector) ?? [])].map((element) => element.getBoundingClientRect()),
          );
          const differences = (here ?? []).flatMap(({ x, y, width, height }, at) => {
            const other = there?.[at];
            if (!other) return [Infinity];
            // Further below, cards are not built yet.
            if (y > innerHeight) return [];
            return [other.x - x, other.y - y, other.width - width, other.height - height].map(Math.abs);
          });
          return [selector, differences.length === 0 ? Infinity : Math.max(...differences)] as const;
        });
        const plots = panel?.querySelectorAll('.plot') ?? [];
        const sizes = [...(picture?.querySelectorAll('.plotPicture') ?? [])].map((drawn, at) =>
          Math.max(
            Math.abs(drawn.clientWidth - (plots[at]?.clientWidth ?? Infinity)),
            Math.abs(drawn.clientHeight - (plots[at]?.clientHeight ?? Infinity)),
          ),
        );
        far.push(['the size of plots', Math.max(...sizes)]);
        return Object.fromEntries(far);
      });

  it('shows head, tabs and charts where the panel will have them, in each theme', async () => {
    await reopenWithPicture();
    const picture = workbench.frame().locator('.firstPicture');
    const far = await distances();
    for (const theme of themes) {
      await workbench.setTheme(theme);
      await workbench.shot(`first-picture-${theme.replaceAll(' ', '-')}`);
    }
    await workbench.setTheme('light');
    await hold(false);
    await workbench.page.mouse.move(700, 890);
    await picture.evaluate((element) => element.remove());
    await workbench.shot('first-picture-gone-light');
    assert.deepEqual(
      Object.entries(far).filter(([, px]) => px > 1),
      [],
    );
  });

  it('has the curves of the run as its panel draws them', async () => {
    await reopenWithPicture();
    const plots = await workbench
      .frame()
      .locator('.firstPicture .plotPicture')
      .evaluateAll((all) => all.map((svg) => svg.querySelectorAll('path').length));
    await hold(false);
    assert.equal(plots.length, 5);
    assert.ok(plots.every((paths) => paths > 4));
  });

  it('goes by itself when the panel has drawn its charts', async () => {
    await workbench.page.evaluate(() => void ((window as Watched).picturesGone = 0));
    await until(
      'a picture that has gone',
      async () => {
        await reopen();
        return workbench.page.evaluate(() => ((window as Watched).picturesGone ?? 0) > 0);
      },
      120_000,
    );
    await workbench.frame().locator('sidelab-chart .plot').first().hover();
    await workbench.frame().locator('.tooltip').waitFor();
    await workbench.page.mouse.move(700, 890);
  });

  it('goes when somebody wants to use the panel, and what was clicked is done', async () => {
    await reopenWithPicture();
    await hold(false);
    const picture = workbench.frame().locator('.firstPicture');
    assert.equal(await picture.count(), 1);
    await workbench.frame().getByRole('tab', { name: 'Events' }).click();
    await picture.waitFor({ state: 'detached' });
    await workbench.frame().locator('vscode-panel-tab[aria-selected="true"]', { hasText: 'Events' }).waitFor();
    await workbench.panelTab('Charts');
  });

  it('is not shown where plots have another size now', async () => {
    await reopenWithPicture();
    // A panel that is open would tell the new size.
    await closeEditors();
    await workbench.page.setViewportSize({ width: 1100, height: 900 });
    await reopen();
    assert.equal(await workbench.frame().locator('.firstPicture').count(), 0);
    // The next one is as large as these are.
    await reopenWithPicture();
    await hold(false);
    await workbench.page.setViewportSize({ width: 1440, height: 900 });
  });

  it('is not shown when VS Code makes the page anew later: the run may have gone on', async () => {
    await reopenWithPicture();
    await workbench.openFile('curves.cjs');
    await workbench.page.evaluate(() => void ((window as Watched).laterMs = 60_000));
    await workbench.page.locator('.tab', { hasText: /^curves$/ }).click();
    await workbench.frame().locator('sidelab-chart .caption', { hasText: '20,001 points' }).first().waitFor();
    assert.equal(await workbench.frame().locator('.firstPicture').count(), 0);
    await hold(false);
  });
});
