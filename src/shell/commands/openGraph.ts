/** Open Graph: the graph of a run made of runs, or the one that a task is in, with that task selected. */
import { l10n } from 'vscode';
import type { Source } from '../../core/source';
import type { Run } from '../../model/run';
import type { GraphPanels } from '../panels/graphPanels';
import type { RunTargets } from './runTargets';

export async function openGraph(targets: RunTargets, graphs: GraphPanels, argument: unknown): Promise<void> {
  const given = await targets.given(argument);
  const target = given ? given[0] : await targets.pickGraph(l10n.t('Open Graph'));
  if (!target) return;
  const { source, run } = target;
  const top = await topOf(source, run);
  await graphs.openRun(source, top, {
    // As with runs: arrow keys go on in the tree.
    preserveFocus: argument !== undefined,
    beside: false,
    ...(top.id === run.id ? {} : { select: run.id }),
  });
}

/** The run at the top of the tree that a run is in. */
async function topOf(source: Source, run: Run): Promise<Run> {
  return run.parentId === undefined ? run : topOf(source, (await source.run(run.parentId)).run);
}
