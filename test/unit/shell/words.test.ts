import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { untranslatedWords } from '../../support/untranslatedWords';
import { collectMessages, messageSources } from '../../workbench/messages.mjs';
import { bundleFile } from '../../workbench/strings.mjs';

/** What looks like words and is none of a translator's business: names, what is typed, what a bug's report has. */
const notForTranslators: Readonly<Record<string, readonly string[] | 'all'>> = {
  'src/extension.ts': ['Sidelab'],
  'src/shell/commands/filterRuns.ts': ['status:failed tag:baseline lr>0.1 text'],
  'src/shell/commands/outputPlaces.ts': ['stdout', 'stderr'],
  'src/shell/debug/startDebugging.ts': ['JavaScript Debugger', 'Python Debugger'],
  'src/shell/directTask.ts': ['Sidelab'],
  // The id of a language, by which themes and settings know it.
  'src/shell/ids.ts': ['Sidelab output'],
  'src/shell/log.ts': 'all',
  // The name of the run is read from the address again.
  'src/shell/log/logAddress.ts': [' (attempt ${address.attempt})'],
  'src/shell/log/logColours.ts': 'all',
  'src/shell/log/logLanguage.ts': ['Sidelab'],
  'src/shell/newRunFile/makeRunFile.ts': ['python train.py --lr 0.1 --model.width 256'],
  'src/shell/newRunFile/wish.ts': [
    '{ from: "scratch" | "algorithm" | "run" | "commandLine" | "packageScript" | "python", … }',
  ],
  'src/shell/panels/panelHtml.ts': 'all',
  // Goes into reports of bugs, which are read by others than who makes them.
  'src/shell/performance/performanceDocument.ts': 'all',
  'src/shell/performance/performanceText.ts': 'all',
  'src/shell/runFiles/languageClient.ts': ['Sidelab'],
  'src/shell/statusBar.ts': ['Sidelab: ${text}'],
};

const said = (text: string): string => text.slice(1, -1);

/** Texts of a function's body that are found in it. */
const foundIn = (...lines: readonly string[]): readonly string[] =>
  untranslatedWords({ path: 'made.ts', text: lines.join('\n') }).map(({ line, text }) => `${line}: ${said(text)}`);

/** What is wrong with a body. */
const problemsOf = (...lines: readonly string[]): readonly string[] =>
  collectMessages([{ path: 'made.ts', text: lines.join('\n') }]).problems;

describe('the words of the VS Code side', () => {
  it('all go through l10n.t, or are said to be nothing for translators', () => {
    const found = messageSources().flatMap((source) => {
      const known = notForTranslators[source.path] ?? [];
      return untranslatedWords(source)
        .filter(({ text }) => known !== 'all' && !known.includes(said(text)))
        .map(({ line, text }) => `${source.path}:${line}: ${text}`);
    });
    assert.deepEqual(found, []);
  });

  it('have nothing said of them that is not there any more', () => {
    const sources = new Map(messageSources().map((source) => [source.path, untranslatedWords(source)]));
    for (const [path, known] of Object.entries(notForTranslators)) {
      const texts = sources.get(path)?.map(({ text }) => said(text)) ?? [];
      assert.ok(texts.length > 0, path);
      if (known !== 'all')
        assert.deepEqual(
          known.filter((text) => !texts.includes(text)),
          [],
          path,
        );
    }
  });

  it('are listed for translators, each placeholder with its argument: `npm run strings` lists them', () => {
    const { bundle, problems } = collectMessages(messageSources());
    assert.deepEqual(problems, []);
    assert.deepEqual(JSON.parse(readFileSync(bundleFile, 'utf8')), JSON.parse(JSON.stringify(bundle)));
    assert.equal(bundle['There is no run yet.'], 'There is no run yet.');
    assert.deepEqual(bundle['submit the run/completes "Sidelab ran into a bug and could not {0}."'], {
      message: 'submit the run',
      comment: ['completes "Sidelab ran into a bug and could not {0}."'],
    });
  });

  it('are found where the editor shows them, however they are put together', () => {
    assert.deepEqual(
      foundIn(
        "window.showInformationMessage('done');",
        'window.showErrorMessage(`${count} runs`, one ? "Open" : l10n.t("Open…"));',
        "window.showQuickPick(items, { title, placeHolder: known ?? 'which' });",
        "window.showInputBox({ title: `Tags of ${name}`, prompt: 'New ' + what });",
        "window.withProgress({ location, title: 'Exporting' }, work);",
        "item.text = `$(beaker) ${isPaused ? 'paused' : ''}`; item.text = `$(${isPaused ? 'debug-pause' : 'beaker'})`;",
        "item.tooltip = 'all';",
        "new CodeLens(range, { title: 'Earlier', command });",
        "throw new Failure('Conflict', 'No run waits.', { hint: `Retry ${name}.` });",
        "const none = 'There is no run yet.';",
        'const tooltips = { run: "Open the run" };',
        "l10n.t('No run is made from {0}.', name ?? 'what was said');",
        'failures.guard(`open ${name}`, open);',
      ),
      [
        '1: done',
        '2: ${count} runs',
        '2: Open',
        '3: which',
        '4: Tags of ${name}',
        '4: New ',
        '5: Exporting',
        '6: paused',
        '7: all',
        '8: Earlier',
        '9: No run waits.',
        '9: Retry ${name}.',
        '10: There is no run yet.',
        '11: Open the run',
        '12: what was said',
        '13: open ${name}',
      ],
    );
  });

  it('are told from ids, codes, logs and bugs', () => {
    assert.deepEqual(
      foundIn(
        "import { l10n } from 'vscode';",
        "log.warn('The queue is not known.'); this.#log.error(`It could not be read: ${error}`);",
        "throw new Error('There is no source.');",
        "if (failure.code === 'Conflict') throw new Failure('Cancelled', 'No program was chosen.');",
        "commands.executeCommand('workbench.action.openSettings', `@id:${id}`);",
        "new ThemeIcon('debug-pause', { id: `run:${id}` });",
        "l10n.t({ message: 'now {0}', args: [order], comment: 'an order' });",
        "failures.guard('open the link', open); const command = { doing: 'open the run', run };",
      ),
      [],
    );
  });

  it('are refused as a message that cannot be listed, with the place', () => {
    assert.deepEqual(
      problemsOf(
        'l10n.t(words);',
        'l10n.t(`Run ${name}`);',
        "l10n.t('Run {0}');",
        "l10n.t('Run {0}', name, status);",
        "l10n.t('Say ${secret:NAME}');",
        "l10n.t({ message: 'Run {1}', args: [name], comment: 'a name' });",
        "l10n.t({ message: 'Run {0}', args: [name], comment });",
        "l10n.t('Run {0}', ...names);",
        "l10n.t('Run {0} of {0} and {1}', name, other);",
      ),
      [
        'made.ts:1: the message must be a plain text',
        'made.ts:2: the message must be a plain text',
        'made.ts:3: {0} has no argument',
        'made.ts:4: the argument 1 has no placeholder',
        'made.ts:5: {secret:NAME} looks like a placeholder: make it an argument',
        'made.ts:6: {1} has no argument',
        'made.ts:7: arguments and comment must be written out',
        'made.ts:8: arguments and comment must be written out',
      ],
    );
  });
});
