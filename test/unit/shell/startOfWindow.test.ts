import assert from 'node:assert/strict';
import { build, type Metafile } from 'esbuild';
import { root } from '../../workbench/paths.mjs';

const entry = 'src/extension.ts';

/**
 * Of the folders whose code mostly waits for its first use, the files that each window evaluates. The list only shrinks: what is not on
 * it comes by `await import(…)` where it is used, as in `commandTable.ts`.
 */
const fromTheStart = [
  'src/core/compare/comparison.ts',
  'src/core/launcher/launcherScripts.ts',
  'src/core/runFiles/environment.ts',
  'src/core/runFiles/runFilePath.ts',
  'src/core/runs/tasks.ts',
  'src/core/secrets/knownSecrets.ts',
  'src/core/sources/engine/callTimes.ts',
  'src/core/sources/engine/engineLink.ts',
  'src/core/sources/engine/engineProcess.ts',
  'src/core/sources/engine/engineSource.ts',
  'src/core/sources/engine/follows.ts',
  'src/core/sources/engine/installEngine.ts',
  'src/core/sources/engine/processEnd.ts',
  'src/core/sources/engine/startEngine.ts',
  'src/protocol/engineAddress.ts',
  'src/protocol/lensCommands.ts',
  'src/shell/commands/commandTable.ts',
  'src/shell/commands/panelFiles.ts',
  'src/shell/commands/registerCommands.ts',
  'src/shell/commands/runTargets.ts',
  'src/shell/log/followedEnds.ts',
  'src/shell/log/logAddress.ts',
  'src/shell/log/logColours.ts',
  'src/shell/log/logDocuments.ts',
  'src/shell/log/logFiles.ts',
  'src/shell/panels/graphPanels.ts',
  'src/shell/panels/panelHtml.ts',
  'src/shell/panels/panelPage.ts',
  'src/shell/panels/panelSet.ts',
  'src/shell/panels/runPanels.ts',
  'src/shell/runFiles/dryRunDocuments.ts',
  'src/shell/runFiles/knownCapacity.ts',
  'src/shell/runFiles/knownHistory.ts',
  'src/shell/runFiles/knownNames.ts',
  'src/shell/runFiles/runFileLanguage.ts',
];
const watched = /^src\/(code|core|protocol|shell\/(commands|debug|log|newRunFile|panels|runFiles))\//;
const packagesFromTheStart = ['@sinclair/typebox', '@sinclair/typebox/value', 'vscode'];

const bundled = async () =>
  build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    minifyWhitespace: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'cjs',
    packages: 'external',
    logLevel: 'silent',
  });

/** What is evaluated as soon as the entry is, each with the file that imports it. */
function evaluatedFromTheStart(metafile: Metafile): ReadonlyMap<string, string> {
  const importers = new Map([[entry, '']]);
  for (const file of importers.keys()) {
    for (const imported of importsOf(metafile, file)) if (!importers.has(imported)) importers.set(imported, file);
  }
  return importers;
}

const importsOf = ({ inputs }: Metafile, file: string): readonly string[] =>
  (inputs[file]?.imports ?? []).filter(({ kind }) => kind !== 'dynamic-import').map(({ path }) => path);

describe('the start of a window', () => {
  let bundle: Awaited<ReturnType<typeof bundled>>;
  before(async () => (bundle = await bundled()));

  it('evaluates no code that waits for its first use', () => {
    const importers = evaluatedFromTheStart(bundle.metafile);
    const chain = (file: string): string => (file === '' ? '' : `${file} < ${chain(importers.get(file) ?? '')}`);
    const found = [...importers.keys()].filter((file) => watched.test(file)).sort();
    const added = found.filter((file) => !fromTheStart.includes(file));
    const gone = fromTheStart.filter((file) => !found.includes(file));
    assert.deepEqual({ added: added.map(chain), gone }, { added: [], gone: [] });
  });

  it('evaluates no package but the one that schemas are written with', () => {
    const packages = [...evaluatedFromTheStart(bundle.metafile).keys()]
      .filter((name) => !/^(src\/|node:)/.test(name))
      .sort();
    assert.deepEqual(packages, packagesFromTheStart);
  });

  it('is read as a text of one byte a letter', () => {
    const text = bundle.outputFiles.map((file) => file.text).join('');
    // esbuild escapes other letters in texts, but not in patterns: there, write them as \u….
    const others = [...text.matchAll(/.{0,40}[^\0-\x7f].{0,40}/g)].map(([near]) => near);
    assert.deepEqual(others, []);
  });
});
