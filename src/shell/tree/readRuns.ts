/** Reads the runs of a row from its source: the next page, or as many as were loaded before. */
import type { Run } from '../../model/run';
import { type OrderKey, orderKeyOf, type RunPlaceInOrder } from '../../model/runOrder';
import { inOrderOfFile, type ListLook } from './listLook';
import { RunNode, type RunsNode } from './nodes';
import type { PlacedPage, PlacedRun } from './runPages';

export const pageSize = 100;

/** The port's largest page: reloading what was loaded before takes no more requests than needed. */
const largestPage = 1000;

/** `key` where the source has told it: where the run is in the order. */
export function placed(node: RunsNode, run: Run, look: ListLook, key?: OrderKey): PlacedRun {
  const isPart = node instanceof RunNode;
  const known = isPart ? orderKeyOf(run, inOrderOfFile) : (key ?? orderKeyOf(run, look.order));
  const place = { pinned: !isPart && run.pinned === true, key: known ?? 0, sequence: run.sequence };
  return { run, place };
}

export const readNextRuns = async (node: RunsNode, look: ListLook): Promise<PlacedPage> =>
  readPage(node, look, pageSize, node.pages.last);

export async function readRunsAgain(node: RunsNode, look: ListLook): Promise<PlacedPage> {
  const wanted = Math.max(pageSize, node.pages.holders.length);
  const runs: PlacedRun[] = [];
  let page: PlacedPage;
  do {
    page = await readPage(node, look, Math.min(largestPage, wanted - runs.length), runs.at(-1)?.place);
    runs.push(...page.runs);
  } while (page.more && runs.length < wanted);
  return { runs, more: page.more };
}

/** `after`: where the last one is that is there. */
async function readPage(
  node: RunsNode,
  look: ListLook,
  limit: number,
  after: RunPlaceInOrder | undefined,
): Promise<PlacedPage> {
  if (node instanceof RunNode) {
    const { runs, more } = await node.source.children(node.run.id, { limit, ...(after && { after: after.sequence }) });
    return { runs: runs.map((run) => placed(node, run, look)), more };
  }
  const { order, filter, grouping } = look;
  const group = { by: grouping, key: node.group.key };
  const { runs, keys, more } = await node.source.page({ order, filter, group, limit, ...(after && { after }) });
  return { runs: runs.map((run, at) => placed(node, run, look, keys[at])), more };
}
