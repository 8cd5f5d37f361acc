/** Where nodes and edges are, in units of the picture: pixels while it is neither enlarged nor made smaller. */
import type { GraphEdge } from '../../../src/model/runGraph';
import type { ModelNode } from '../graphModel';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlacedNode extends Box {
  readonly node: ModelNode;
  /** What it is made of lies within it, below its head. */
  readonly isOpen: boolean;
}

export interface PlacedEdge {
  /** Several where those that are alike stand in one frame. */
  readonly edges: readonly GraphEdge[];
  /** From the right side of one node to the left side of the other, at least two. */
  readonly points: readonly Point[];
  /** Around its points. */
  readonly bounds: Box;
}

export interface GraphLayout {
  /** What lies within others comes after them. */
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  /** Around those that wait for the same and are awaited by the same: an edge that reaches it is one to each of them. */
  readonly frames: readonly Box[];
  readonly width: number;
  readonly height: number;
}

export function boundsOf(points: readonly Point[]): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of points) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

export const isTouching = (a: Box, b: Box): boolean =>
  a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height;
