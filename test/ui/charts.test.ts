/** The charts of a run's panel on the workbench, by mouse and by keyboard, on a real run. */
import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { until } from '../workbench/processes.mjs';
import { openChartRun } from './support/chartRun';
import { saveAs } from './support/saveDialog';
import { openWorkbench, type Theme, type Workbench } from './support/workbench';

const themes: readonly Theme[] = ['light', 'dark', 'high contrast'];

describe('the charts of a run', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench();
    await openChartRun(workbench);
  });
  after(async () => workbench.stop());

  const charts = (): Locator => workbench.frame().locator('sidelab-chart');
  const chart = (metric: string): Locator =>
    charts().filter({ has: workbench.frame().locator(`.legend[title="${metric}"]`) });
  const plot = (metric: string): Locator => chart(metric).locator('.plot');
  const caption = (metric: string): Locator => chart(metric).locator('.caption');
  /** Scrolls there: what is out of sight is not asked for. */
  const seen = async (metric: string, text: string | RegExp): Promise<void> => {
    await chart(metric).scrollIntoViewIfNeeded();
    await caption(metric).filter({ hasText: text }).waitFor();
  };
  const tooltip = (): Locator => workbench.frame().locator('.tooltip');
  const names = async (): Promise<string[]> => workbench.frame().locator('sidelab-chart .chartName').allInnerTexts();
  const firstNames = async (): Promise<string[]> => (await names()).map((text) => text.split('\n')[0]?.trim() ?? '');
  const options = async (label: string): Promise<void> => {
    await workbench.frame().getByRole('button', { name: 'Options of all charts' }).click();
    await workbench.frame().locator('.menuItem:visible', { hasText: label }).click();
  };
  const menu = async (metric: string, label: string): Promise<void> => {
    await chart(metric).locator('sidelab-menu button').first().click();
    await chart(metric).locator('.menuItem:visible', { hasText: label }).click();
  };
  const drag = async (
    metric: string,
    from: readonly [number, number],
    to: readonly [number, number],
  ): Promise<void> => {
    const box = await plot(metric).boundingBox();
    assert.ok(box);
    const at = ([x, y]: readonly [number, number]): [number, number] => [box.x + x * box.width, box.y + y * box.height];
    const { mouse } = workbench.page;
    await mouse.move(...at(from));
    await mouse.down();
    await mouse.move(...at([(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]));
    await mouse.move(...at(to));
    await mouse.up();
  };
  const pictures = async (name: string): Promise<void> => {
    await workbench.host(async (vscode) => vscode.commands.executeCommand('notifications.clearAll'));
    for (const theme of themes) {
      await workbench.setTheme(theme);
      await workbench.shot(`${name}-${theme.replaceAll(' ', '-')}`);
    }
    await workbench.setTheme('light');
  };

  it('are grouped by what stands before the slash', async () => {
    const groups = workbench.frame().locator('.chartGroup h3');
    assert.deepEqual(
      (await groups.allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim()),
      ['train 2', 'optimizer 1', 'validation 1', 'Others 1'],
    );
    await groups.filter({ hasText: 'optimizer' }).locator('button').click();
    await chart('optimizer/gradient norm').waitFor({ state: 'hidden' });
    await groups.filter({ hasText: 'optimizer' }).locator('button').click();
    await caption('optimizer/gradient norm').filter({ hasText: '20,000 points' }).waitFor();
  });

  it('say how much of the series is drawn, and mark NaN', async () => {
    assert.match(await caption('train/loss').innerText(), /^[12],\d{3} of 20,001 points$/);
    await seen('validation/loss', '200 points · 8 NaN');
    await chart('train/loss').scrollIntoViewIfNeeded();
    await workbench.page.mouse.move(700, 890);
    await pictures('charts');
  });

  it('are filtered by a regular expression, also while it is no valid one', async () => {
    const filter = workbench.frame().getByRole('searchbox', { name: 'Filter charts' });
    await filter.fill('^(train|val).*loss$');
    await chart('train/accuracy').waitFor({ state: 'detached' });
    assert.deepEqual(await firstNames(), ['train/loss', 'validation/loss']);
    await filter.fill('loss(');
    await workbench.frame().locator('.empty', { hasText: 'No metric' }).waitFor();
    assert.equal(await filter.getAttribute('aria-invalid'), 'true');
    await filter.fill('');
    await seen('train/accuracy', 'of 20,000 points');
  });

  it('show finer points when zoomed by a flat drag, and go back by a double click', async () => {
    await drag('train/loss', [0.4, 0.5], [0.5, 0.52]);
    await caption('train/loss')
      .filter({ hasText: /\d points in view, 20,001 in all/ })
      .waitFor();
    await workbench.page.mouse.move(700, 890);
    await workbench.shot('charts-zoomed-light');
    await caption('train/accuracy')
      .filter({ hasText: /of 20,000 points$/ })
      .waitFor();
    await drag('train/loss', [0.6, 0.3], [0.7, 0.7]);
    await until('a finer zoom', async () => Number.parseInt(await caption('train/loss').innerText()) < 300);
    await plot('train/loss').dblclick({ position: { x: 200, y: 60 } });
    await until('the zoom before', async () =>
      /[12],\d{3} points in view/.test(await caption('train/loss').innerText()),
    );
    await plot('train/loss').dblclick({ position: { x: 200, y: 60 } });
    await caption('train/loss').filter({ hasText: 'of 20,001 points' }).waitFor();
    assert.equal(await workbench.page.locator('.tab', { hasText: 'Output' }).count(), 0);
  });

  it('are zoomed together on request, by the wheel too', async () => {
    await options('Zoom All Charts Together');
    await plot('train/loss').hover({ position: { x: 200, y: 60 } });
    await workbench.page.keyboard.down('Control');
    await workbench.page.mouse.wheel(0, -300);
    await workbench.page.keyboard.up('Control');
    await caption('train/accuracy').filter({ hasText: 'in view' }).waitFor();
    await seen('validation/loss', 'in view');
    await chart('train/loss').scrollIntoViewIfNeeded();
    await chart('train/accuracy')
      .getByRole('button', { name: /Show everything/ })
      .click();
    await caption('train/loss').filter({ hasText: 'of 20,001 points' }).waitFor();
    await options('Zoom All Charts Together');
  });

  it('share one cursor, whose values the tooltip and all heads tell', async () => {
    await plot('train/loss').hover({ position: { x: 200, y: 60 } });
    await tooltip()
      .filter({ hasText: /step [\d,]+ – [\d,]+\s+mean [\d.]+ of \d+ points/ })
      .waitFor();
    const last = await chart('train/accuracy').locator('.chartLast').innerText();
    await workbench.shot('charts-cursor-light');
    await workbench.page.mouse.move(700, 890);
    await tooltip().waitFor({ state: 'detached' });
    await until(
      'the last value again',
      async () => (await chart('train/accuracy').locator('.chartLast').innerText()) !== last,
    );
  });

  it('smooth with the raw line as a ghost and both values in the tooltip', async () => {
    const smoothing = workbench.frame().getByRole('combobox', { name: 'Smoothing' });
    await smoothing.click();
    await workbench.frame().getByRole('option', { name: 'Time-weighted' }).click();
    await workbench.frame().getByRole('slider', { name: 'Smoothing weight' }).fill('80');
    await plot('optimizer/gradient norm').hover({ position: { x: 200, y: 60 } });
    await tooltip().filter({ hasText: 'smoothed' }).waitFor();
    await workbench.page.mouse.move(700, 890);
    await pictures('charts-smoothed');
    await options('Ignore Outliers');
    await workbench.shot('charts-outliers-light');
    await options('Ignore Outliers');
    await smoothing.click();
    await workbench.frame().getByRole('option', { name: 'No smoothing' }).click();
  });

  it('are smoothed one for itself, and as all again', async () => {
    const dialog = workbench.frame().getByRole('dialog');
    const told = async (metric: string): Promise<string> => {
      await workbench.page.mouse.move(700, 890);
      await tooltip().waitFor({ state: 'detached' });
      await plot(metric).hover({ position: { x: 200, y: 60 } });
      await tooltip().filter({ hasText: 'step' }).waitFor();
      return tooltip().innerText();
    };
    await menu('train/loss', 'Smoothing');
    await dialog.getByRole('radio', { name: 'Exponential' }).check();
    await dialog.getByRole('slider', { name: 'Smoothing weight' }).fill('60');
    await workbench.shot('charts-smoothing-dialog');
    await dialog.getByRole('button', { name: 'OK' }).click();
    assert.match(await told('train/loss'), /smoothed/);
    assert.doesNotMatch(await told('train/accuracy'), /smoothed/);
    await workbench.page.mouse.move(700, 890);
    await workbench.shot('charts-one-smoothed');
    // By the keys alone.
    await chart('train/loss').getByRole('button', { name: 'More for train/loss' }).focus();
    await workbench.page.keyboard.press('Enter');
    await workbench.frame().getByRole('menuitem', { name: 'Smoothing' }).focus();
    await workbench.page.keyboard.press('Enter');
    await dialog.getByRole('radio', { name: 'Exponential' }).focus();
    await workbench.page.keyboard.press('ArrowUp');
    await workbench.page.keyboard.press('ArrowUp');
    assert.ok(await dialog.getByRole('radio', { name: 'As all charts' }).isChecked());
    await workbench.page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    assert.doesNotMatch(await told('train/loss'), /smoothed/);
    await workbench.page.mouse.move(700, 890);
  });

  it('have logarithmic axes, and limits that are typed', async () => {
    await menu('train/loss', 'Logarithmic Y Axis');
    await menu('train/loss', 'Axis Limits');
    const dialog = workbench.frame().getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Value, from' }).fill('5');
    await dialog.getByRole('textbox', { name: 'Value, to' }).fill('0.01');
    await dialog.getByRole('button', { name: 'OK' }).click();
    await dialog.getByRole('alert').filter({ hasText: 'the first below the second' }).waitFor();
    await workbench.shot('charts-limits-light');
    await dialog.getByRole('textbox', { name: 'Value, from' }).fill('0.01');
    await dialog.getByRole('textbox', { name: 'Value, to' }).fill('10');
    await dialog.getByRole('button', { name: 'OK' }).click();
    await dialog.waitFor({ state: 'detached' });
    await workbench.shot('charts-logarithmic-light');
    await menu('train/loss', 'Logarithmic Y Axis');
    await chart('train/loss')
      .getByRole('button', { name: /Show everything/ })
      .click();
  });

  it('show several metrics in one chart, and are split again', async () => {
    await menu('train/loss', 'Choose Metrics');
    const dialog = workbench.frame().getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Filter metrics' }).fill('loss');
    await dialog.getByRole('checkbox', { name: 'validation/loss' }).check();
    await dialog.getByRole('button', { name: 'OK' }).click();
    await until('one chart of both', async () => (await charts().count()) === 4);
    const both = chart('validation/loss');
    // Nothing tells a chart that appears under a mouse that rests.
    await both.locator('canvas').first().waitFor();
    await both.locator('.plot').hover({ position: { x: 200, y: 60 } });
    await tooltip().filter({ hasText: 'train/loss' }).filter({ hasText: 'validation/loss' }).waitFor();
    await workbench.shot('charts-together-light');
    await menu('validation/loss', 'Split into Charts');
    await until('a chart each', async () => (await charts().count()) === 5);
  });

  it('are drawn over relative time, wall time and another metric', async () => {
    const axis = workbench.frame().getByRole('combobox', { name: 'X axis' });
    for (const [name, pattern] of [
      ['Relative time', /[\d.]+ s\s+mean/],
      ['Wall time', /20\d\d-\d\d-\d\d \d\d:\d\d:\d\d/],
    ] as const) {
      await axis.click();
      await workbench.frame().getByRole('option', { name }).click();
      await plot('train/loss').hover({ position: { x: 200, y: 60 } });
      await tooltip().filter({ hasText: pattern }).waitFor();
      await workbench.page.mouse.move(700, 890);
    }
    await axis.click();
    await workbench.frame().getByRole('option', { name: 'Another metric…' }).click();
    const dialog = workbench.frame().getByRole('dialog');
    await dialog.getByRole('radio', { name: 'examples' }).check();
    await dialog.getByRole('button', { name: 'OK' }).click();
    await seen('validation/loss', '200 points');
    await plot('validation/loss').hover({ position: { x: 200, y: 60 } });
    await tooltip()
      .filter({ hasText: /examples [\d,]+/ })
      .waitFor();
    await workbench.shot('charts-by-metric-light');
    await axis.click();
    await workbench.frame().getByRole('option', { name: 'Step' }).click();
    await seen('train/loss', 'of 20,001 points');
  });

  it('are pinned, moved, made wider by the keys, and given the whole panel', async () => {
    await chart('validation/loss').getByRole('button', { name: /^Pin:/ }).click();
    await until('the pinned one first', async () => (await firstNames())[0] === 'validation/loss');
    await chart('train/accuracy').locator('.plot').focus();
    await workbench.page.keyboard.press('Alt+Shift+ArrowLeft');
    await until('another order', async () => (await firstNames())[1] === 'train/accuracy');
    await chart('train/accuracy').locator('.resize').focus();
    await workbench.page.keyboard.press('ArrowRight');
    await workbench.page.keyboard.press('ArrowDown');
    await until('a wider chart', async () =>
      /columns2/.test((await chart('train/accuracy').getAttribute('class')) ?? ''),
    );
    await workbench.shot('charts-arranged-light');
    await chart('train/loss')
      .getByRole('button', { name: /^Fill the panel/ })
      .click();
    await until('one chart alone', async () => (await charts().count()) === 1);
    await workbench.shot('charts-alone-light');
  });

  it('are found as they were left after a reload of the window', async () => {
    await menu('train/loss', 'Smoothing');
    await workbench.frame().getByRole('radio', { name: 'Time-weighted' }).check();
    await workbench.frame().getByRole('dialog').getByRole('button', { name: 'OK' }).click();
    await workbench.reload();
    await until('the chart alone', async () => (await charts().count()) === 1);
    await caption('train/loss').filter({ hasText: 'of 20,001 points' }).waitFor();
    await plot('train/loss').hover({ position: { x: 200, y: 60 } });
    await tooltip().filter({ hasText: 'smoothed' }).waitFor();
    await workbench.page.mouse.move(700, 890);
    await chart('train/loss')
      .getByRole('button', { name: /^Back to all charts/ })
      .click();
    await until('all charts', async () => (await charts().count()) === 5);
    assert.deepEqual((await firstNames()).slice(0, 3), ['validation/loss', 'train/accuracy', 'train/loss']);
    await options('Reset All Charts');
    await until('the first order', async () => (await firstNames())[0] === 'train/loss');
  });

  it('are read by the keyboard alone: cursor, zoom, table', async () => {
    // Where the page stands after charts have changed places, the browser decides; a plot is there only near what is seen.
    await chart('train/loss').scrollIntoViewIfNeeded();
    await plot('train/loss').focus();
    await workbench.page.keyboard.press('End');
    await chart('train/loss')
      .locator('[role=status]', { hasText: /^step [\d,]+ – [\d,]+: train\/loss/ })
      .waitFor({ state: 'attached' });
    await tooltip()
      .filter({ hasText: /^\s*step/ })
      .waitFor();
    await workbench.shot('charts-keys-light');
    await workbench.page.keyboard.press('Shift+ArrowLeft');
    await workbench.page.keyboard.press('+');
    await workbench.page.keyboard.press('+');
    await caption('train/loss').filter({ hasText: 'in view' }).waitFor();
    await workbench.page.keyboard.press('Alt+ArrowLeft');
    await workbench.page.keyboard.press('Backspace');
    await workbench.page.keyboard.press('0');
    await caption('train/loss').filter({ hasText: 'of 20,001 points' }).waitFor();
    await chart('train/loss').locator('sidelab-menu button').first().focus();
    await workbench.page.keyboard.press('Enter');
    await chart('train/loss').locator('.menuItem:focus').waitFor();
    await workbench.page.keyboard.press('Enter');
    await chart('train/loss').locator('table').waitFor();
    assert.match(await chart('train/loss').locator('tbody tr').first().innerText(), /step 0/);
    await chart('train/loss').getByRole('button', { name: 'Later' }).click();
    await chart('train/loss').getByText('Page 2 of').waitFor();
    await workbench.shot('charts-table-light');
    await menu('train/loss', 'Show as Table');
    await plot('train/loss').waitFor();
  });

  it('say what mouse and keys do', async () => {
    await chart('train/loss').scrollIntoViewIfNeeded();
    await plot('train/loss').focus();
    await workbench.page.keyboard.press('?');
    const help = workbench.frame().getByRole('dialog', { name: 'Mouse and keys' });
    await help.getByText('zooms to a box').waitFor();
    await workbench.shot('charts-help-light');
    await workbench.page.keyboard.press('Escape');
    await help.waitFor({ state: 'detached' });
    await options('Mouse and Keys');
    await help.getByRole('button', { name: 'Close' }).click();
    await help.waitFor({ state: 'detached' });
  });

  it('mark events, and tell them under the mouse', async () => {
    await chart('train/loss').scrollIntoViewIfNeeded();
    const box = await plot('train/loss').boundingBox();
    assert.ok(box);
    // Step 9,000 of 20,000; the axis ends 8 px before the edge.
    await until('the event under the mouse', async () => {
      for (let x = 0.4; x < 0.5; x += 0.005) {
        await workbench.page.mouse.move(box.x + x * box.width, box.y + 30);
        if ((await tooltip().innerText()).includes('error: the gradient exploded')) return true;
      }
      return false;
    });
    await workbench.shot('charts-event-light');
    await options('Mark Events');
    await options('Mark Events');
  });

  it('become files: pictures as they are seen, and all points', async () => {
    const saved = async (label: string, name: string): Promise<Buffer> => {
      await menu('train/loss', label);
      return saveAs(workbench, name);
    };
    const svg = (await saved('Save as SVG…', 'train-loss.svg')).toString();
    assert.match(svg, /^<svg xmlns=[^>]*>[\s\S]*train\/loss[\s\S]*<path d="M[\s\S]*<\/svg>$/);
    const png = await saved('Save as PNG…', 'train-loss.png');
    assert.deepEqual([...png.subarray(1, 4)], [...Buffer.from('PNG')]);
    const lines = (await saved('Export All Points…', 'curves.csv')).toString().trim().split('\n');
    assert.equal(lines.length, 1 + 20_001);
    assert.match(lines[1] ?? '', /^train\/loss,1,0,/);
    await workbench.host(async (vscode) => vscode.commands.executeCommand('notifications.clearAll'));
  });

  it('lead from a point to the output of that moment, by mouse and by key', async () => {
    await seen('train/loss', 'of 20,001 points');
    await plot('train/loss').focus();
    await workbench.page.keyboard.press('End');
    await workbench.page.keyboard.press('Enter');
    await workbench.frame().locator('vscode-panel-tab[aria-selected="true"]', { hasText: 'Output' }).waitFor();
    await workbench.frame().locator('sidelab-output', { hasText: 'the end' }).waitFor();
    await workbench.shot('charts-to-output-light');
  });
});
