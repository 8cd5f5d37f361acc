/**
 * A small graph as text, left to right, with the characters that draw boxes:
 *
 *     prepare ─┬─▶ [train] ─┬───────▶ evaluate
 *     fetch ───┘            └failed─▶ clean up
 *
 * Lines that join in a corner or a `├` belong together: whoever is at their left is waited for by all at their right. A
 * line that comes in at `▼` or `▲` belongs to what follows only, and one that is broken by a `│` goes on behind it. What
 * cannot be drawn so that it is read in one way, or not in the room that there is, is not drawn.
 */
import { displayWidth, shortened } from './displayWidth';
import { arrange, type Arrangement, type Cell } from './arrangement';
import { routeChannel } from './channel';

export interface DrawnNode {
  readonly id: string;
  readonly label: string;
}

export interface DrawnEdge {
  readonly from: string;
  readonly to: string;
  /** Said where the line begins. */
  readonly label?: string;
}

export interface DrawingRoom {
  readonly columns: number;
  readonly rows: number;
}

/** Lines without spaces at their ends. Edges must not go in circles. */
export function drawGraph(
  nodes: readonly DrawnNode[],
  edges: readonly DrawnEdge[],
  room: DrawingRoom,
): readonly string[] | undefined {
  for (const arrangement of arrange(nodes, edges, room.rows)) {
    for (const labelWidth of labelWidths) {
      const lines = draw(arrangement, labelWidth);
      if (!lines) break;
      if (lines.every((line) => displayWidth(line) <= room.columns)) return lines;
    }
  }
  return undefined;
}

/** Names are cut before a graph is given up. */
const labelWidths = [28, 20, 16, 12, 10];

function draw({ layers, rows }: Arrangement, labelWidth: number): readonly string[] | undefined {
  const lines = Array.from({ length: rows }, () => '');
  for (const [index, cells] of layers.entries()) {
    const texts = layerTexts(cells, rows, labelWidth);
    const isLast = index === layers.length - 1;
    const channel = isLast ? undefined : routeChannel(cells, layers[index + 1] ?? [], rows);
    if (!isLast && !channel) return undefined;
    for (let row = 0; row < rows; row += 1) lines[row] += (texts[row] ?? '') + (channel?.[row] ?? '');
  }
  return lines.map((line) => line.trimEnd());
}

/** What stands in each row of a layer, all of one width: lines go on to the channel at its right. */
function layerTexts(cells: readonly Cell[], rows: number, labelWidth: number): readonly string[] {
  const texts = Array.from({ length: rows }, () => ({ text: '', goesOn: false }));
  for (const cell of cells) {
    const label = cell.label === undefined ? undefined : shortened(cell.label, labelWidth);
    const blank = ' '.repeat(label === undefined ? 0 : displayWidth(label));
    const last = cell.ports.length - 1;
    if (last < 0) texts[cell.row] = { text: label ?? '', goesOn: false };
    for (const [index, port] of cell.ports.entries()) {
      const fork = last === 0 ? '' : index === 0 ? '┬' : index === last ? '└' : '├';
      const lead = label === undefined ? '' : `${index === 0 ? label : blank} ${fork}${port.label ?? ''}`;
      texts[cell.row + index] = { text: lead, goesOn: true };
    }
  }
  const width = Math.max(...texts.map(({ text, goesOn }) => displayWidth(text) + (goesOn ? 1 : 0)));
  return texts.map(({ text, goesOn }) => text + (goesOn ? '─' : ' ').repeat(width - displayWidth(text)));
}
