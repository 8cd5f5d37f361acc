import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import {
  commandIds,
  extensionId,
  graphPanelViewType,
  rowFlags,
  runPanelViewType,
  settingKeys,
  viewIds,
} from '../../../src/shell/ids';
import { findTexts } from '../../workbench/strings.mjs';

interface MenuEntry {
  readonly command: string;
  readonly when?: string;
}

interface Manifest {
  readonly publisher: string;
  readonly name: string;
  readonly keywords: readonly string[];
  readonly activationEvents: readonly string[];
  readonly contributes: {
    readonly commands: readonly { command: string; title: string; category: string; enablement?: string }[];
    readonly views: Readonly<Record<string, readonly { id: string; name: string }[]>>;
    readonly viewsContainers: { readonly activitybar: readonly { id: string }[] };
    readonly viewsWelcome: readonly { view: string; contents: string }[];
    readonly menus: Readonly<Record<string, readonly MenuEntry[]>>;
    readonly keybindings: readonly { command: string; key: string; mac?: string; when?: string }[];
    readonly configuration: {
      readonly properties: Readonly<
        Record<
          string,
          { readonly scope?: string; readonly description?: string; readonly markdownDescription?: string }
        >
      >;
    };
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly id: string;
        readonly description: string;
        readonly media: { readonly svg: string; readonly altText: string };
        readonly completionEvents: readonly string[];
      }[];
    }[];
  };
}

const plain = JSON.parse(readFileSync('package.json', 'utf8')) as unknown;
const texts: Readonly<Record<string, string>> = existsSync('package.nls.json')
  ? (JSON.parse(readFileSync('package.nls.json', 'utf8')) as Record<string, string>)
  : {};
/** With its texts, as VS Code reads it. */
const manifest = JSON.parse(JSON.stringify(plain), (_key, value: unknown) =>
  typeof value === 'string' && /^%.+%$/.test(value) ? texts[value.slice(1, -1)] : value,
) as Manifest;
const { contributes } = manifest;
const known = new Set<string>(Object.values(commandIds));
const sorted = (texts: Iterable<string>): string[] => [...texts].sort();

describe('the manifest', () => {
  it('contributes the commands that the code registers', () => {
    assert.deepEqual(sorted(contributes.commands.map(({ command }) => command)), sorted(known));
  });

  it('gives every command a title in one category', () => {
    for (const { title, category } of contributes.commands) {
      assert.equal(category, 'Sidelab');
      assert.match(title, /^[A-Z]/);
    }
  });

  it('contributes the views and settings that the code uses', () => {
    assert.deepEqual(
      contributes.viewsContainers.activitybar.map(({ id }) => id),
      [viewIds.container],
    );
    assert.deepEqual(
      contributes.views[viewIds.container]?.map(({ id }) => id),
      [viewIds.experiments],
    );
    assert.deepEqual(sorted(Object.keys(contributes.configuration.properties)), sorted(Object.values(settingKeys)));
  });

  it('names only commands that exist, in menus, keys and welcome texts', () => {
    const named = [
      ...Object.values(contributes.menus).flatMap((entries) => entries.map(({ command }) => command)),
      ...contributes.keybindings.map(({ command }) => command),
      ...contributes.viewsWelcome.flatMap(({ contents }) =>
        [...contents.matchAll(/command:(sidelab[\w.]+)/g)].map((match) => match[1] ?? ''),
      ),
    ];
    for (const command of named) assert.ok(known.has(command), command);
  });

  it('asks menus of rows for flags that rows can have', () => {
    const flags = new Set<string>(Object.values(rowFlags));
    for (const { when = '' } of contributes.menus['view/item/context'] ?? []) {
      const asked = [...when.matchAll(/viewItem =~ \/\\b(\w+);\//g)].map((match) => match[1] ?? '');
      assert.ok(asked.length > 0 && asked.every((flag) => flags.has(flag)), when);
    }
  });

  it('offers the graph of a run file wherever it offers to run one, also where nothing is run', () => {
    const of = (command: string): string[] =>
      sorted(
        Object.entries(contributes.menus).flatMap(([menu, entries]) =>
          entries.filter((entry) => entry.command === command).map(({ when }) => `${menu}: ${when ?? ''}`),
        ),
      );
    assert.deepEqual(of(commandIds.previewGraph), of(commandIds.submitRun));
  });

  it('has the name that links to runs have, and activates for them', () => {
    assert.equal(`${manifest.publisher}.${manifest.name}`, extensionId);
    assert.ok(manifest.activationEvents.includes('onUri'));
  });

  it('activates to bring panels back', () => {
    for (const type of [runPanelViewType, graphPanelViewType]) {
      assert.ok(manifest.activationEvents.includes(`onWebviewPanel:${type}`), type);
    }
  });

  it('disables what executes programs in untrusted workspaces', () => {
    const guarded = contributes.commands.filter(({ enablement }) => enablement === 'isWorkspaceTrusted');
    assert.deepEqual(sorted(guarded.map(({ command }) => command)), [
      commandIds.cancelPending,
      commandIds.cancelRun,
      commandIds.debugRun,
      commandIds.dryRun,
      commandIds.extendSweep,
      commandIds.holdRun,
      commandIds.pauseQueue,
      commandIds.releaseRun,
      commandIds.reproduceRun,
      commandIds.resumeQueue,
      commandIds.resumeRun,
      commandIds.retryOnward,
      commandIds.retryRun,
      commandIds.runNext,
      commandIds.stopSweep,
      commandIds.submitRun,
    ]);
  });

  it('has its commands told in the README, each in the table of commands', () => {
    const readme = readFileSync('README.md', 'utf8');
    const table = readme.slice(readme.indexOf('\n## Commands\n'), readme.indexOf('\n## Settings\n'));
    const told = [...table.matchAll(/^\|(.*?)\|/gm)].flatMap(([row]) =>
      [...row.matchAll(/_([^_]+)_/g)].map((m) => m[1]),
    );
    assert.deepEqual(sorted(told.map(String)), sorted(contributes.commands.map(({ title }) => title)));
  });

  it('offers a new run file where a Python file or a package.json is', () => {
    const offers = contributes.menus['explorer/context']?.find(({ command }) => command === commandIds.newRunFile);
    assert.equal(offers?.when, 'resourceExtname == .py || resourceFilename == package.json');
  });

  it('lets no workspace set what could execute something: such a setting is of the machine, or harmless', () => {
    const harmless = ['sidelab.openPanelOnSubmit'];
    const ofWorkspaces = Object.entries(contributes.configuration.properties).filter(
      ([, { scope }]) => scope !== 'machine' && scope !== 'application',
    );
    assert.deepEqual(
      ofWorkspaces.map(([name]) => name),
      harmless,
    );
  });

  it('gives each setting a default, and tells it with its scope in the README', () => {
    const readme = readFileSync('README.md', 'utf8');
    for (const [name, setting] of Object.entries(contributes.configuration.properties)) {
      assert.ok('default' in setting && (setting.description ?? setting.markdownDescription), name);
      const scope = setting.scope === 'application' ? 'user' : setting.scope;
      assert.match(readme, new RegExp(`\\| \`${name}\` +\\| [^|]+\\| ${scope} +\\|`), name);
    }
  });

  it('has pictures and commands for each step of its walkthrough', () => {
    for (const { steps } of contributes.walkthroughs) {
      for (const { id, description, media, completionEvents } of steps) {
        assert.ok(existsSync(media.svg) && media.altText !== '', id);
        assert.match(description, /\[[^\]]+\]\(command:[\w.]+/, id);
        const own = completionEvents
          .map((event) => event.replace('onCommand:', ''))
          .filter((each) => each.startsWith('sidelab.'));
        for (const command of own) assert.ok(known.has(command), command);
      }
    }
  });

  it('keeps every text that users read where translators find it: `npm run strings` moves it there', () => {
    const found = findTexts(plain).map(({ text }) => text);
    assert.deepEqual(
      found.filter((text) => !/^%.+%$/.test(text)),
      [],
    );
    assert.deepEqual(sorted(Object.keys(texts)), sorted(new Set(found.map((text) => text.slice(1, -1)))));
  });

  it('has as many keywords as the Marketplace takes', () => {
    assert.ok(manifest.keywords.length <= 30);
  });
});
