/**
 * Where everything of a graph is: each open node's inside is laid out by itself and then stands as one box among its siblings,
 * because edges go between siblings only. Depends on nodes, edges and what is open, never on states: they change in place.
 */
import type { RunId } from '../../../src/model/ids';
import type { GraphModel, ModelNode } from '../graphModel';
import type { OpenNodes } from '../openNodes';
import { layOutLayers } from './layered';
import { inGrid, inRows } from './packing';
import { boundsOf, type Box, type GraphLayout, type PlacedEdge, type PlacedNode, type Point } from './placed';
import { headHeight, layerGap, nodeSize, padding, siblingGap } from './sizes';
import { type Part, partsOf, type Unit } from './siblings';

/** What lies within an open node, from its own top left corner on. */
interface Inside {
  readonly nodes: PlacedNode[];
  readonly edges: PlacedEdge[];
  readonly frames: Box[];
  readonly width: number;
  readonly height: number;
}

export function layOutGraph(model: GraphModel, open: OpenNodes): GraphLayout {
  const { top } = model;
  // The graph's own box would only be a frame around everything.
  const inside = open.isOpen(top) ? layOutInside(model, open, top) : alone(top);
  const [dx, dy] = [padding, padding];
  return {
    nodes: inside.nodes.map((node) => ({ ...node, x: node.x + dx, y: node.y + dy })),
    edges: inside.edges.map((edge) => movedEdge(edge, dx, dy)),
    frames: inside.frames.map((frame) => ({ ...frame, x: frame.x + dx, y: frame.y + dy })),
    width: inside.width + 2 * padding,
    height: inside.height + 2 * padding,
  };
}

const alone = (node: ModelNode): Inside => ({
  nodes: [{ node, isOpen: false, x: 0, y: 0, ...nodeSize }],
  edges: [],
  frames: [],
  ...nodeSize,
});

function layOutInside(model: GraphModel, open: OpenNodes, parent: ModelNode): Inside {
  const { children } = parent;
  const insides = children.map((child) => (open.isOpen(child) ? layOutInside(model, open, child) : undefined));
  const sizes = insides.map((inside) => (inside ? outerSize(inside) : nodeSize));
  const ids = children.map(({ id }): RunId => id);
  const { parts, single } = partsOf(ids, model.edgesIn(parent.id), (index) => insides[index] === undefined);
  const blocks = [...parts.map((part) => layOutPart(part, sizes)), ...singles(single, sizes)];
  const packed = inRows(blocks, 2 * siblingGap);
  const result = { nodes: [] as PlacedNode[], edges: [] as PlacedEdge[], frames: [] as Box[] };
  for (const [index, block] of blocks.entries()) {
    const { x, y } = packed.corners[index] ?? { x: 0, y: 0 };
    for (const frame of block.frames) result.frames.push({ ...frame, x: frame.x + x, y: frame.y + y });
    for (const edge of block.edges) result.edges.push(movedEdge(edge, x, y));
    for (const { member, corner } of block.places) {
      const [child, inside, size] = [children[member], insides[member], sizes[member]];
      if (!child || !size) continue;
      const [left, top] = [corner.x + x, corner.y + y];
      result.nodes.push({ node: child, isOpen: inside !== undefined, x: left, y: top, ...size });
      if (inside) addInside(result, inside, left + padding, top + headHeight);
    }
  }
  return { ...result, width: packed.width, height: packed.height };
}

const outerSize = ({ width, height }: Inside): { readonly width: number; readonly height: number } => ({
  width: Math.max(nodeSize.width, width + 2 * padding),
  height: headHeight + height + padding,
});

function addInside(result: Pick<Inside, 'nodes' | 'edges' | 'frames'>, inside: Inside, dx: number, dy: number): void {
  for (const node of inside.nodes) result.nodes.push({ ...node, x: node.x + dx, y: node.y + dy });
  for (const edge of inside.edges) result.edges.push(movedEdge(edge, dx, dy));
  for (const frame of inside.frames) result.frames.push({ ...frame, x: frame.x + dx, y: frame.y + dy });
}

interface Block {
  readonly places: readonly { readonly member: number; readonly corner: Point }[];
  readonly edges: readonly PlacedEdge[];
  readonly frames: readonly Box[];
  readonly width: number;
  readonly height: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function layOutPart({ units, edges }: Part, sizes: readonly Size[]): Block {
  const grids = units.map(({ members }) => (members.length > 1 ? inGrid(members.length, nodeSize) : undefined));
  const boxes = units.map((unit, index): Size => {
    const grid = grids[index];
    return grid ? { width: grid.width + 2 * padding, height: grid.height + 2 * padding } : sizeOfOne(unit, sizes);
  });
  const layered = layOutLayers(boxes, edges);
  const places: { member: number; corner: Point }[] = [];
  const frames: Box[] = [];
  for (const [index, { members }] of units.entries()) {
    const [corner, grid, box] = [layered.corners[index], grids[index], boxes[index]];
    if (!corner || !box) continue;
    if (grid) frames.push({ ...corner, ...box });
    for (const [place, member] of members.entries()) {
      const within = grid?.corners[place];
      places.push({
        member,
        corner: within ? { x: corner.x + padding + within.x, y: corner.y + padding + within.y } : corner,
      });
    }
  }
  const lines = edges.map(({ edges: own }, index): PlacedEdge => {
    const points = layered.lines[index] ?? [];
    return { edges: own, points, bounds: boundsOf(points) };
  });
  return { places, edges: lines, frames, width: layered.width, height: layered.height };
}

const sizeOfOne = ({ members: [only = 0] }: Unit, sizes: readonly Size[]): Size => sizes[only] ?? nodeSize;

/** Closed ones in a grid, then open ones, which are of many sizes. */
function singles(single: readonly number[], sizes: readonly Size[]): readonly Block[] {
  if (single.length === 0) return [];
  const isPlain = (member: number): boolean => sizes[member] === nodeSize;
  const plain = single.filter(isPlain);
  const others = single.filter((member) => !isPlain(member));
  const block = (members: readonly number[], packed: { readonly corners: readonly Point[] } & Size): Block => ({
    places: members.map((member, index) => ({ member, corner: packed.corners[index] ?? { x: 0, y: 0 } })),
    edges: [],
    frames: [],
    width: packed.width,
    height: packed.height,
  });
  const otherSizes = others.map((member) => sizes[member] ?? nodeSize);
  return [
    ...(plain.length > 0 ? [block(plain, inGrid(plain.length, nodeSize))] : []),
    ...(others.length > 0 ? [block(others, inRows(otherSizes, layerGap / 2))] : []),
  ];
}

function movedEdge({ edges, points, bounds }: PlacedEdge, dx: number, dy: number): PlacedEdge {
  if (dx === 0 && dy === 0) return { edges, points, bounds };
  return {
    edges,
    points: points.map(({ x, y }) => ({ x: x + dx, y: y + dy })),
    bounds: { ...bounds, x: bounds.x + dx, y: bounds.y + dy },
  };
}
