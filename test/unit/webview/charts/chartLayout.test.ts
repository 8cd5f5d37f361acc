import assert from 'node:assert/strict';
import { type ChartSettings, defaultChartSettings } from '../../../../src/model/chartSettings';
import { type ChartLayout, type ChartPlan, layOutCharts } from '../../../../src/model/chartLayout';
import { ChartsModel } from '../../../../webview/run/charts/chartsModel';

const metrics = ['train/loss', 'val/loss', 'train/accuracy', 'lr', '__proto__'];
const said = ({ groups }: ChartLayout): string[] =>
  groups.map(({ name, charts }) => `${name}: ${charts.map((plan) => plan.metrics.join('+')).join(', ')}`);

describe('the charts of a panel', () => {
  let kept: ChartSettings;
  let model: ChartsModel;
  beforeEach(() => {
    kept = defaultChartSettings;
    model = new ChartsModel(defaultChartSettings, (settings) => (kept = settings));
  });
  const layout = (): ChartLayout => layOutCharts(metrics, kept);
  const plan = (name: string): ChartPlan => {
    const found = layout()
      .groups.flatMap(({ charts }) => charts)
      .find((one) => one.metrics.includes(name));
    assert.ok(found);
    return found;
  };

  it('are grouped by the prefix, in the order of their arrival, the others last', () => {
    assert.deepEqual(said(layout()), ['train: train/loss, train/accuracy', 'val: val/loss', 'Others: lr, __proto__']);
  });

  it('are found by a regular expression; while it is none, by its text', () => {
    model.change({ filter: 'LOSS$' });
    assert.deepEqual(said(layout()), ['train: train/loss', 'val: val/loss']);
    assert.equal(layout().hiddenCount, 3);
    model.change({ filter: 'acc(' });
    assert.deepEqual([said(layout()), typeof layout().filterProblem], [[], 'string']);
  });

  it('are pinned first, and keep the order in which they were put', () => {
    model.choose(plan('lr'), { isPinned: true });
    model.move('train/accuracy', 'train/loss', ['lr', 'train/loss', 'train/accuracy', 'val/loss', '__proto__']);
    assert.deepEqual(said(layout()), [
      'Pinned: lr',
      'train: train/accuracy, train/loss',
      'val: val/loss',
      'Others: __proto__',
    ]);
  });

  it('are put together and taken apart, and what was chosen for them is forgotten when it is nothing', () => {
    model.combine(plan('train/loss'), ['train/loss', 'val/loss']);
    assert.deepEqual(said(layout()), ['train: train/loss+val/loss, train/accuracy', 'Others: lr, __proto__']);
    model.choose(plan('val/loss'), { columns: 2 });
    model.combine(plan('val/loss'), []);
    assert.deepEqual(said(layout()), ['train: train/loss, train/accuracy', 'val: val/loss', 'Others: lr, __proto__']);
    assert.deepEqual(kept.charts, []);
  });

  it('go back from zoom to zoom, each by itself or all together', () => {
    const x = { from: 1, to: 2 };
    model.zoom(plan('lr'), { x, y: undefined });
    model.zoom(plan('lr'), { x: { from: 1.2, to: 1.4 }, y: { from: 0, to: 1 } });
    model.zoom(plan('lr'), { x: { from: 1.3, to: 1.4 }, y: { from: 0, to: 1 } }, false);
    assert.equal(model.zoomOf(plan('val/loss')).x, undefined);
    model.zoomBack(plan('lr'));
    assert.deepEqual(model.zoomOf(plan('lr')), { x, y: undefined });
    model.zoomBack(plan('lr'));
    assert.deepEqual(model.zoomOf(plan('lr')), { x: undefined, y: undefined });

    model.change({ linkZoom: true });
    model.zoom(plan('lr'), { x, y: undefined });
    assert.deepEqual(model.zoomOf(plan('val/loss')).x, x);
    model.zoomBack(plan('val/loss'));
    assert.equal(model.zoomOf(plan('lr')).x, undefined);
  });

  it('lose zooms of x with another axis, which has another unit', () => {
    model.zoom(plan('lr'), { x: { from: 1, to: 2 }, y: { from: 0, to: 1 } });
    model.change({ axis: 'wall' });
    assert.deepEqual(model.zoomOf(plan('lr')), { x: undefined, y: { from: 0, to: 1 } });
  });
});
