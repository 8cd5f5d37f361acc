/** Another extension is needed, and is not there: its toast leads to where it can be installed. */
import { l10n } from 'vscode';
import { Failure } from '../base/failure';

export class MissingExtension extends Failure {
  readonly extensionId: string;

  constructor(message: string, name: string, extensionId: string) {
    super('Unavailable', message, { hint: l10n.t('Install the extension "{0}" ({1}).', name, extensionId) });
    this.extensionId = extensionId;
  }
}
