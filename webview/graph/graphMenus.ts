/** The menus of a graph: of one node, and of the whole. */
import type { GraphPanelAction } from '../../src/protocol/graphPanel';
import type { MenuItem } from '../shared/menu';
import type { GraphModel, ModelNode } from './graphModel';
import type { GraphState } from './graphState';
import { nodeActions } from './nodeActions';

export function nodeMenu(
  node: ModelNode,
  state: GraphState,
  isPlan: boolean,
  act: (action: GraphPanelAction) => void,
): readonly MenuItem[] {
  const items = nodeActions(node, isPlan).map(({ action, label, beginsGroup = false }): MenuItem => ({
    label,
    run: () => act(action),
    beginsGroup,
  }));
  if (node.children.length === 0 || !node.parent) return items;
  const label = state.open.isOpen(node) ? 'Close Node' : 'Open Node';
  return [{ label, keys: 'Space', run: () => state.toggle(node) }, ...items];
}

export function graphMenu(
  model: GraphModel,
  state: GraphState,
  save: (kind: 'svg' | 'png' | 'svg for print') => void,
): readonly MenuItem[] {
  const hasParts = [...model.nodes].some(({ parent, children }) => parent && children.length > 0);
  const folds: readonly MenuItem[] = hasParts
    ? [
        { label: 'Open All Nodes', run: () => state.setAllOpen(true) },
        { label: 'Close All Nodes', run: () => state.setAllOpen(false) },
      ]
    : [];
  return [
    ...folds,
    { label: 'Save as SVG…', run: () => save('svg'), beginsGroup: hasParts },
    { label: 'Save as SVG for Print…', run: () => save('svg for print') },
    { label: 'Save as PNG…', run: () => save('png') },
  ];
}
