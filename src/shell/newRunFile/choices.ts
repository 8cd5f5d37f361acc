/** What the user chooses of the workspace for a new run file: a folder, a file, a script, an algorithm. */
import path from 'node:path';
import { l10n, type QuickPickItem, type Uri, window, workspace } from 'vscode';
import { Failure } from '../../base/failure';
import { type AlgorithmChoice, chooseAlgorithm, listAlgorithms } from '../../core/newRunFile/listAlgorithms';
import { type PackageScripts, readPackageScripts } from '../../core/newRunFile/packageScript';

export const title = l10n.t('New Run File');

/** That of the editor's file, else the first that is open. */
export function workspaceFolder(): string | undefined {
  const active = window.activeTextEditor?.document.uri;
  const own = active && workspace.getWorkspaceFolder(active);
  return (own ?? workspace.workspaceFolders?.[0])?.uri.fsPath;
}

export function requireFolder(): string {
  const folder = workspaceFolder();
  if (folder !== undefined) return folder;
  throw new Failure('NotFound', l10n.t('No folder is open.'), {
    hint: l10n.t('Open the folder that the run belongs to.'),
  });
}

export async function pickAlgorithm(
  folder: string,
  name: string | undefined,
  version: string | undefined,
): Promise<AlgorithmChoice | undefined> {
  const choices = await listAlgorithms(folder);
  if (name !== undefined) return chooseAlgorithm(choices, name, version);
  const items = choices.map((choice) => ({
    label: choice.content.name,
    description: choice.content.version,
    ...(choice.content.description === undefined ? {} : { detail: choice.content.description }),
    choice,
  }));
  return (await pick(items, l10n.t('Which algorithm?')))?.choice;
}

/** Elsewhere are packages of others. */
const elsewhere = '{**/node_modules/**,**/.venv/**,**/venv/**,**/site-packages/**,**/.git/**}';
const mostFiles = 2000;

export async function pickPythonFile(): Promise<string | undefined> {
  const files = await workspace.findFiles('**/*.py', elsewhere, mostFiles);
  if (files.length === 0) {
    throw new Failure('NotFound', l10n.t('There is no Python file in this workspace.'), {
      hint: l10n.t('Write the command line instead, when the program is elsewhere.'),
    });
  }
  const active = window.activeTextEditor?.document.uri.toString();
  const items = sorted(files, active).map((file) => ({
    label: path.basename(file.path),
    description: folderOf(file),
    file,
  }));
  return (await pick(items, l10n.t('Which Python file?')))?.file.fsPath;
}

export interface ChosenScript {
  readonly found: PackageScripts;
  readonly script: string;
}

/** Of one `package.json`, or of all that the workspace has. */
export async function pickScript(file: string | undefined): Promise<ChosenScript | undefined> {
  const packages = file === undefined ? await workspacePackages() : [await readPackageScripts(file)];
  const items = packages.flatMap((found) =>
    Array.from(found.scripts, ([script, text]) => ({
      label: script,
      description: packages.length > 1 ? found.name : '',
      detail: text,
      found,
      script,
    })),
  );
  return pick(items, l10n.t('Which script?'));
}

/** The nearest to the top of the workspace come first. One that is broken is in the way of nothing else. */
async function workspacePackages(): Promise<readonly PackageScripts[]> {
  const files = sorted(await workspace.findFiles('**/package.json', elsewhere, mostFiles));
  const found: PackageScripts[] = [];
  let failure: Failure | undefined;
  for (const file of files) {
    try {
      found.push(await readPackageScripts(file.fsPath));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failure ??= error;
    }
  }
  if (found.length > 0) return found;
  if (failure) throw failure;
  throw new Failure('NotFound', l10n.t('There is no package.json in this workspace.'), {
    hint: l10n.t('Write the command line instead.'),
  });
}

/** Fewer folders on the way come first. */
function sorted(files: readonly Uri[], first?: string): readonly Uri[] {
  const rank = (uri: Uri): number => (uri.toString() === first ? -1 : uri.path.split('/').length);
  return files.toSorted((a, b) => rank(a) - rank(b) || a.path.localeCompare(b.path));
}

function folderOf(file: Uri): string {
  const folder = path.dirname(workspace.asRelativePath(file));
  return folder === '.' ? '' : folder;
}

export async function pick<T extends QuickPickItem>(items: readonly T[], placeHolder: string): Promise<T | undefined> {
  return window.showQuickPick(items, { title, placeHolder, matchOnDescription: true, matchOnDetail: true });
}
