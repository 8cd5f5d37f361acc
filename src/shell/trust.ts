/** Untrusted workspaces: browse, never run. VS Code hides the commands; this refuses them wherever they come from. */
import { l10n, workspace } from 'vscode';
import { Failure } from '../base/failure';

export function requireTrust(): void {
  if (workspace.isTrusted) return;
  throw new Failure(
    'Untrusted',
    l10n.t('In a workspace that is not trusted, no run is submitted, retried, cancelled or reproduced.'),
    {
      hint: l10n.t('Trust this workspace first, when you know where it comes from.'),
    },
  );
}
