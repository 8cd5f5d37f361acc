/** The editor in another language: a translation that is there is used, for the manifest's texts and for messages. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { extensionFolderName, inRoot } from '../workbench/paths.mjs';
import { until } from '../workbench/processes.mjs';
import { TreeRows } from './support/treeRows';
import { openWorkbench, type Workbench } from './support/workbench';

const language = 'de';
/** What a translator has done is seen, whatever was said before. Names stay. */
const translated = (text: string): string => (text === 'Sidelab' ? text : `«${text}»`);

/** The built extension, with a translation of all its texts beside it. */
function translatedExtension(): string {
  const folder = mkdtempSync('/tmp/sl-ext-');
  // VS Code knows an extension's modules by where they really are: a link to them would be another one.
  const inPackage = (file: string): boolean => !/dist[\\/](test|types)$|\.map$/.test(file);
  for (const name of ['package.json', 'package.nls.json', 'dist', 'media', 'examples']) {
    cpSync(inRoot(name), path.join(folder, name), { recursive: true, filter: inPackage });
  }
  const translate = (from: string, to: string): void => {
    const texts = JSON.parse(readFileSync(inRoot(from), 'utf8')) as Record<string, string | { message: string }>;
    const entries = Object.entries(texts).map(([key, text]) => [
      key,
      translated(typeof text === 'string' ? text : text.message),
    ]);
    writeFileSync(path.join(folder, to), JSON.stringify(Object.fromEntries(entries)));
  };
  mkdirSync(path.join(folder, 'l10n'));
  translate('l10n/bundle.l10n.json', `l10n/bundle.l10n.${language}.json`);
  translate('package.nls.json', `package.nls.${language}.json`);
  return folder;
}

describe('an editor in another language', () => {
  let workbench: Workbench;
  let extension: string;
  before(async () => {
    extension = translatedExtension();
    workbench = await openWorkbench({
      link: { [extensionFolderName()]: extension },
      // As a language pack does, but that the editor's own texts stay: there is none for it here.
      preparePage: async (page) => {
        await page.addInitScript((language) => {
          Object.assign(globalThis, { _VSCODE_NLS_LANGUAGE: language });
        }, language);
      },
    });
  });
  after(async () => {
    await workbench.stop();
    rmSync(extension, { recursive: true, force: true });
  });

  const toast = (text: string) => workbench.page.locator('.notification-toast', { hasText: text });

  it('shows the Experiments view in it, rows as screen readers say them included', async () => {
    assert.equal(await workbench.host((vscode) => vscode.env.language), language);
    await workbench.showViewContainer('Sidelab');
    const file = path.join(workbench.workspace, 'translated.run.json');
    writeFileSync(file, JSON.stringify({ experiment: 'words', name: 'translated', command: ['true'] }));
    await workbench.host(async (vscode, file) => {
      await vscode.commands.executeCommand('sidelab.submitRun', vscode.Uri.file(file));
    }, file);
    const row = workbench.row(/^translated/).filter({ hasText: 'completed' });
    await row.waitFor();
    await until('the row as it is said', async () =>
      /^«Run translated, completed/.test((await row.getAttribute('aria-label')) ?? ''),
    );
    await workbench
      .row('words')
      .filter({ hasText: translated('1 run') })
      .waitFor();
  });

  it('asks and answers in it, values in their places', async () => {
    await workbench.host((vscode) => void vscode.commands.executeCommand('sidelab.cancelRun'));
    await toast(translated('No run is active now.')).waitFor();
    await new TreeRows(workbench).select('translated', 'completed');
    await workbench.page.keyboard.press('F2');
    const question = workbench.page.locator('.quick-input-widget');
    await question.filter({ hasText: translated('Rename Run') }).waitFor();
    await question.filter({ hasText: translated('The new name of the run.') }).waitFor();
    await workbench.shot('translated-question');
    await workbench.page.keyboard.press('Escape');
    await workbench.host((vscode) => void vscode.commands.executeCommand('sidelab.setSecret', 'no name'));
    await toast('«"no name" cannot be the name of a secret.»').waitFor();
  });

  it('has the commands and the view’s name of the manifest in it', async () => {
    await workbench.page.locator('.sidebar .composite.title', { hasText: translated('Experiments') }).waitFor();
    await workbench.page.keyboard.press('F1');
    const input = workbench.page.locator('.quick-input-widget .quick-input-box input');
    await input.fill('>Sidelab: «Rename');
    await workbench.page
      .locator('.quick-input-list .monaco-list-row', { hasText: translated('Rename Run') })
      .first()
      .waitFor();
    await workbench.shot('translated-palette');
    await workbench.page.keyboard.press('Escape');
  });
});
