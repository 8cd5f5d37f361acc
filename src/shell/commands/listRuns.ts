/** Group By…, Sort By…, All Runs and This Workspace: how the Experiments view is looked at. */
import { l10n, type QuickPickItem, window } from 'vscode';
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
    description: look.state.grouping === grouping ? l10n.t('now') : '',
    value: grouping,
  }));
  const chosen = await window.showQuickPick(choices, {
    title: l10n.t('Group Runs By'),
    placeHolder: l10n.t('What to group runs by'),
  });
  if (chosen) await look.change({ grouping: chosen.value });
}

export async function sortRuns(look: TreeLook, sources: readonly Source[]): Promise<void> {
  const now = orderName(look.state.order);
  const choices: Choice<RunOrder | 'parameter'>[] = [
    ...runSorts.map((by) => ({
      label: sortNames[by],
      description: sortNames[by] === now ? l10n.t('now') : '',
      value: { by } as const,
    })),
    {
      label: l10n.t('Parameter…'),
      description:
        look.state.order.by === 'parameter'
          ? l10n.t({ message: 'now {0}', args: [now], comment: '{0} is an order, such as "lr, Highest First"' })
          : '',
      value: 'parameter',
    },
  ];
  const chosen = await window.showQuickPick(choices, {
    title: l10n.t('Sort Runs By'),
    placeHolder: l10n.t('What to sort runs by; favourites stay first'),
  });
  const order = chosen?.value === 'parameter' ? await pickParameter(sources) : chosen?.value;
  if (order) await look.change({ order });
}

async function pickParameter(sources: readonly Source[]): Promise<RunOrder | undefined> {
  const words = await Promise.all(sources.map(async (source) => source.filterWords()));
  const paths = [...new Set(words.flatMap(({ parameters }) => parameters.map(([path]) => path)))];
  if (paths.length === 0) throw new Failure('NotFound', l10n.t('No run has a parameter yet.'));
  const choices = paths.flatMap((path) =>
    [false, true].map((descending): Choice<RunOrder> => {
      const value: RunOrder = { by: 'parameter', path, descending };
      return { label: orderName(value), value };
    }),
  );
  return (
    await window.showQuickPick(choices, { title: l10n.t('Sort Runs By'), placeHolder: l10n.t('Name of a parameter') })
  )?.value;
}

export async function showRunsOf(look: TreeLook, scope: 'workspace' | 'all'): Promise<void> {
  await look.ready();
  if (scope === 'workspace' && look.scope === 'none') {
    throw new Failure('NotFound', l10n.t('No folder is open in this window: all runs are shown.'), {
      hint: l10n.t('Open a folder to see the runs that come from it.'),
    });
  }
  await look.change({ scope });
}
