/** The picture of a graph, or of the part of it that is seen: as much of each node as can be read at this size. */
import type { GraphEdge } from '../../../src/model/runGraph';
import { dependencyState, type DependencyState } from '../../../src/model/taskGraph';
import { type Box, type GraphLayout, isTouching, type PlacedEdge, type PlacedNode } from '../layout/placed';
import type { GraphModel } from '../graphModel';
import type { PictureLook } from './graphLook';
import { paintNode, paintSpots } from './paintNode';
import type { LineStyle, Pen } from './pen';

/** Below this size letters cannot be read: nodes are spots of colour. */
const leastReadable = 0.42;
/** Below this size lines between nodes would only be a grey cloud. */
const leastLines = 0.06;

/** `seen` and `scale`: what is in view, and pixels per unit. */
export function paintGraph(
  pen: Pen,
  model: GraphModel,
  layout: GraphLayout,
  seen: Box,
  scale: number,
  look: PictureLook,
): void {
  const isReadable = scale >= leastReadable;
  const line = Math.max(1, 1 / scale);
  for (const frame of layout.frames) {
    if (!isTouching(frame, seen)) continue;
    pen.box(frame, { stroke: look.theme.muted, lineWidth: line, radius: 8, dash: [4 * line, 4 * line] });
  }
  // What is open lies behind its edges and what is within it.
  const nodes = layout.nodes.filter((node) => isTouching(node, seen));
  for (const node of nodes) if (node.isOpen) paintNode(pen, node, look, isReadable, line);
  if (scale >= leastLines) paintEdges(pen, model, layout.edges, seen, look, line);
  const closed = nodes.filter(({ isOpen }) => !isOpen);
  if (isReadable) for (const node of closed) paintNode(pen, node, look, true, line);
  else paintSpots(pen, closed, look, line);
}

/** Lines of one style in one stroke; what is emphasised lies over the rest. */
function paintEdges(
  pen: Pen,
  model: GraphModel,
  edges: readonly PlacedEdge[],
  seen: Box,
  look: PictureLook,
  line: number,
): void {
  const groups = new Map<string, { readonly style: LineStyle; readonly edges: PlacedEdge[] }>();
  for (const placed of edges) {
    if (!isTouching(placed.bounds, seen)) continue;
    const style = edgeStyle(model, placed, look, line);
    const key = `${style.lineWidth} ${style.dash?.[0] ?? 0} ${style.color}`;
    const group = groups.get(key);
    if (group) group.edges.push(placed);
    else groups.set(key, { style, edges: [placed] });
  }
  const ordered = [...groups.values()].sort((a, b) => a.style.lineWidth - b.style.lineWidth);
  for (const { style, edges: own } of ordered) {
    pen.curves(
      own.map(({ points }) => points),
      style,
    );
    if (line > 1.7) continue;
    for (const placed of own) {
      const on = placed.edges[0]?.on ?? 'completed';
      if (on !== 'completed') paintCondition(pen, placed, on, style.color, look);
    }
  }
}

const conditionWords = { completed: '', failed: 'on failure', finished: 'at any end' } as const;

/** Beside the end of the line, where it belongs to one node only. */
function paintCondition(pen: Pen, { points }: PlacedEdge, on: GraphEdge['on'], color: string, look: PictureLook): void {
  const last = points.at(-1);
  if (!last) return;
  const words = conditionWords[on];
  const width = words.length * 5.6;
  const [x, y] = [last.x - 12, last.y - 5];
  pen.box({ x: x - width - 2, y: y - 9, width: width + 4, height: 12 }, { fill: look.theme.background });
  pen.text(words, { x, y }, { color, sizePx: 10.5, align: 'end' });
}

function edgeStyle(model: GraphModel, { edges }: PlacedEdge, look: PictureLook, line: number): LineStyle {
  const { theme, critical, selected } = look;
  const on = edges[0]?.on ?? 'completed';
  const dash = on === 'completed' ? undefined : on === 'failed' ? [6 * line, 4 * line] : [2 * line, 4 * line];
  const isCritical = critical !== undefined && edges.some(({ from, to }) => critical.has(from) && critical.has(to));
  const isOfSelected = selected !== undefined && edges.some(({ from, to }) => from === selected || to === selected);
  const color = isCritical
    ? theme.tones.doubtful
    : isOfSelected
      ? theme.focus
      : edgeColor(look.isPlan ? 'waiting' : stateOf(model, edges), on, look);
  return {
    color,
    lineWidth: (isCritical ? 2.5 : isOfSelected ? 2 : 1) * line,
    ...(dash ? { dash } : {}),
    isArrow: line <= 1.5,
    isStraight: line > 3,
  };
}

/** Of all edges that one line stands for: impossible when one is, met when all are. */
function stateOf(model: GraphModel, edges: readonly GraphEdge[]): DependencyState {
  let state: DependencyState = 'met';
  for (const { from, on } of edges) {
    const own = dependencyState(on, model.find(from)?.data.status ?? 'created');
    if (own === 'impossible') return own;
    if (own === 'waiting') state = own;
  }
  return state;
}

function edgeColor(state: DependencyState, on: GraphEdge['on'], { theme }: PictureLook): string {
  if (state === 'met') return on === 'failed' ? theme.tones.bad : theme.foreground;
  return state === 'impossible' ? theme.grid : theme.muted;
}

/** The node under a place; of what lies within each other the innermost. */
export function nodeAt(layout: GraphLayout, x: number, y: number): PlacedNode | undefined {
  // Later ones lie within earlier ones.
  return layout.nodes.findLast(
    (node) => x >= node.x && x <= node.x + node.width && y >= node.y && y <= node.y + node.height,
  );
}
