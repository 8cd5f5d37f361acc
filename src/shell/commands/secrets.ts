/** Set Secret and Delete Secret: the values that run files refer to as `${secret:NAME}`. */
import { type QuickPickItem, window } from 'vscode';
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
  if (!isName(name)) throw new Failure('InvalidInput', `"${name}" cannot be the name of a secret.`);
  const value = await askSecret(name, 'Set Secret');
  if (value === undefined) return;
  await secrets.set(name, value);
}

export async function deleteSecret({ secrets }: SecretParts): Promise<void> {
  const names = await secrets.names();
  if (names.length === 0) throw new Failure('NotFound', 'No secret is set.');
  const chosen = await window.showQuickPick([...names], {
    title: 'Delete Secret',
    placeHolder: 'Runs that have it already keep it until the engine ends.',
    canPickMany: true,
  });
  for (const name of chosen ?? []) await secrets.delete(name);
}

async function pickName(stored: readonly string[], lacking: readonly string[]): Promise<string | undefined> {
  if (stored.length === 0 && lacking.length === 0) return askName();
  const other: QuickPickItem = { label: '$(add) Another Secret…', alwaysShow: true };
  const picks: QuickPickItem[] = [
    ...lacking.map((label) => ({ label, description: 'a run waits for it' })),
    ...stored
      .filter((name) => !lacking.includes(name))
      .map((label) => ({ label, description: 'replaces what is set' })),
    other,
  ];
  const chosen = await window.showQuickPick(picks, { title: 'Set Secret', placeHolder: 'Which secret?' });
  return chosen === other ? askName() : chosen?.label;
}

async function askName(): Promise<string | undefined> {
  return window.showInputBox({
    title: 'Set Secret',
    prompt: 'Name of the secret: TOKEN is ${secret:TOKEN} in the "env" of a run file.',
    validateInput: (name) =>
      isName(name) ? undefined : 'A name has letters, digits and "_", and begins with no digit.',
  });
}

const isName = (name: string): boolean => new RegExp(secretNamePattern).test(name);
