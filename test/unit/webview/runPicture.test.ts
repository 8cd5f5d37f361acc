import assert from 'node:assert/strict';
import { defaultChartSettings } from '../../../src/model/chartSettings';
import type { RunPanelSnapshot } from '../../../src/protocol/runPanel';
import { runPicture } from '../../../webview/run/picture/runPicture';
import { fakeDetail, fakeEvents, fakeRun, FakeSeries } from '../../bench/webview/fakeRun';

const look = { widthPx: 420, heightPx: 200, fontSizePx: 13, timeZoneOffsetMin: 0, letterPx: { '0': 6, '1': 6 } };
const charts = defaultChartSettings;

function snapshotOf(names: readonly string[]): RunPanelSnapshot {
  const series = names.map((name) => new FakeSeries(name, (step) => Math.sin(step / 50), 0, 100));
  for (const one of series) one.grow(500);
  return {
    detail: fakeDetail(fakeRun('running')),
    metrics: series.map((one) => one.summary()),
    events: fakeEvents(),
    firstSeries: { axis: 'step', buckets: 400, windows: series.slice(0, 6).map((one) => one.window('step', 400)) },
    nowMs: Date.now(),
  };
}

describe('the first picture of a run panel', () => {
  it('has the head of the run, its tabs, and the first charts with axes, curves, values and captions', () => {
    const page = runPicture({ snapshot: snapshotOf(['loss', 'accuracy']), charts, look }) ?? '';
    for (const words of ['<h1>', 'Parameters &amp; metadata', 'X axis', '500 points']) {
      assert.ok(page.includes(words), words);
    }
    const plots = page.match(/<svg class="plotPicture" width="420" height="200"/g) ?? [];
    assert.equal(plots.length, 2);
    assert.match(page, /<path d="M[^"]{100,}" stroke="var\(--vscode-charts-blue\)"/);
    assert.match(page, /text-anchor="end" fill="var\(--plotText\)">0\.5</);
  });

  it('has room for charts that it has no series of, and no more of them than a large screen', () => {
    const names = Array.from({ length: 40 }, (_, at) => `m${at}`);
    const page = runPicture({ snapshot: snapshotOf(names), charts, look }) ?? '';
    assert.equal(page.match(/class="chart columns1"/g)?.length, 12);
    assert.equal(page.match(/<svg class="plotPicture"/g)?.length, 6);
  });

  it('has nothing in it that comes alive, and names as text', () => {
    const page = runPicture({ snapshot: snapshotOf(['<img src=x onerror=alert(1)>']), charts, look }) ?? '';
    assert.ok(!page.includes('<img') && !page.includes('<sidelab-') && !page.includes('style='));
    // As an attribute would begin.
    const named = runPicture({ snapshot: snapshotOf(['loss lr=', 'a b="']), charts, look }) ?? '';
    assert.ok(named.includes('title="loss lr&#61;"') && named.includes('title="a b&#61;&quot;"'));
  });

  it('is left to the panel where charts show a part of their range, or have sizes of their own', () => {
    const snapshot = snapshotOf(['loss']);
    const { firstSeries: _, ...without } = snapshot;
    assert.equal(runPicture({ snapshot: without, charts, look }), undefined);
    for (const other of [{ x: { from: 1, to: 2 } }, { alone: 'loss' }, { charts: [{ id: 'loss', heightPx: 300 }] }]) {
      assert.equal(runPicture({ snapshot, charts: { ...charts, ...other }, look }), undefined);
    }
  });
});
