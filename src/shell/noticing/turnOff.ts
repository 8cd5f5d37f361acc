/** "Don't Show Again" turns off the setting that a message comes from, says so, and offers to undo it. */
import { commands, ConfigurationTarget, env, l10n, window, workspace } from 'vscode';
import { settingKeys } from '../ids';

export const doNotShowAgain = l10n.t('Don’t Show Again');
const undo = l10n.t('Undo');
const openSettings = l10n.t('Open Settings');

/** The value of each setting that tells nothing, and what is not told of any more then. */
const silences: Readonly<Record<string, { readonly value: unknown; readonly what: string }>> = {
  [settingKeys.notifyFailed]: { value: false, what: l10n.t('runs that failed') },
  [settingKeys.notifyPinned]: { value: false, what: l10n.t('pinned runs that ended') },
  [settingKeys.notifyAfter]: { value: null, what: l10n.t('long runs that completed') },
  [settingKeys.notifyDigest]: { value: false, what: l10n.t('what ended while no window was open') },
};

export async function turnOff(keys: readonly string[]): Promise<void> {
  const settings = workspace.getConfiguration();
  const known = keys.flatMap((key) => {
    const silence = silences[key];
    return silence ? [{ key, ...silence, before: settings.inspect(key)?.globalValue }] : [];
  });
  for (const { key, value } of known) await settings.update(key, value, ConfigurationTarget.Global);
  // The words are English where nobody has translated them, whatever the editor speaks.
  const language = l10n.bundle ? env.language : 'en';
  const what = new Intl.ListFormat(language).format(known.map((each) => each.what));
  const chosen = await window.showInformationMessage(
    l10n.t({
      message: 'Sidelab tells no more of {0}.',
      args: [what],
      comment: '{0} is a list such as "runs that failed and pinned runs that ended"',
    }),
    undo,
    openSettings,
  );
  if (chosen === openSettings) await commands.executeCommand('workbench.action.openSettings', 'sidelab.notify');
  if (chosen !== undo) return;
  for (const { key, before } of known) await settings.update(key, before, ConfigurationTarget.Global);
}
