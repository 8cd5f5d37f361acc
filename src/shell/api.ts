/** What `activate` returns: the parts that the tests in the extension host look into. Not an API for other extensions. */
import type { Source } from '../core/source';
import type { GraphPanels } from './panels/graphPanels';
import type { RunPanels } from './panels/runPanels';
import type { RunLinks } from './runLinks';
import type { StoredSecrets } from './secrets/storedSecrets';
import type { ExperimentTree } from './tree/experimentTree';
import type { TreeLook } from './tree/treeLook';

export interface SidelabApi {
  readonly source: Source;
  readonly tree: ExperimentTree;
  readonly look: TreeLook;
  readonly panels: RunPanels;
  readonly graphs: GraphPanels;
  readonly secrets: StoredSecrets;
  readonly links: RunLinks;
}
