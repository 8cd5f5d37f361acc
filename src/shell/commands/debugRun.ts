/**
 * Debug: what the run file in the editor would execute, under the editor's debugger instead. It is resolved as a submission is,
 * and is no run: it has folders of its own, no time limit, no retries, and what it logs is kept by nobody.
 */
import { debug, l10n, type QuickPickItem, Uri, window, workspace } from 'vscode';
import { Failure } from '../../base/failure';
import { type DebugChoice, debugChoices } from '../../core/debug/debugChoices';
import { debugConfiguration } from '../../core/debug/debugConfiguration';
import { prepareDebug } from '../../core/debug/debugFolders';
import { withInterpreter } from '../../core/debug/scriptInterpreter';
import { quotedCommand } from '../../core/runFiles/shellWords';
import { resolveRun } from '../../core/runFiles/resolveRun';
import { neededSecrets } from '../../core/secrets/neededSecrets';
import type { RunFile } from '../../model/runFile';
import type { Submission } from '../../protocol/engine';
import { startDebugging } from '../debug/startDebugging';
import type { ChannelLog } from '../log';
import { fileToResolve } from '../runFiles/fileToResolve';
import { secretsForSubmission } from '../secrets/askSecrets';
import type { StoredSecrets } from '../secrets/storedSecrets';
import { requireTrust } from '../trust';
import { chosenUris } from './submitRun';

export interface DebugParts {
  /** Where runs are kept. */
  readonly home: string;
  readonly secrets: StoredSecrets;
  readonly log: ChannelLog;
}

/** `within`: names on the way to the task whose lens was pressed. Of several files that are selected the first one. */
export async function debugRun(parts: DebugParts, argument: unknown, within: unknown): Promise<void> {
  requireTrust();
  const [uri] = chosenUris(argument, undefined);
  if (!uri) return;
  const given = await fileToResolve(uri);
  const submission = await resolveRun({ ...given, file: inPlace(given.file) });
  const choice = await choose(debugChoices(submission, namesIn(within)));
  const { program } = choice;
  const names = neededSecrets({ environment: environmentOf(submission, program.environment) });
  const secrets = await secretsForSubmission(parts.secrets, names, l10n.t('Debug'));
  const place = await prepareDebug({ home: parts.home, submission, program, secrets, nowMs: Date.now() });
  const environment = new Map(Object.entries(place.env));
  const command = await withInterpreter(place.command, place.cwd, environment);
  const configuration = debugConfiguration({ ...place, command, name: nameOf(uri, choice) }, process.env);
  parts.log.info(`${uri.fsPath} is debugged.`, { task: choice.path, folder: place.folder });
  await startDebugging(workspace.getWorkspaceFolder(uri), configuration, secrets.values());
  debug.activeDebugConsole.appendLine(l10n.t('This is no run. What it leaves is in {0}.', place.folder));
}

/** A breakpoint in a snapshot of the code is one that nobody has set. */
function inPlace(file: RunFile): RunFile {
  const { packaging: _none, ...rest } = file;
  return rest;
}

async function choose(choices: readonly DebugChoice[]): Promise<DebugChoice> {
  const [first] = choices;
  if (!first) throw new Failure('NotFound', l10n.t('This task is not in the run file any more.'));
  if (choices.length === 1) return first;
  const items = choices.map((choice): QuickPickItem & { readonly choice: DebugChoice } => ({
    label: choice.path,
    description: quotedCommand(choice.program.command),
    choice,
  }));
  const chosen = await window.showQuickPick(items, {
    title: l10n.t('Debug'),
    placeHolder: l10n.t('Which of {0} programs is debugged? The others are not executed.', choices.length),
    matchOnDescription: true,
  });
  if (!chosen) throw new Failure('Cancelled', 'No program was chosen.');
  return chosen.choice;
}

const environmentOf = ({ environment, environments = [] }: Submission, number: number): Submission['environment'] =>
  number === 0 ? environment : (environments[number - 1] ?? []);

/** What a menu passes as its second argument are files. */
const namesIn = (within: unknown): readonly string[] =>
  Array.isArray(within) && !within.some((each) => each instanceof Uri)
    ? within.filter((each) => typeof each === 'string')
    : [];

function nameOf(uri: Uri, { path }: DebugChoice): string {
  const file =
    uri.path
      .split('/')
      .at(-1)
      ?.replace(/\.run\.json$/, '') ?? '';
  return path === '' ? file : `${file}: ${path}`;
}
