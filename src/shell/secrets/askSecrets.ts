/** Asking for secrets: what is typed is hidden, and kept in the editor's storage. */
import { l10n, window } from 'vscode';
import { Failure } from '../../base/failure';
import { knownSecrets } from '../../core/secrets/knownSecrets';
import type { Secrets } from '../../core/source';
import type { StoredSecrets } from './storedSecrets';

/** Undefined when it was not given. */
export async function askSecret(name: string, title: string): Promise<string | undefined> {
  return window.showInputBox({
    title,
    prompt: l10n.t('Value of the secret {0}. It is kept in the editor’s encrypted storage.', name),
    password: true,
    ignoreFocusOut: true,
    validateInput: (value) => {
      if (value === '') return l10n.t('A secret is not empty.');
      return value.includes('\0') ? l10n.t('A NUL character cannot be passed to a program.') : undefined;
    },
  });
}

/** Those that a submission refers to. Throws `Cancelled` when one that is not stored yet is not given. */
export async function secretsForSubmission(
  stored: StoredSecrets,
  names: readonly string[],
  title = l10n.t('Submit Run'),
): Promise<Secrets> {
  return knownSecrets(names, async (name) => {
    const value = await stored.find(name);
    if (value !== undefined) return value;
    const typed = await askSecret(name, title);
    if (typed === undefined) throw new Failure('Cancelled', `The secret ${name} was not given.`);
    await stored.set(name, typed);
    return typed;
  });
}
