/** Group By…, Sort By…, All Runs and This Workspace: how the Experiments view is looked at. */
import { type QuickPickItem, window } from 'vscode';
import { Failure } from '../../base/failure';
import type { Source } from '../../core/source';
import { runGroupings } from '../../model/runGroups';
import { type RunOrder, runSorts } from '../../model/runOrder';
import { groupingNames, orderName, sortNames } from '../tree/describeLook';
import type { TreeLook } from '../tree/treeLook';

interface Choice<T> extends QuickPickItem {
  readonly value: T;
}

export async function groupRuns(look: TreeLook): Promise<void> {
  const choices = runGroupings.map((grouping) => ({
    label: groupingNames[grouping],
    description: look.state.grouping === grouping ? 'now' : '',
    value: grouping,
  }));
  const chosen = await window.showQuickPick(choices, { title: 'Group Runs By', placeHolder: 'What to group runs by' });
  if (chosen) await look.change({ grouping: chosen.value });
}

export async function sortRuns(look: TreeLook, sources: readonly Source[]): Promise<void> {
  const now = orderName(look.state.order);
  const choices: Choice<RunOrder | 'parameter'>[] = [
    ...runSorts.map((by) => ({
      label: sortNames[by],
      description: sortNames[by] === now ? 'now' : '',
      value: { by } as const,
    })),
    {
      label: 'Parameter…',
      description: look.state.order.by === 'parameter' ? `now ${now}` : '',
      value: 'parameter',
    },
  ];
  const chosen = await window.showQuickPick(choices, {
    title: 'Sort Runs By',
    placeHolder: 'What to sort runs by; favourites stay first',
  });
  const order = chosen?.value === 'parameter' ? await pickParameter(sources) : chosen?.value;
  if (order) await look.change({ order });
}

async function pickParameter(sources: readonly Source[]): Promise<RunOrder | undefined> {
  const words = await Promise.all(sources.map(async (source) => source.filterWords()));
  const paths = [...new Set(words.flatMap(({ parameters }) => parameters.map(([path]) => path)))];
  if (paths.length === 0) throw new Failure('NotFound', 'No run has a parameter yet.');
  const choices = paths.flatMap((path) =>
    [false, true].map((descending): Choice<RunOrder> => {
      const value: RunOrder = { by: 'parameter', path, descending };
      return { label: orderName(value), value };
    }),
  );
  return (await window.showQuickPick(choices, { title: 'Sort Runs By', placeHolder: 'Name of a parameter' }))?.value;
}

export async function showRunsOf(look: TreeLook, scope: 'workspace' | 'all'): Promise<void> {
  await look.ready();
  if (scope === 'workspace' && look.scope === 'none') {
    throw new Failure('NotFound', 'No folder is open in this window: all runs are shown.', {
      hint: 'Open a folder to see the runs that come from it.',
    });
  }
  await look.change({ scope });
}
