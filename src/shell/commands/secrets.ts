/** Set Secret and Delete Secret: the values that run files refer to as `${secret:NAME}`. */
import { l10n, type QuickPickItem, window } from 'vscode';
import { Failure } from '../../base/failure';
import { secretNamePattern } from '../../model/references';
import { askSecret } from '../secrets/askSecrets';
import type { SecretAnswers } from '../secrets/secretAnswers';
import type { StoredSecrets } from '../secrets/storedSecrets';

export interface SecretParts {
  readonly secrets: StoredSecrets;
  readonly answers: SecretAnswers;
}

/** `argument` names the secret when a notice does; else its name is asked for. */
export async function setSecret({ secrets, answers }: SecretParts, argument: unknown): Promise<void> {
  const name = typeof argument === 'string' ? argument : await pickName(await secrets.names(), answers.lackingNames);
  if (name === undefined) return;
  if (!isName(name)) throw new Failure('InvalidInput', l10n.t('"{0}" cannot be the name of a secret.', name));
  const value = await askSecret(name, l10n.t('Set Secret'));
  if (value === undefined) return;
  await secrets.set(name, value);
}

export async function deleteSecret({ secrets }: SecretParts): Promise<void> {
  const names = await secrets.names();
  if (names.length === 0) throw new Failure('NotFound', l10n.t('No secret is set.'));
  const chosen = await window.showQuickPick([...names], {
    title: l10n.t('Delete Secret'),
    placeHolder: l10n.t('Runs that have it already keep it until the engine ends.'),
    canPickMany: true,
  });
  for (const name of chosen ?? []) await secrets.delete(name);
}

async function pickName(stored: readonly string[], lacking: readonly string[]): Promise<string | undefined> {
  if (stored.length === 0 && lacking.length === 0) return askName();
  const other: QuickPickItem = { label: `$(add) ${l10n.t('Another Secret…')}`, alwaysShow: true };
  const picks: QuickPickItem[] = [
    ...lacking.map((label) => ({ label, description: l10n.t('a run waits for it') })),
    ...stored
      .filter((name) => !lacking.includes(name))
      .map((label) => ({ label, description: l10n.t('replaces what is set') })),
    other,
  ];
  const chosen = await window.showQuickPick(picks, {
    title: l10n.t('Set Secret'),
    placeHolder: l10n.t('Which secret?'),
  });
  return chosen === other ? askName() : chosen?.label;
}

async function askName(): Promise<string | undefined> {
  return window.showInputBox({
    title: l10n.t('Set Secret'),
    prompt: l10n.t('Name of the secret: TOKEN is {0} in the "env" of a run file.', '${secret:TOKEN}'),
    validateInput: (name) =>
      isName(name) ? undefined : l10n.t('A name has letters, digits and "_", and begins with no digit.'),
  });
}

const isName = (name: string): boolean => new RegExp(secretNamePattern).test(name);
