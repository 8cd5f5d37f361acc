/** Open Examples: a copy of the examples in a folder that the user chooses, opened in this window, in another, or beside what is open. */
import { homedir } from 'node:os';
import { commands, l10n, type QuickPickItem, Uri, window, workspace } from 'vscode';
import { copyExamples, findCopy } from '../../core/examples/copyExamples';

interface Place extends QuickPickItem {
  readonly folder?: string;
  /** A copy that is there. */
  readonly copy?: string;
}

/** `examples` is the folder that comes with the extension. */
export async function openExamples(examples: string): Promise<void> {
  const copy = await copyOrFind(examples);
  if (copy === undefined) return;
  const uri = Uri.file(copy);
  const how = await howToOpen();
  if (how === undefined) return;
  if (how === 'add') {
    workspace.updateWorkspaceFolders(workspace.workspaceFolders?.length ?? 0, 0, {
      uri,
      name: l10n.t('Sidelab examples'),
    });
    await commands.executeCommand('workbench.view.explorer');
    return;
  }
  await commands.executeCommand('vscode.openFolder', uri, { forceNewWindow: how === 'new' });
}

async function copyOrFind(examples: string): Promise<string | undefined> {
  const home = homedir();
  const copy = await findCopy(home);
  const there: Place[] =
    copy === undefined ? [] : [{ label: `$(folder) ${l10n.t('Open Your Copy')}`, description: copy, copy }];
  const places: readonly Place[] = [
    ...there,
    { label: `$(home) ${l10n.t('New Copy in the Home Folder')}`, description: home, folder: home },
    { label: `$(folder-opened) ${l10n.t('New Copy Elsewhere…')}`, description: l10n.t('in a folder that you choose') },
  ];
  const place = await window.showQuickPick(places, {
    title: l10n.t('Open Examples'),
    placeHolder: l10n.t('Where are the examples to be? Nothing that is there is written over.'),
  });
  if (!place) return undefined;
  if (place.copy !== undefined) return place.copy;
  const folder = place.folder ?? (await askFolder());
  return folder === undefined ? undefined : copyExamples(examples, folder);
}

async function askFolder(): Promise<string | undefined> {
  const chosen = await window.showOpenDialog({
    title: l10n.t('Open Examples'),
    openLabel: l10n.t('Copy Here'),
    canSelectFolders: true,
    canSelectFiles: false,
  });
  return chosen?.[0]?.fsPath;
}

/** Nothing is asked where nothing is open. */
async function howToOpen(): Promise<'here' | 'new' | 'add' | undefined> {
  if ((workspace.workspaceFolders ?? []).length === 0) return 'here';
  const ways = [
    { label: l10n.t('Open in a New Window'), how: 'new' as const },
    { label: l10n.t('Add to This Workspace'), how: 'add' as const },
    { label: l10n.t('Open in This Window'), how: 'here' as const },
  ];
  return (
    await window.showQuickPick(ways, {
      title: l10n.t('Open Examples'),
      placeHolder: l10n.t('How are they to be opened?'),
    })
  )?.how;
}
