import assert from 'node:assert/strict';
import { coveredStretches, type CurveExtents, curveExtents } from '../../../../webview/shared/charts/curveExtents';
import { pixelMap } from '../../../../webview/shared/charts/pixelMap';
import { type Box, placeTooltip } from '../../../../webview/run/charts/tooltipPlace';
import { lineOfWindow } from '../../../../webview/shared/charts/lineOfWindow';
import { BucketColumns } from '../../../../src/model/buckets';

/** The curve through these values at 0, 10, 20 … px. */
function extentsOf(values: readonly number[], widthPx: number, heightPx: number): CurveExtents {
  const buckets = new BucketColumns(0);
  values.forEach((value, i) => buckets.add(10 * i, value, 1));
  const line = lineOfWindow(buckets.toWindow('loss', 'step', values.length));
  const same = pixelMap('linear', [0, 0], [1, 1]);
  const area = { left: 0, top: 0, width: widthPx, height: heightPx };
  const maps = { x: same, y: same, visible: { from: 0, to: widthPx } };
  return curveExtents([{ name: 'loss', color: 'blue', dash: [], line }], area, maps);
}

const page = { width: 1000, height: 800 };
const size = { width: 180, height: 60 };

/** On a plot at (100, 100) of the page. */
function placed(values: readonly number[], plotSize: readonly [number, number], mouse: readonly [number, number]): Box {
  const [width, height] = plotSize;
  const plot = { left: 100, top: 100, right: 100 + width, bottom: 100 + height };
  const around = {
    mouse: { x: 100 + mouse[0], y: 100 + mouse[1] },
    plot,
    canvas: { ...plot, bottom: plot.bottom + 20 },
    extents: extentsOf(values, width, height),
    page,
  };
  const { left, top } = placeTooltip(size, around, undefined);
  return { left, top, right: left + size.width, bottom: top + size.height };
}

const onPlot = ({ left, top, right, bottom }: Box): Box => ({
  left: left - 100,
  top: top - 100,
  right: right - 100,
  bottom: bottom - 100,
});

describe('the place of a tooltip', () => {
  it('is beside the mouse, off the curve, wherever the mouse is', () => {
    const flat = Array.from({ length: 61 }, () => 150);
    const extents = extentsOf(flat, 600, 300);
    for (let x = 5; x < 600; x += 7) {
      for (let y = 5; y < 300; y += 11) {
        const box = placed(flat, [600, 300], [x, y]);
        assert.equal(coveredStretches(extents, onPlot(box)), 0, `${x}, ${y}`);
        const isOnMouse = 100 + x > box.left && 100 + x < box.right && 100 + y > box.top && 100 + y < box.bottom;
        assert.ok(!isOnMouse);
        assert.ok(box.left >= 0 && box.top >= 0 && box.right <= page.width && box.bottom <= page.height);
      }
    }
  });

  it('is not over a chart that is hardly larger than itself', () => {
    const wild = Array.from({ length: 21 }, (_, i) => (i % 2 === 0 ? 5 : 75));
    const { top, bottom } = onPlot(placed(wild, [200, 80], [100, 40]));
    assert.ok(bottom <= 0 || top >= 80, `from ${top} to ${bottom}`);
  });

  it('stays where it was while another place is not clearly better', () => {
    const extents = extentsOf([], 600, 300);
    const plot = { left: 100, top: 100, right: 700, bottom: 400 };
    const around = (x: number) => ({ mouse: { x, y: 200 }, plot, canvas: plot, extents, page });
    const first = placeTooltip(size, around(300), undefined);
    for (let x = 300; x < 500; x += 10) assert.equal(placeTooltip(size, around(x), first.kind).kind, first.kind);
  });

  it('takes the line between two distant points for a part of the curve', () => {
    const sparse = extentsOf([0, ...Array.from({ length: 39 }, () => NaN)], 400, 300);
    assert.equal(coveredStretches(sparse, { left: 100, top: 0, right: 300, bottom: 300 }), 0);
    const buckets = new BucketColumns(0);
    buckets.add(0, 0, 1);
    buckets.add(400, 400, 1);
    const line = lineOfWindow(buckets.toWindow('loss', 'step', 2));
    const same = pixelMap('linear', [0, 0], [1, 1]);
    const curve = { name: 'loss', color: 'blue', dash: [], line };
    const area = { left: 0, top: 0, width: 400, height: 400 };
    const diagonal = curveExtents([curve], area, { x: same, y: same, visible: { from: 0, to: 400 } });
    assert.ok(coveredStretches(diagonal, { left: 180, top: 180, right: 220, bottom: 220 }) > 8);
    assert.equal(coveredStretches(diagonal, { left: 180, top: 240, right: 220, bottom: 300 }), 0);
  });
});
