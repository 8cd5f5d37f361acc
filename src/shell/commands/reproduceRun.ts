/** Reproduce Run: the code of a run as it was, in a worktree of its own, opened in another window. */
import { access } from 'node:fs/promises';
import path from 'node:path';
import { commands, l10n, ProgressLocation, Uri, window } from 'vscode';
import { defaultFolder, type Reproduced, reproducible, reproduceRun } from '../../core/reproduce/reproduceRun';
import { cleanEnvironment } from '../../core/runFiles/environment';
import { requireTrust } from '../trust';
import type { RunTargets } from './runTargets';

/** For programs: where, and that no window opens. */
interface Where {
  readonly folder: string;
  readonly open: boolean;
}

export async function reproduce(
  targets: RunTargets,
  argument: unknown,
  given: unknown,
): Promise<Reproduced | undefined> {
  requireTrust();
  const target = await targets.one(l10n.t('Reproduce Run'), argument);
  if (!target) return undefined;
  const { source, run } = target;
  const detail = await source.run(run.id);
  const code = reproducible(detail);
  const where = isWhere(given) ? given : await askWhere(run.name, defaultFolder(run, code));
  if (!where) return undefined;
  const runFile = await source.runFile(run.id);
  const reproduced = await window.withProgress(
    { location: ProgressLocation.Notification, title: l10n.t('Reproducing {0}', run.name) },
    async () => reproduceRun({ detail, runFile }, where.folder, cleanEnvironment(process.env)),
  );
  tell(run.name, reproduced);
  if (where.open) await openFolder(reproduced);
  return reproduced;
}

const isWhere = (given: unknown): given is Where =>
  typeof given === 'object' &&
  given !== null &&
  'folder' in given &&
  typeof given.folder === 'string' &&
  'open' in given;

async function askWhere(name: string, folder: string): Promise<Where | undefined> {
  const chosen = await window.showInputBox({
    title: l10n.t('Reproduce {0}', name),
    prompt: l10n.t('A folder that is made for the code as it was. Your own working tree stays as it is.'),
    value: folder,
    ignoreFocusOut: true,
    validateInput: async (text) => {
      if (!path.isAbsolute(text)) return l10n.t('Write the whole path.');
      return (await isThere(text))
        ? l10n.t('{0} is there already. Name a folder that does not exist yet.', text)
        : undefined;
    },
  });
  return chosen === undefined ? undefined : { folder: path.normalize(chosen), open: true };
}

const isThere = async (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

function tell(name: string, reproduced: Reproduced): void {
  const { folder, gaps } = reproduced;
  const text = l10n.t('The code of {0} is in {1}. "git worktree remove --force" takes it back.', name, folder);
  const shown =
    gaps.length === 0
      ? window.showInformationMessage(text, l10n.t('Open'))
      : window.showWarningMessage(`${text} ${gaps.join(' ')}`, l10n.t('Open'));
  void shown.then(async (chosen) => chosen && openFolder(reproduced));
}

const openFolder = async ({ folder }: Reproduced): Promise<unknown> =>
  commands.executeCommand('vscode.openFolder', Uri.file(folder), { forceNewWindow: true });
