/** "Don't Show Again" turns off the setting that a message comes from, says so, and offers to undo it. */
import { commands, ConfigurationTarget, window, workspace } from 'vscode';
import { settingKeys } from '../ids';

export const doNotShowAgain = 'Don’t Show Again';

/** The value of each setting that tells nothing, and what is not told of any more then. */
const silences: Readonly<Record<string, { readonly value: unknown; readonly what: string }>> = {
  [settingKeys.notifyFailed]: { value: false, what: 'runs that failed' },
  [settingKeys.notifyPinned]: { value: false, what: 'pinned runs that ended' },
  [settingKeys.notifyAfter]: { value: null, what: 'long runs that completed' },
  [settingKeys.notifyDigest]: { value: false, what: 'what ended while no window was open' },
};

export async function turnOff(keys: readonly string[]): Promise<void> {
  const settings = workspace.getConfiguration();
  const known = keys.flatMap((key) => {
    const silence = silences[key];
    return silence ? [{ key, ...silence, before: settings.inspect(key)?.globalValue }] : [];
  });
  for (const { key, value } of known) await settings.update(key, value, ConfigurationTarget.Global);
  const what = new Intl.ListFormat('en').format(known.map((each) => each.what));
  const chosen = await window.showInformationMessage(`Sidelab tells no more of ${what}.`, 'Undo', 'Open Settings');
  if (chosen === 'Open Settings') await commands.executeCommand('workbench.action.openSettings', 'sidelab.notify');
  if (chosen !== 'Undo') return;
  for (const { key, before } of known) await settings.update(key, before, ConfigurationTarget.Global);
}
