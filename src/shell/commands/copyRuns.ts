/** Copy Parameters, Copy Command and Copy Link: what one takes of runs to elsewhere. */
import { applyEdits, format } from 'jsonc-parser';
import { env, l10n, window } from 'vscode';
import { Failure } from '../../base/failure';
import { commandLine } from '../../base/shellQuote';
import type { SourceRun } from '../activeRuns';
import { linkTo } from '../runLinks';
import type { RunTargets } from './runTargets';

const none = l10n.t('There is no run yet.');
const may = (): boolean => true;

/** As JSON: of several runs a list. The text is laid out and never read, so that numbers keep all their digits. */
export async function copyParameters(targets: RunTargets, argument: unknown, selected: unknown): Promise<void> {
  const runs = await targets.chosen(l10n.t('Copy Parameters of Runs'), argument, selected, { may, none });
  if (runs.length === 0) return;
  const texts = (await details(runs)).map(({ parametersJson }) => parametersJson);
  const [only = '{}'] = texts;
  const json = texts.length === 1 ? only : `[${texts.join(',')}]`;
  const layout = { insertSpaces: true, tabSize: 2, eol: '\n' };
  await copy(
    applyEdits(json, format(json, undefined, layout)),
    runs.length === 1 ? l10n.t('Parameters copied') : l10n.t('Parameters of runs copied'),
  );
}

/** As a shell takes it, one in a line. */
export async function copyCommand(targets: RunTargets, argument: unknown, selected: unknown): Promise<void> {
  const isProgram = ({ run }: SourceRun): boolean => run.children === undefined;
  const runs = await targets.chosen(l10n.t('Copy Commands of Runs'), argument, selected, { may: isProgram, none });
  if (runs.length === 0) return;
  const programs = runs.filter(isProgram);
  if (programs.length === 0) {
    throw new Failure('Conflict', l10n.t('What is made of runs has no command of its own.'), {
      hint: l10n.t('Copy that of a task.'),
    });
  }
  const lines = (await details(programs)).map(({ command }) => commandLine(command));
  await copy(
    lines.join('\n'),
    lines.length === 1 ? l10n.t('Command copied') : l10n.t('{0} commands copied', lines.length),
  );
}

/** A link that opens the run's panel in a window on this machine, one in a line. */
export async function copyLink(targets: RunTargets, argument: unknown, selected: unknown): Promise<void> {
  const runs = await targets.chosen(l10n.t('Copy Links to Runs'), argument, selected, { may, none });
  if (runs.length === 0) return;
  const links = runs.map(({ run }) => linkTo(run.id));
  await copy(links.join('\n'), links.length === 1 ? l10n.t('Link copied') : l10n.t('{0} links copied', links.length));
}

const details = async (runs: readonly SourceRun[]) =>
  Promise.all(runs.map(async ({ source, run }) => source.run(run.id)));

async function copy(text: string, message: string): Promise<void> {
  await env.clipboard.writeText(text);
  window.setStatusBarMessage(message, 2000);
}
