import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Run } from '../../src/model/run';
import type { SidelabApi } from '../../src/shell/api';
import type { GroupNode, RunNode, TreeNode } from '../../src/shell/tree/nodes';
import { answering } from './support/answers';
import { activated, cancelAll, submit, untilStatus, writeRunFile } from './support/extension';
import { until } from './support/waiting';

/** By its shape: the tests' bundle has classes of its own. */
const isRunNode = (node: TreeNode): node is RunNode => 'run' in node;
const isGroupNode = (node: TreeNode): node is GroupNode => 'group' in node;

describe('the Experiments view as it is looked at', () => {
  let api: SidelabApi;

  before(async () => {
    api = await activated();
    await cancelAll(api);
    for (const { id } of await api.source.experiments()) await api.source.delete({ experimentId: id });
    await ended('one', { tags: ['base'], parameters: { lr: 0.1 } });
    await ended('two', { parameters: { lr: 1 } });
    await ended('three', { experiment: 'other', tags: ['base', 'late'], command: ['false'] }, 'failed');
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('sidelab.clearFilter');
    await api.look.change({ grouping: 'experiment', order: { by: 'newest' } });
    await vscode.commands.executeCommand('sidelab.showAllRuns');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  const ended = async (name: string, more: object, status: Run['status'] = 'completed'): Promise<Run> => {
    const file = await writeRunFile(`${name}.run.json`, { experiment: 'tour', name, command: ['true'], ...more });
    const run = await submit(file);
    await untilStatus(api, run, status);
    return run;
  };
  const command = async (name: string, ...args: unknown[]): Promise<void> => {
    await vscode.commands.executeCommand(`sidelab.${name}`, ...args);
  };
  /** Labels of all rows, those of a group in brackets behind it. */
  const shown = async (): Promise<string> => {
    const said: string[] = [];
    for (const node of await api.tree.getChildren()) {
      const inside = isGroupNode(node) ? await api.tree.getChildren(node) : [];
      const names = inside.map((row) => (isRunNode(row) ? row.run.name : row.id)).join();
      const { label } = api.tree.getTreeItem(node);
      said.push((typeof label === 'string' ? label : '') + (isGroupNode(node) ? `[${names}]` : ''));
    }
    return said.join(' ');
  };
  const untilShown = async (expected: string): Promise<void> => {
    let now = '';
    await until(`the view to show ${expected}`, async () => (now = await shown()) === expected).catch(
      (error: unknown) => {
        throw new Error(`The view shows ${now}.`, { cause: error });
      },
    );
  };

  it('groups by what is chosen, and says which', async () => {
    await untilShown('other[three] tour[two,one]');
    await answering({ picks: [['Status']] }, async (asked) => {
      await command('groupRuns');
      assert.deepEqual(asked.offered, ['Experiment', 'Status', 'Tag', 'Day', 'Folder', 'Workspace', 'Nothing']);
    });
    await untilShown('failed[three] completed[two,one]');
    await answering({ picks: [['Tag']] }, async () => command('groupRuns'));
    await untilShown('base[three,one] late[three] no tag[two]');
    await answering({ picks: [['Day']] }, async () => command('groupRuns'));
    await untilShown('Today[three,two,one]');
    await answering({ picks: [['Nothing']] }, async () => command('groupRuns'));
    await untilShown('three two one');
    // Given up.
    await answering({ picks: [undefined] }, async () => command('groupRuns'));
    await untilShown('three two one');
    const [row] = await api.tree.getChildren();
    assert.equal(row && api.tree.getParent(row), undefined);
  });

  it('sorts by what is chosen, parameters too', async () => {
    await api.look.change({ grouping: 'none' });
    await answering({ picks: [['Name']] }, async () => command('sortRuns'));
    await untilShown('one three two');
    await answering({ picks: [['Oldest First']] }, async () => command('sortRuns'));
    await untilShown('one two three');
    await answering({ picks: [['Parameter…'], ['lr, Highest First']] }, async () => command('sortRuns'));
    await untilShown('two one three');
    await answering({ picks: [['Parameter…'], undefined] }, async () => command('sortRuns'));
    await untilShown('two one three');
    const [two] = (await api.tree.getChildren()).filter(isRunNode).filter(({ run }) => run.name === 'three');
    await command('pinRun', two);
    await untilShown('three two one');
    await command('unpinRun', two);
    await untilShown('two one three');
  });

  it('filters by a line, follows what changes, and keeps the line', async () => {
    await command('filterRuns', 'lr>0.5');
    await untilShown('tour[two]');
    const [tour] = await api.tree.getChildren();
    assert.ok(tour);
    assert.equal(api.tree.getTreeItem(tour).description, '1 of 2 runs');
    assert.doesNotMatch(
      String(api.tree.getTreeItem(tour).contextValue),
      /deletable/,
      'of what is not shown nothing is deleted',
    );
    const late = await ended('four', { parameters: { lr: 3 } });
    await untilShown('tour[four,two]');
    await ended('five', { parameters: { lr: 0 } });
    await api.source.delete({ runs: [late.id] });
    await untilShown('tour[two]');
    assert.equal(api.look.state.filterText, 'lr>0.5');
    await command('filterRuns', 'tag:ba*,x -status:failed');
    await untilShown('tour[one]');
    await command('clearFilter');
    await untilShown('tour[five,two,one] other[three]');
    const five = (await api.source.run('five')).run;
    await api.source.delete({ runs: [five.id] });
    await untilShown('other[three] tour[two,one]');
  });

  it('refuses a line that is no filter, and leaves the view as it is', async () => {
    await command('filterRuns', 'is:pinned');
    await untilShown('');
    await answering({}, async ({ said }) => {
      await command('filterRuns', 'status:faild');
      assert.match(said.join(), /There is no status “faild”/);
    });
    assert.equal(api.look.state.filterText, 'is:pinned');
  });

  it('shows the runs of the open folder, and all in one step', async () => {
    const cwd = (await api.source.run('two')).cwd;
    const elsewhere = await api.source.submit({
      runId: 'elsewhereaaaaaaa' as never,
      experiment: 'tour',
      name: 'elsewhere',
      tags: [],
      metadataJson: '{}',
      parametersJson: '{}',
      command: ['true'],
      cwd: '/',
      environment: [],
      retries: 0,
    });
    await untilStatus(api, elsewhere, 'completed');
    await untilShown('tour[elsewhere,two,one] other[three]');
    await command('showWorkspaceRuns');
    assert.equal(api.look.scope, 'workspace');
    await untilShown('other[three] tour[two,one]');
    await command('showAllRuns');
    await untilShown('tour[elsewhere,two,one] other[three]');
    assert.ok(cwd !== '/');
    await api.source.delete({ runs: [elsewhere.id] });
  });
});
