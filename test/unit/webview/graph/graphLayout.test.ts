import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { shapes } from '../../../bench/graph/shapes';
import { GraphModel } from '../../../../webview/graph/graphModel';
import { layOutGraph } from '../../../../webview/graph/layout/graphLayout';
import { type GraphLayout, isTouching, type PlacedNode } from '../../../../webview/graph/layout/placed';
import { OpenNodes } from '../../../../webview/graph/openNodes';

const nothing = { opened: [], closed: [] };

function layOut(
  name: string,
  look: { opened: string[]; closed: string[] } = nothing,
): { model: GraphModel; layout: GraphLayout } {
  const shape = shapes[name]?.();
  assert.ok(shape);
  const model = new GraphModel(shape.nodes, shape.edges);
  return { model, layout: layOutGraph(model, new OpenNodes(look)) };
}

const within = (inner: PlacedNode, outer: PlacedNode): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

describe('the layout of a graph', () => {
  for (const name of ['pipeline', 'chain', 'wide', 'lattice', 'nested']) {
    it(`shows every node of a ${name} that is open, none over another, each inside what it is part of`, () => {
      const { model, layout } = layOut(name);
      const places = new Map(layout.nodes.map((placed) => [placed.node.id, placed]));
      const open = new OpenNodes(nothing);
      for (const node of model.nodes) {
        const isSeen = node.parent !== undefined && everyAbove(node.parent, open);
        assert.equal(places.has(node.id), isSeen, node.path);
        const outer = node.parent && places.get(node.parent.id);
        const placed = places.get(node.id);
        if (outer && placed) assert.ok(within(placed, outer), `${node.path} is inside ${outer.node.path}`);
        if (placed) assert.ok(placed.x >= 0 && placed.x + placed.width <= layout.width + 0.5, node.path);
      }
      const closed = layout.nodes.filter(({ isOpen }) => !isOpen).toSorted((a, b) => a.x - b.x);
      for (const [index, one] of closed.entries()) {
        for (const other of closed.slice(index + 1)) {
          if (other.x > one.x + one.width) break;
          assert.ok(!isTouching(one, other), `${one.node.path} over ${other.node.path}`);
        }
      }
    });

    it(`leads every edge of a ${name} from the right side of a node to the left side of what waits for it`, () => {
      const { layout, model } = layOut(name);
      const places = new Map(layout.nodes.map((placed) => [placed.node.id, placed]));
      const drawn = new Set<string>();
      for (const { edges, points } of layout.edges) {
        for (const edge of edges) {
          drawn.add(`${edge.from} ${edge.to}`);
          const [from, to] = [places.get(edge.from), places.get(edge.to)];
          const [first, last] = [points[0], points.at(-1)];
          assert.ok(from && to && first && last);
          assert.ok(first.x >= from.x + from.width - 0.5 && last.x <= to.x + 0.5, 'beside the nodes');
          assert.ok(first.x < last.x, 'from left to right');
        }
      }
      for (const parent of model.nodes) {
        for (const { from, to } of model.edgesIn(parent.id)) {
          if (places.has(from) && places.has(to)) assert.ok(drawn.has(`${from} ${to}`));
        }
      }
    });
  }

  it('puts tasks that are alike in one frame, with one line for all of them', () => {
    const { layout } = layOut('wide');
    assert.equal(layout.frames.length, 1);
    assert.equal(layout.edges.length, 2);
    assert.deepEqual(
      layout.edges.map(({ edges }) => edges.length),
      [998, 998],
    );
  });

  it('keeps the order of the file from above to below', () => {
    const { layout, model } = layOut('pipeline');
    const y = (path: string): number => layout.nodes.find(({ node }) => node === model.findPath(path))?.y ?? NaN;
    assert.ok(y('folds/fold-1') < y('folds/fold-2') && y('folds/fold-2') < y('folds/fold-3'));
    assert.ok(y('prepare') < y('download weights'));
  });

  it('is the same again for the same graph', () => {
    const places = (layout: GraphLayout): unknown => layout.nodes.map(({ x, y }) => [x, y]);
    assert.deepEqual(places(layOut('pipeline').layout), places(layOut('pipeline').layout));
  });

  it('is one node for ten thousand trials that are closed, and a grid of them when they are opened', () => {
    assert.equal(layOut('sweep').layout.nodes.length, 1);
    const { layout } = layOut('sweep', { opened: [''], closed: [] });
    assert.equal(layout.nodes.length, 10_000);
    assert.ok(layout.width > layout.height / 2 && layout.width < 4 * layout.height);
  });
});

function everyAbove(node: GraphModel['top'], open: OpenNodes): boolean {
  for (let at: GraphModel['top'] | undefined = node; at; at = at.parent) if (!open.isOpen(at)) return false;
  return true;
}
