/** What git is asked with. A repository's own settings make it execute programs: nothing is asked where nothing may run. */
import { workspace } from 'vscode';
import { cleanEnvironment, type Environment } from '../../core/runFiles/environment';

export const gitEnvironment = (): Environment | undefined =>
  workspace.isTrusted ? cleanEnvironment(process.env) : undefined;
