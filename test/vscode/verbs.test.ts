import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Run } from '../../src/model/run';
import type { SidelabApi } from '../../src/shell/api';
import type { ExperimentNode, RunNode, TreeNode } from '../../src/shell/tree/nodes';
import { answering } from './support/answers';
import { activated, cancelAll, submit, untilStatus, writeRunFile } from './support/extension';
import { until } from './support/waiting';

/** By its shape: the tests' bundle has classes of its own. */
const isRunNode = (node: TreeNode): node is RunNode => 'run' in node;
const isExperimentNode = (node: TreeNode): node is ExperimentNode => 'experiment' in node;

describe('the verbs for runs that are there', () => {
  let api: SidelabApi;

  before(async () => (api = await activated()));
  beforeEach(async () => {
    await cancelAll(api);
    for (const { id } of await api.source.experiments()) await api.source.delete({ experimentId: id });
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('sidelab.resumeQueue');
    await cancelAll(api);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const terminal of vscode.window.terminals) terminal.dispose();
  });

  const ended = async (name: string, more: object = {}): Promise<Run> => {
    const uri = await writeRunFile(`${name}.run.json`, { experiment: 'verbs', name, command: ['true'], ...more });
    const run = await submit(uri);
    await untilStatus(api, run, 'completed');
    return run;
  };
  const now = async ({ id }: Run): Promise<Run> => (await api.source.run(id)).run;
  const rows = async (): Promise<TreeNode[]> => {
    const tops = await api.tree.getChildren();
    return [...tops, ...(await Promise.all(tops.map(async (node) => api.tree.getChildren(node)))).flat()];
  };
  const rowOf = async ({ id, name }: Run, is: (run: Run) => boolean = () => true): Promise<RunNode> =>
    until(`the row of ${name}`, async () => {
      const found = (await rows()).filter(isRunNode).find(({ run }) => run.id === id);
      return found && is(found.run) && found;
    });
  const isGone = async ({ id, name }: Run): Promise<void> => {
    await until(`${name} to be gone`, async () => !(await rows()).filter(isRunNode).some(({ run }) => run.id === id));
  };
  const command = async (name: string, ...args: unknown[]): Promise<void> => {
    await vscode.commands.executeCommand(`sidelab.${name}`, ...args);
  };
  const names = async (): Promise<string[]> => (await api.source.runs({ limit: 1000 })).runs.map(({ name }) => name);

  it('renames a run, and says at the box what is wrong with a name', async () => {
    const run = await ended('before');
    await command('openRun', run.id);
    await answering({ texts: ['after'] }, async (asked) => {
      await command('renameRun', await rowOf(run));
      assert.equal(asked.proposed, 'before');
      assert.match(String(asked.problemOf(' ')), /cannot be empty/);
      assert.match(String(asked.problemOf('n'.repeat(10_000))), /200 characters at most; this one has 10,000/);
      assert.equal(asked.problemOf('good'), undefined);
    });
    assert.equal(api.tree.getTreeItem(await rowOf(run, ({ name }) => name === 'after')).label, 'after');
    await until('the panel to follow', () => vscode.window.tabGroups.activeTabGroup.activeTab?.label === 'after');
    // Given up, and of several at once.
    await answering({}, async () => command('renameRun', run.id));
    const other = await rowOf(await ended('other'));
    const both = [await rowOf(run), other];
    await answering({ texts: ['both'] }, async ({ said }) => {
      await command('renameRun', other, both);
      assert.match(said.join(), /^Runs are renamed one at a time; 2 are selected\.$/);
    });
    assert.deepEqual(await names(), ['other', 'after']);
  });

  it('marks the tags that several runs share, adds and removes, and leaves the others', async () => {
    const [a, b] = [await ended('a', { tags: ['x', 'only-a'] }), await ended('b', { tags: ['x'] })];
    const both = [await rowOf(a), await rowOf(b)];
    await answering({ picks: [['$(add) Another Tag…']], texts: ['new, newer'] }, async (asked) => {
      await command('editTags', both[0], both);
      assert.deepEqual([...asked.offered].sort(), ['$(add) Another Tag…', '*x', 'only-a'].sort());
      assert.match(String(asked.problemOf(' , ')), /cannot be empty/);
    });
    assert.deepEqual((await now(a)).tags, ['only-a', 'new', 'newer']);
    assert.deepEqual((await now(b)).tags, ['new', 'newer']);
    await answering({ picks: [undefined] }, async () => command('editTags', a.id));
    assert.equal((await now(a)).tags.length, 3);
  });

  it('keeps a note with its lines, and refuses one that is too long where it is typed', async () => {
    const run = await ended('noted');
    await answering({ texts: ['one⏎two'] }, async (asked) => {
      await command('editNote', run.id);
      assert.match(String(asked.problemOf('n'.repeat(10_001))), /10,000 characters at most/);
    });
    assert.equal((await now(run)).note, 'one\ntwo');
    const row = await rowOf(run, ({ note }) => note !== undefined);
    const { tooltip } = api.tree.resolveTreeItem(api.tree.getTreeItem(row), row);
    assert.match((tooltip as vscode.MarkdownString).value, /Note: one/);
    await answering({ texts: [''] }, async (asked) => {
      await command('editNote', row);
      assert.equal(asked.proposed, 'one⏎two');
    });
    assert.equal((await now(run)).note, undefined);
  });

  it('moves runs to an experiment that is there or is made, and its row goes with the last run', async () => {
    const [a, b] = [await ended('a'), await ended('b')];
    const both = [await rowOf(a), await rowOf(b)];
    await answering({ texts: ['elsewhere'] }, async (asked) => {
      await command('moveRuns', both[0], both);
      assert.match(String(asked.problemOf('')), /cannot be empty/);
    });
    await until('the rows to be there', async () => {
      const tops = (await api.tree.getChildren()).filter(isExperimentNode);
      return tops.map(({ experiment }) => `${experiment.name} ${experiment.runCount}`).join() === 'elsewhere 2';
    });
    const moved = await rowOf(a, ({ experiment }) => experiment === 'elsewhere');
    const third = await ended('third');
    await answering({ picks: [['elsewhere']] }, async () => command('moveRuns', third.id));
    assert.equal((await now(third)).experiment, 'elsewhere');
    assert.equal(moved.parent, (await rowOf(b)).parent);
  });

  it('pins and unpins, and the row says so', async () => {
    const run = await ended('pinned');
    await command('pinRun', await rowOf(run));
    const item = api.tree.getTreeItem(await rowOf(run, ({ pinned }) => pinned === true));
    assert.match(String(item.description), /^★ completed/);
    assert.match(item.accessibilityInformation?.label ?? '', /^Run pinned, pinned, completed/);
    assert.match(String(item.contextValue), /\bchangeable;pinned;movable;deletable;/);
    await command('unpinRun', run.id);
    assert.match(String(api.tree.getTreeItem(await rowOf(run, ({ pinned }) => !pinned)).description), /^completed/);
  });

  it('deletes several runs at once, and brings them back when asked to', async () => {
    const some = [await ended('a'), await ended('b'), await ended('kept')];
    const [a, b] = [await rowOf(some[0] as Run), await rowOf(some[1] as Run)];
    await answering({ buttons: ['Undo'] }, async ({ said }) => {
      await command('deleteRuns', a, [a, b]);
      await until('the undo', async () => (await names()).length === 3);
      assert.deepEqual(said, ['2 runs were deleted.']);
    });
    await rowOf(some[0] as Run);
    await answering({}, async ({ said }) => {
      await command('deleteRuns', a.run.id);
      assert.deepEqual(said, ['The run "a" was deleted.']);
    });
    await isGone(some[0] as Run);
    assert.deepEqual(await names(), ['kept', 'b']);
    // Once more, by a row that is still there in another window.
    await answering({}, async () => command('deleteRuns', a));
    await answering({ texts: ['late'] }, async ({ said }) => {
      await command('renameRun', a);
      assert.match(said.join(), /There is no run \w{16}\. It may have been deleted\./);
    });
    await answering({ picks: [['a']] }, async ({ said }) => {
      await command('undeleteRuns');
      assert.deepEqual(said, ['Restore Deleted Runs']);
    });
    await rowOf(some[0] as Run);
  });

  it('does not delete what is active, and asks before it deletes many', async () => {
    const active = await submit(
      await writeRunFile('active.run.json', { experiment: 'verbs', name: 'active', command: ['sleep', '60'] }),
    );
    await untilStatus(api, active, 'running');
    const done = await ended('done');
    await answering({}, async ({ said }) => {
      await command('deleteRuns', active.id);
      assert.match(said.join(), /^The run "active" is running: it cannot be deleted before it has ended\. Cancel it/);
    });
    const both = [await rowOf(active, ({ status }) => status === 'running'), await rowOf(done)];
    await answering({}, async ({ said }) => {
      await command('deleteRuns', both[0], both);
      assert.deepEqual(said, [
        'The run "done" was deleted.',
        '1 of 2 runs were not deleted: they have not ended, or are parts of others.',
      ]);
    });
    await api.source.cancel(active.id);
    await untilStatus(api, active, 'cancelled');
    for (let i = 0; i < 21; i += 1) {
      const content = { experiment: 'many', name: `n${i}`, command: ['true'], reuse: false };
      await submit(await writeRunFile('many.run.json', content));
    }
    const experiment = await until('the experiment to have ended', async () =>
      (await rows()).filter(isExperimentNode).find((row) => {
        const { name, runCount, activeCount } = row.experiment;
        return name === 'many' && runCount === 21 && activeCount === 0;
      }),
    );
    assert.equal(api.tree.getTreeItem(experiment).contextValue, 'experiment;deletable;');
    await answering({}, async ({ said }) => {
      await command('deleteRuns', experiment);
      assert.deepEqual(said, ['Delete 21 runs?']);
    });
    assert.ok((await names()).includes('n0'));
    await answering({ buttons: ['Delete'] }, async ({ said }) => {
      await command('deleteRuns', experiment);
      assert.equal(said[1], 'The experiment "many" was deleted with 21 runs.');
    });
    await until('its row to be gone', async () => !(await rows()).includes(experiment));
    assert.deepEqual(await names(), ['active']);
  });

  it('cancels all that waits, after a question, and leaves what runs', async () => {
    await answering({}, async ({ said }) => {
      await command('cancelPending');
      assert.deepEqual(said, ['No run is waiting to start.']);
    });
    const file = (name: string): object => ({ experiment: 'verbs', name, command: ['sleep', '60'] });
    const running = await submit(await writeRunFile('running.run.json', file('running')));
    await untilStatus(api, running, 'running');
    await command('pauseQueue');
    const waiting = [
      await submit(await writeRunFile('one.run.json', file('one'))),
      await submit(await writeRunFile('two.run.json', file('two'))),
    ];
    await answering({}, async () => command('cancelPending'));
    assert.equal((await now(waiting[0] as Run)).status, 'queued');
    await answering({ buttons: ['Cancel Runs'] }, async ({ said }) => {
      await command('cancelPending');
      assert.deepEqual(said, ['Cancel 2 runs that wait to start?', '2 waiting runs were cancelled.']);
    });
    for (const run of waiting) assert.equal((await now(run)).status, 'cancelled');
    assert.equal((await now(running)).status, 'running');
    await assert.rejects(api.source.cancel(running.id, { unlessStarted: true }), /The run running has started\./);
  });

  it('copies parameters, commands and links, of several too', async () => {
    const parameters = { big: 1, text: 'a' };
    const a = await ended('a', { command: ['node', '-e', "console.log('its')", '--', 'a b'], parameters });
    const b = await ended('b', { parameters: {} });
    const copied = async (name: string, ...args: unknown[]): Promise<string> => {
      await vscode.env.clipboard.writeText('');
      await command(name, ...args);
      return vscode.env.clipboard.readText();
    };
    assert.equal(await copied('copyParameters', a.id), '{\n  "big": 1,\n  "text": "a"\n}');
    const both = [await rowOf(a), await rowOf(b)];
    assert.deepEqual(JSON.parse(await copied('copyParameters', both[0], both)), [parameters, {}]);
    const line = await copied('copyCommand', a.id);
    assert.match(line, /node -e 'console\.log\('\\''its'\\''\)' -- 'a b'$/);
    assert.equal((await copied('copyLink', both[0], both)).split('\n').length, 2);
    assert.match(await copied('copyLink', a.id), new RegExp(`^[\\w-]+://sidelab\\.sidelab/run/${a.id}$`));
    const graph = await ended('graph', { command: undefined, tasks: { t: { command: ['true'] } } });
    await answering({}, async ({ said }) => {
      assert.equal(await copied('copyCommand', graph.id), '');
      assert.match(said.join(), /^What is made of runs has no command of its own\./);
    });
  });

  it('opens a terminal in the folder of a run', async () => {
    const run = await ended('folder');
    await command('openRunTerminal', run.id);
    const terminal = vscode.window.terminals.find(({ name }) => name === 'folder');
    const options = terminal?.creationOptions as vscode.TerminalOptions | undefined;
    assert.equal(options?.cwd, (await api.source.run(run.id)).outputs);
  });

  it('shows the run that a link names, and nothing for any other link', async () => {
    const run = await ended('linked');
    await vscode.env.clipboard.writeText('');
    await command('copyLink', run.id);
    const link = vscode.Uri.parse(await vscode.env.clipboard.readText(), true);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await api.links.handleUri(link.with({ query: 'command=workbench.action.quit', fragment: 'x' }));
    await until('the panel', () => vscode.window.tabGroups.activeTabGroup.activeTab?.label === 'linked');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const refused = async (path: string): Promise<string> =>
      answering({}, async ({ said }) => {
        await api.links.handleUri(link.with({ path }));
        return said.join();
      });
    const unknown = 'a'.repeat(16);
    assert.match(await refused(`/run/${unknown}`), /^The link leads to the run a{16}, which is not known here\./);
    for (const path of [
      '',
      '/',
      '/run',
      '/run/',
      `/run/${run.id}/delete`,
      `/delete/${run.id}`,
      '/run/../../etc/passwd',
    ]) {
      assert.equal(await refused(path), 'The link to Sidelab names no run.', path);
    }
    assert.equal(await refused(`/run/${'<b>'.repeat(50_000)}`), 'The link to Sidelab names no run.');
    await api.source.delete({ runs: [run.id] });
    assert.match(await refused(`/run/${run.id}`), /not known here\. It may have been deleted/);
    assert.equal(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).length, 0);
  });
});
