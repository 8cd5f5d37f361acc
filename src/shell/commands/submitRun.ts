/**
 * Submit Run: from the editor, the lens, the explorer (several at once) or the palette. What is submitted is what is
 * seen: unsaved changes are saved first, so that the file and the run agree.
 */
import { l10n, type TextDocument, Uri, ViewColumn, window, workspace } from 'vscode';
import { Failure } from '../../base/failure';
import { neededSecrets } from '../../core/secrets/neededSecrets';
import type { Source } from '../../core/source';
import type { Run } from '../../model/run';
import { runInTerminal } from '../directTask';
import { isRunFilePath } from '../../core/runFiles/runFilePath';
import type { RunPanels } from '../panels/runPanels';
import type { RunFileLanguage } from '../runFiles/runFileLanguage';
import { submissionOf } from '../runFiles/submissionOf';
import { secretsForSubmission } from '../secrets/askSecrets';
import type { StoredSecrets } from '../secrets/storedSecrets';
import type { Settings } from '../settings';
import type { ExperimentView } from '../tree/experimentView';
import { requireTrust } from '../trust';

export interface SubmitParts {
  /** Where runs go. */
  readonly source: Source;
  readonly secrets: StoredSecrets;
  readonly settings: Settings;
  readonly view: ExperimentView;
  readonly panels: RunPanels;
  /** Reads and resolves large files. */
  readonly language: RunFileLanguage;
  /** Path of the CLI's bundle, for files that want to run directly. */
  readonly cli: string;
}

/** `argument` is the file's address from a lens or a menu, `selected` all that are selected in the explorer. */
export async function submitRun(parts: SubmitParts, argument: unknown, selected: unknown): Promise<readonly Run[]> {
  requireTrust();
  const uris = chosenUris(argument, selected);
  const runs: Run[] = [];
  for (const uri of uris) {
    const run = await submitFile(parts, uri);
    if (run) runs.push(run);
  }
  const last = runs.at(-1);
  if (last) {
    // Several at once: a panel for each would bury the editor.
    if (parts.settings.openPanelOnSubmit && runs.length === 1) await showPanel(parts, uris[0], last);
    await parts.view.reveal(parts.source, last);
  }
  return runs;
}

/** Undefined for a file that runs directly: it is among the runs when it has ended. */
async function submitFile({ source, secrets, cli, language }: SubmitParts, uri: Uri): Promise<Run | undefined> {
  const document = await savedDocument(uri);
  const { uri: saved } = document;
  const submission = await submissionOf({ uri: saved, text: await savedText(saved) }, source, language);
  if (submission === 'direct') {
    await runInTerminal(cli, saved);
    return undefined;
  }
  return source.submit(submission, await secretsForSubmission(secrets, neededSecrets(submission)));
}

export function chosenUris(argument: unknown, selected: unknown): readonly Uri[] {
  // Of a lens it is a text.
  if (typeof argument === 'string') return [Uri.parse(argument, true)];
  if (argument instanceof Uri) {
    const all: readonly unknown[] = Array.isArray(selected) ? selected : [];
    const files = all.filter((uri) => uri instanceof Uri).filter((uri) => isRunFilePath(uri.path));
    return files.length > 0 ? files : [argument];
  }
  const active = window.activeTextEditor?.document.uri;
  if (active && isRunFilePath(active.path)) return [active];
  throw new Failure('InvalidInput', l10n.t('No run file is open.'), {
    hint: l10n.t('Open a file whose name ends with .run.json, or make one with "Sidelab: New Run File".'),
  });
}

/** What lies on the disk: of a file that was just written by a program, the editor still has what was there before. */
const savedText = async (uri: Uri): Promise<string> => new TextDecoder().decode(await workspace.fs.readFile(uri));

/** Saving an untitled document asks for a place, unless it has one, and puts another document in its stead. */
async function savedDocument(uri: Uri): Promise<TextDocument> {
  const document = await workspace.openTextDocument(uri);
  if (!document.isDirty && !document.isUntitled) return document;
  const saved = await workspace.save(document.uri);
  if (!saved) throw new Failure('Cancelled', 'The run file was not saved.');
  return workspace.openTextDocument(saved);
}

/** Beside the run file when that is what is edited; otherwise where the user is. */
async function showPanel({ source, panels }: SubmitParts, uri: Uri | undefined, run: Run): Promise<void> {
  const editor = window.activeTextEditor;
  const beside = editor?.document.uri.toString() === uri?.toString() && editor?.viewColumn === ViewColumn.One;
  await panels.open(source, run, { preserveFocus: true, beside });
}
