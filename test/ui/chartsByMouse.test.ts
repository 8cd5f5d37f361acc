/** The mouse on the charts of a run's panel, on the workbench: what is dragged, pointed at, zoomed and copied. */
import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { until } from '../workbench/processes.mjs';
import { saveAs } from './support/saveDialog';
import { openStitchedRun } from './support/stitchedRun';
import { openWorkbench, type Workbench } from './support/workbench';

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

describe('the mouse on charts', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench();
    await workbench.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await openStitchedRun(workbench);
    await workbench.host(async (vscode) => vscode.commands.executeCommand('notifications.clearAll'));
  });
  after(async () => workbench.stop());

  const inFrame = (selector: string): Locator => workbench.frame().locator(selector);
  const chart = (metric: string): Locator =>
    inFrame('sidelab-chart').filter({ has: inFrame(`.legend[title="${metric}"]`) });
  const plot = (metric: string): Locator => chart(metric).locator('.plot');
  const caption = (metric: string): Locator => chart(metric).locator('.caption');
  const tooltip = (): Locator => inFrame('.tooltip');
  const names = async (): Promise<string[]> =>
    (await inFrame('sidelab-chart .chartName').allInnerTexts()).map((text) => text.split('\n')[0]?.trim() ?? '');
  const boxOf = async (locator: Locator): Promise<Box> => (await locator.boundingBox()) ?? assert.fail();
  const menu = async (metric: string, label: string): Promise<void> => {
    await chart(metric).locator('sidelab-menu button').first().click();
    await chart(metric).locator('.menuItem:visible', { hasText: label }).click();
  };
  const drag = async (from: readonly [number, number], to: readonly [number, number]): Promise<void> => {
    const { mouse } = workbench.page;
    await mouse.move(...from);
    await mouse.down();
    for (let part = 1; part <= 4; part++) {
      await mouse.move(from[0] + (part / 4) * (to[0] - from[0]), from[1] + (part / 4) * (to[1] - from[1]));
    }
  };
  const at = ({ x, y, width, height }: Box, right: number, down: number): [number, number] => [
    x + right * width,
    y + down * height,
  ];
  /** Shown with a tick: what is drawn of x, by the labels of the axis. */
  const shownSteps = async (metric: string): Promise<readonly [number, number]> =>
    chart(metric).evaluate((card) => {
      const { maps } = (card as unknown as { plot: { maps: { visible: { from: number; to: number } } } }).plot;
      return [maps.visible.from, maps.visible.to] as const;
    });

  it('moves a chart by its head to the place of another, shows where it would go, and back', async () => {
    assert.deepEqual(await names(), ['train/loss', 'train/accuracy', 'train/learning rate', 'train/signal']);
    const head = await boxOf(chart('train/loss').locator('.chartName'));
    const place = await boxOf(chart('train/accuracy'));
    await drag(at(head, 0.5, 0.5), at(place, 0.5, 0.5));
    await inFrame('sidelab-chart[drop-here]')
      .filter({ has: inFrame('.legend[title="train/accuracy"]') })
      .waitFor();
    await workbench.shot('charts-dragged-light');
    await workbench.page.mouse.up();
    await until('another order', async () => (await names())[0] === 'train/accuracy');
    assert.deepEqual((await names()).slice(0, 2), ['train/accuracy', 'train/loss']);
    assert.equal(await inFrame('sidelab-chart[drop-here]').count(), 0);
    await caption('train/loss').filter({ hasText: 'points' }).waitFor();
    await menu('train/loss', 'Move Earlier');
    await until('the first order', async () => (await names())[0] === 'train/loss');
  });

  it('makes a chart wider and higher by its corner, and keeps it over a reload', async () => {
    const before = await boxOf(chart('train/accuracy'));
    await chart('train/accuracy').hover();
    const corner = await boxOf(chart('train/accuracy').locator('.resize'));
    const left = await boxOf(chart('train/loss'));
    await drag(at(corner, 0.5, 0.5), [corner.x + 8 + left.width, corner.y + 8 + 100]);
    await workbench.page.mouse.up();
    const after = await until('a wider chart', async () => {
      const box = await boxOf(chart('train/accuracy'));
      return box.width > 1.9 * before.width && box;
    });
    assert.ok(Math.abs(after.height - before.height - 100) <= 12, `${before.height} → ${after.height}`);
    await caption('train/accuracy').filter({ hasText: 'points' }).waitFor();
    await workbench.page.mouse.move(700, 890);
    await workbench.shot('charts-resized-light');
    // Not closed in order: VS Code has written nothing down of the view yet.
    await workbench.reloadPage();
    await caption('train/accuracy').filter({ hasText: 'points' }).waitFor();
    await until('the same size', async () => Math.abs((await boxOf(chart('train/accuracy'))).width - after.width) < 2);
    await chart('train/accuracy').hover();
    const again = await boxOf(chart('train/accuracy').locator('.resize'));
    await drag(at(again, 0.5, 0.5), [again.x + 8 - left.width, again.y + 8 - 100]);
    await workbench.page.mouse.up();
    await until(
      'the size before',
      async () => Math.abs((await boxOf(chart('train/accuracy'))).width - before.width) < 2,
    );
  });

  it('copies a picture of a chart into the clipboard', async () => {
    await menu('train/loss', 'Copy Picture');
    await chart('train/loss').locator('.told', { hasText: 'The picture is in the clipboard.' }).waitFor();
    const picture = await workbench.page.evaluate(async () => {
      const [item] = await navigator.clipboard.read();
      const blob = await item?.getType('image/png');
      const bitmap = blob && (await createImageBitmap(blob));
      if (!bitmap) return undefined;
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = canvas.getContext('2d');
      context?.drawImage(bitmap, 0, 0);
      const pixels = context?.getImageData(0, 0, bitmap.width, bitmap.height).data ?? [];
      const colors = new Set<string>();
      for (let i = 0; i < pixels.length; i += 4) colors.add(`${pixels[i]} ${pixels[i + 1]} ${pixels[i + 2]}`);
      return { width: bitmap.width, height: bitmap.height, colors: colors.size };
    });
    const { width, height } = await boxOf(plot('train/loss'));
    assert.ok(picture && picture.width >= 2 * Math.floor(width) && picture.height >= 2 * Math.floor(height));
    assert.ok(picture.colors > 20, 'something is drawn');
  });

  it('says the same in the tooltip and in the head, which is what the point has in the store', async () => {
    const axes = await boxOf(plot('train/loss'));
    await drag(at(axes, 0.3, 0.5), at(axes, 0.304, 0.5));
    await workbench.page.mouse.up();
    for (let i = 0; i < 6; i++) {
      await workbench.page.mouse.move(...at(axes, 0.5, 0.3));
      await workbench.page.keyboard.down('Control');
      await workbench.page.mouse.wheel(0, -400);
      await workbench.page.keyboard.up('Control');
    }
    await caption('train/loss')
      .filter({ hasText: /^\d+ points in view, 12,000 in all/ })
      .waitFor();
    await workbench.page.mouse.move(...at(axes, 0.6, 0.3));
    await tooltip()
      .filter({ hasText: /^\s*step [\d,]+\s+0\.\d+\s*(info|$)/ })
      .waitFor();
    const [step, value] = (await tooltip().innerText())
      .split('\n')
      .map((text) => text.trim())
      .filter(Boolean);
    assert.equal(await chart('train/loss').locator('.chartLast').innerText(), value);
    await workbench.shot('charts-tooltip-point-light');
    await menu('train/loss', 'Export All Points…');
    const csv = (await saveAs(workbench, 'stitched.csv')).toString();
    assert.equal(csv.trim().split('\n').length, 1 + 12_000);
    const wanted = step?.replace(/\D/g, '');
    const row = csv
      .split('\n')
      .map((line) => line.split(','))
      .findLast((columns) => columns[2] === wanted);
    assert.equal(Number(row?.at(-1)).toPrecision(5), Number(value).toPrecision(5));
    await workbench.host(async (vscode) => vscode.commands.executeCommand('notifications.clearAll'));
    await chart('train/loss')
      .getByRole('button', { name: /Show everything/ })
      .click();
    await caption('train/loss').filter({ hasText: 'of 12,000 points' }).waitFor();
  });

  it('finds the tooltip beside the curve, also in a small chart', async () => {
    for (const metric of ['train/loss', 'train/signal']) {
      await chart(metric).scrollIntoViewIfNeeded();
      const box = await boxOf(plot(metric));
      for (const right of [0.2, 0.5, 0.8]) {
        await workbench.page.mouse.move(...at(box, right, 0.4));
        await tooltip().filter({ hasText: 'step' }).waitFor();
        await workbench.shot(`charts-tooltip-${metric.slice(6)}-${10 * right}`);
      }
    }
    const corner = await boxOf(chart('train/signal').locator('.resize'));
    await drag(at(corner, 0.5, 0.5), [corner.x, corner.y - 100]);
    await workbench.page.mouse.up();
    const small = await until('a lower chart', async () => {
      const box = await boxOf(plot('train/signal'));
      return box.height <= 120 && box;
    });
    await until('a smaller picture', async () => {
      const canvas = await boxOf(plot('train/signal').locator('canvas').first());
      return Math.abs(canvas.height - small.height) < 2;
    });
    await workbench.page.mouse.move(...at(small, 0.5, 0.4));
    await tooltip().filter({ hasText: 'step' }).waitFor();
    await workbench.shot('charts-tooltip-small');
    const words = await boxOf(tooltip());
    const covered =
      Math.max(0, Math.min(words.y + words.height, small.y + small.height) - Math.max(words.y, small.y)) * words.width;
    assert.ok(covered < 0.5 * small.width * small.height);
    await menu('train/signal', 'Usual Height');
  });

  it('finds a mark for each event in the range shown, and how many there are where they are many', async () => {
    await chart('train/loss').scrollIntoViewIfNeeded();
    const box = await boxOf(plot('train/loss'));
    const told = async (what: RegExp, from: number, to: number): Promise<string> =>
      until(`the tooltip with ${what.source}`, async () => {
        for (let right = from; right < to; right += 0.004) {
          await workbench.page.mouse.move(...at(box, right, 0.3));
          const text = (await tooltip().count()) > 0 ? await tooltip().innerText() : '';
          if (what.test(text)) return text;
        }
        return undefined;
      });
    assert.match(await told(/error: the gradient exploded/, 0.2, 0.4), /and \d+ more events/);
    await workbench.shot('charts-many-events-light');
    await told(/warning: the learning rate is small/, 0.65, 0.85);
    await workbench.page.mouse.move(700, 890);
    await workbench.setTheme('dark');
    await workbench.shot('charts-many-events-dark');
    await workbench.setTheme('light');
  });

  it('zooms one axis by a flat or a steep drag, moves the picture by Shift or on an axis, and zooms the values by Shift and the wheel', async () => {
    const box = await boxOf(plot('train/accuracy'));
    const everything = await shownSteps('train/accuracy');
    await drag(at(box, 0.5, 0.3), at(box, 0.51, 0.6));
    await workbench.shot('charts-steep-drag-light');
    await workbench.page.mouse.up();
    await chart('train/accuracy')
      .getByRole('button', { name: /Show everything/ })
      .waitFor();
    assert.deepEqual(await shownSteps('train/accuracy'), everything);
    await chart('train/accuracy')
      .getByRole('button', { name: /Show everything/ })
      .click();
    await drag(at(box, 0.4, 0.5), at(box, 0.6, 0.52));
    await workbench.page.mouse.up();
    await until('a zoom', async () => (await shownSteps('train/accuracy'))[0] > everything[0]);
    const zoomed = await shownSteps('train/accuracy');
    await workbench.page.keyboard.down('Shift');
    await drag(at(box, 0.6, 0.5), at(box, 0.4, 0.5));
    await workbench.page.mouse.up();
    await workbench.page.keyboard.up('Shift');
    await until('what is later', async () => (await shownSteps('train/accuracy'))[0] > zoomed[0]);
    const later = await shownSteps('train/accuracy');
    assert.ok(Math.abs(later[1] - later[0] - (zoomed[1] - zoomed[0])) < 1);
    await drag(at(box, 0.5, 0.97), at(box, 0.7, 0.97));
    await workbench.page.mouse.up();
    await until('what was before', async () => (await shownSteps('train/accuracy'))[0] < later[0]);
    await plot('train/accuracy').dblclick({ position: { x: 200, y: 60 } });
    await chart('train/accuracy')
      .getByRole('button', { name: /Show everything/ })
      .click();
    await until('everything', async () => (await shownSteps('train/accuracy'))[1] === everything[1]);
  });

  it('tells of a superseded point that it was done again', async () => {
    await workbench.page.mouse.move(700, 890);
    assert.match(await caption('train/loss').innerText(), /grey: done again by a later attempt/);
    await workbench.shot('charts-stitched-light');
    await workbench.setTheme('high contrast');
    await workbench.shot('charts-stitched-high-contrast');
    await workbench.setTheme('light');
  });
});
