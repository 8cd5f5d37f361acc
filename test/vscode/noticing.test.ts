import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Run } from '../../src/model/run';
import type { SidelabApi } from '../../src/shell/api';
import { type Asked, answering } from './support/answers';
import { activated, cancelAll, submit, untilStatus, writeRunFile } from './support/extension';
import { until } from './support/waiting';

const settings = ['after', 'failed', 'pinned', 'digest'].map((name) => `sidelab.notify.${name}`);
const set = async (name: string, value: unknown): Promise<void> =>
  vscode.workspace.getConfiguration().update(`sidelab.notify.${name}`, value, vscode.ConfigurationTarget.Global);
const get = (name: string): unknown => vscode.workspace.getConfiguration().get(`sidelab.notify.${name}`);

describe('messages about ends of runs', () => {
  let api: SidelabApi;
  let count = 0;
  before(async () => (api = await activated()));
  afterEach(async () => {
    for (const key of settings) {
      await vscode.workspace.getConfiguration().update(key, undefined, vscode.ConfigurationTarget.Global);
    }
    await cancelAll(api);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  const start = async (command: string[], name = `ends-${++count}`): Promise<Run> =>
    submit(await writeRunFile(`${name}.run.json`, { experiment: 'ends', name, command }));
  const message = async ({ messages }: Asked, about: RegExp): Promise<{ text: string; buttons: readonly string[] }> =>
    until(`a message like ${about}`, () => messages.find(({ text }) => about.test(text)));
  /** Ends are told in their order: when this one is told, those before were, or never will be. */
  const lastWord = async (asked: Asked): Promise<void> => {
    await start(['false'], `last-word-${++count}`);
    await message(asked, new RegExp(`last-word-${count}`));
  };

  it('say why a run failed, and lead to why, panel, output and another attempt', async () => {
    await answering({}, async (asked) => {
      const run = await start(['sh', '-c', 'exit 3']);
      const { text, buttons } = await message(asked, new RegExp(run.name));
      assert.equal(text, `Run "${run.name}" failed: exit code 3.`);
      assert.deepEqual(buttons, ['Explain', 'Open', 'Output', 'Retry', 'Don’t Show Again']);
    });
  });

  it('try a run again from there', async () => {
    const run = await answering({ buttons: ['Retry'] }, async (asked) => {
      const started = await start(['sh', '-c', 'test $SIDELAB_ATTEMPT = 2']);
      await message(asked, new RegExp(started.name));
      await until('the second attempt to end well', async () => {
        const { run, attempts } = await api.source.run(started.id);
        return attempts.length === 2 && run.status === 'completed';
      });
      return started;
    });
    assert.equal((await api.source.run(run.id)).attempts.length, 2);
  });

  it('come of short runs only when they failed, or are pinned', async () => {
    await answering({}, async (asked) => {
      const short = await start(['true']);
      await untilStatus(api, short, 'completed');
      const pinned = await start(['sh', '-c', 'while [ ! -e pinned-may-end ]; do sleep 0.05; done']);
      await api.source.change([pinned.id], { pinned: true });
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await writeRunFile('pinned-may-end', '');
      const { text } = await message(asked, new RegExp(pinned.name));
      assert.match(text, new RegExp(`^Run "${pinned.name}" completed after \\d+ s\\.$`));
      assert.equal(
        asked.messages.some(({ text }) => text.includes(short.name)),
        false,
      );
    });
  });

  it('do not come of a run that completes while its panel is looked at', async () => {
    await set('after', 0);
    await answering({}, async (asked) => {
      const watched = await start(['sh', '-c', 'while [ ! -e watched-may-end ]; do sleep 0.05; done']);
      await until('its panel', () => vscode.window.tabGroups.activeTabGroup.activeTab?.label === watched.name);
      await writeRunFile('watched-may-end', '');
      await untilStatus(api, watched, 'completed');
      await lastWord(asked);
      assert.equal(
        asked.messages.some(({ text }) => text.includes(watched.name)),
        !vscode.window.state.focused,
      );
    });
  });

  it('come of a run that took as long as the setting says', async () => {
    await set('after', 0);
    await answering({}, async (asked) => {
      const run = await start(['sleep', '1']);
      // Nobody looks at its panel.
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      const { buttons } = await message(asked, new RegExp(`"${run.name}" completed`));
      assert.deepEqual(buttons, ['Open', 'Output', 'Don’t Show Again']);
    });
  });

  it('are one where several end together, which leads to each of them', async () => {
    await api.source.pauseQueue(true);
    const runs = [await start(['true']), await start(['false']), await start(['false'])];
    await set('after', 0);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const chosen = runs[0]?.name ?? '';
    await answering({ buttons: ['Open…'], picks: [[chosen]] }, async (asked) => {
      await api.source.pauseQueue(false);
      const { text, buttons } = await message(asked, /3 runs ended/);
      assert.match(text, /^3 runs ended: 1 completed, 2 failed \("ends-\d+", "ends-\d+"\)\.$/);
      assert.deepEqual(buttons, ['Open…', 'Output…', 'Retry Failed', 'Don’t Show Again']);
      // What failed stands first.
      assert.equal((await until('the list', () => asked.offered.length > 0 && asked.offered)).at(-1), chosen);
      await until('its panel', () =>
        vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ label }) => label === chosen)),
      );
    });
  });

  it('can be turned off by themselves, which says so and can be undone', async () => {
    await answering({ buttons: ['Don’t Show Again'] }, async (asked) => {
      await lastWord(asked);
      await message(asked, /tells no more of runs that failed/);
      await until('the setting to be off', () => get('failed') === false);
      const quiet = await start(['false']);
      await untilStatus(api, quiet, 'failed');
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await set('after', 0);
      // The panel of none of them is looked at.
      const next = await start(['sleep', '0.5']);
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await message(asked, new RegExp(`"${next.name}" completed`));
      assert.equal(
        asked.messages.some(({ text }) => text.includes(quiet.name)),
        false,
      );
    });
    await set('failed', undefined);
    await answering({ buttons: ['Don’t Show Again', 'Undo'] }, async (asked) => {
      await lastWord(asked);
      await message(asked, /tells no more/);
      await until('the setting to be back', () => get('failed') === true);
    });
  });

  it('survive settings that nobody can read', async () => {
    await set('after', 'soon');
    await answering({}, async (asked) => {
      await lastWord(asked);
    });
  });
});
