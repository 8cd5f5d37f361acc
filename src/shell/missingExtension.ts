/** Another extension is needed, and is not there: its toast leads to where it can be installed. */
import { Failure } from '../base/failure';

export class MissingExtension extends Failure {
  readonly extensionId: string;

  constructor(message: string, name: string, extensionId: string) {
    super('Unavailable', message, { hint: `Install the extension "${name}" (${extensionId}).` });
    this.extensionId = extensionId;
  }
}
