import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { RunStatus } from '../../../../src/model/runStatus';
import { FittedText } from '../../../../webview/graph/picture/fittedText';
import { stripOf } from '../../../../webview/graph/picture/heatStrip';
import { curvePieces } from '../../../../webview/graph/picture/pen';
import { SvgPen } from '../../../../webview/graph/picture/svgPen';
import { Viewport } from '../../../../webview/graph/picture/viewport';

const size = { width: 800, height: 600 };
const picture = { width: 4000, height: 1000 };

describe('the part of a picture that is seen', () => {
  it('is all of it when it is fitted, and never larger than it is', () => {
    const fitted = Viewport.fitting(size, picture, { x: 0, y: 0, ...picture });
    const { seen } = fitted;
    assert.ok(seen.x <= 0 && seen.y <= 0 && seen.x + seen.width >= 4000 && seen.y + seen.height >= 1000);
    assert.equal(Viewport.fitting(size, { width: 100, height: 50 }, { x: 0, y: 0, width: 100, height: 50 }).scale, 1);
  });

  it('keeps what is under the mouse there when it is zoomed', () => {
    const before = new Viewport(size, picture, 0.5, { x: 1000, y: 500 });
    const pixel = { x: 120, y: 380 };
    const after = before.zoomedAt(pixel, 1.7);
    const [a, b] = [before.unitsAt(pixel), after.unitsAt(pixel)];
    assert.ok(Math.abs(a.x - b.x) < 1e-6 && Math.abs(a.y - b.y) < 1e-6);
    assert.equal(after.scale, 0.85);
  });

  it('never loses the picture out of sight, however far it is moved', () => {
    const moved = new Viewport(size, picture, 0.5, { x: 0, y: 0 }).movedBy({ x: 1e6, y: -1e6 });
    const { seen } = moved;
    assert.ok(seen.x + seen.width > 0 && seen.y < 1000);
  });

  it('moves no further than it must to show a node', () => {
    const viewport = new Viewport(size, picture, 1, { x: 2000, y: 500 });
    const inside = { x: 1900, y: 450, width: 200, height: 60 };
    assert.deepEqual(viewport.showing(inside).middle, viewport.middle);
    const right = viewport.showing({ x: 3000, y: 450, width: 200, height: 60 });
    assert.equal(right.seen.x + right.seen.width, 3000 + 200 + 24);
    assert.equal(right.middle.y, viewport.middle.y);
  });
});

describe('a strip of states', () => {
  it('shows each state in its order where there is room', () => {
    const statuses: RunStatus[] = ['completed', 'completed', 'failed', 'queued'];
    assert.deepEqual(
      stripOf(statuses, 100).map(({ tone, from, to }) => [tone, from, to]),
      [
        ['good', 0, 0.5],
        ['bad', 0.5, 0.75],
        ['waiting', 0.75, 1],
      ],
    );
  });

  it('shows the shares of many, and one failure among ten thousand too', () => {
    const statuses: RunStatus[] = Array.from({ length: 10_000 }, (_, n) =>
      n === 77 ? 'failed' : n < 4000 ? 'completed' : 'queued',
    );
    const pieces = stripOf(statuses, 100);
    assert.deepEqual(
      pieces.map(({ tone }) => tone),
      ['good', 'bad', 'waiting'],
    );
    const [good, bad] = pieces;
    assert.ok(good && bad && Math.abs(good.to - 0.4) < 0.01 && bad.to - bad.from > 0.009);
  });
});

describe('a text in a box', () => {
  it('is cut by letters as people see them, and measured once', () => {
    let asked = 0;
    const texts = new FittedText((text) => {
      asked += 1;
      return [...new Intl.Segmenter().segment(text)].length * 10;
    });
    assert.equal(texts.fit('short', '', 100), 'short');
    assert.equal(texts.fit('👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', '', 30), '👩‍👩‍👧👩‍👩‍👧…');
    const before = asked;
    texts.fit('👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', '', 30);
    assert.equal(asked, before);
    assert.ok(texts.fit('x'.repeat(1e6), '', 200).length < 25);
  });
});

describe('a picture as a file', () => {
  it('holds hostile names as text, whatever they are', () => {
    const pen = new SvgPen(new FittedText(() => 1), '"Font" <b>');
    const hostile = '</text><script>alert(1)</script>&\u0000\u202e"';
    pen.text(hostile, { x: 1, y: 2 }, { color: '"/><script>', sizePx: 12, mostPx: 100 });
    const [element] = pen.elements;
    assert.equal(
      element,
      '<text x="1" y="2" font-size="12" fill="&quot;/&gt;&lt;script&gt;">&lt;/text&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;\ufffd\u202e&quot;</text>',
    );
  });
});

describe('a line between nodes', () => {
  it('leaves and reaches them level, and never swings beyond the points that it goes through', () => {
    const points = [
      { x: 0, y: 0 },
      { x: 100, y: 50 },
      { x: 300, y: 50 },
      { x: 400, y: 10 },
    ];
    for (const { from, first, second, to } of curvePieces(points)) {
      const [least, most] = [Math.min(from.y, to.y), Math.max(from.y, to.y)];
      for (const { y } of [first, second]) assert.ok(y >= least - 1e-9 && y <= most + 1e-9);
    }
    const [begin] = curvePieces(points);
    assert.equal(begin?.first.y, 0);
  });
});
