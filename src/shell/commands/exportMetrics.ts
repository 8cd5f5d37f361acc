/** Export Metrics: every point of a run, as CSV or JSON lines, in a file that the user names. */
import path from 'node:path';
import { commands, l10n, ProgressLocation, Uri, window, workspace } from 'vscode';
import { Failure } from '../../base/failure';
import { exportToFile } from '../../core/series/exportFile';
import { type ExportFormat, exportSeries } from '../../core/series/exportSeries';
import type { Source } from '../../core/source';
import type { Run } from '../../model/run';
import type { RunTargets } from './runTargets';

/** `target` is where it goes; without it the user is asked. */
export async function exportMetrics(targets: RunTargets, argument: unknown, target?: unknown): Promise<void> {
  const wanted =
    (await targets.given(argument, undefined)) ??
    (await targets.pickRecent(l10n.t('Export Metrics'), ({ run }) => !run.children, l10n.t('There are no runs yet.')));
  for (const { source, run } of wanted)
    await exportRun(source, run, { target: target instanceof Uri ? target : undefined });
}

/** All points of `metrics`, or of all that the run has, into `target` or a file that the user names. */
export async function exportRun(
  source: Source,
  run: Run,
  { target, metrics: wanted }: { readonly target?: Uri | undefined; readonly metrics?: readonly string[] },
): Promise<void> {
  const known = await source.metrics(run.id);
  const metrics = wanted ? known.filter(({ metric }) => wanted.includes(metric)) : known;
  if (metrics.length === 0) {
    throw new Failure('NotFound', l10n.t('The run {0} has no metrics.', run.name), {
      hint: l10n.t('A program logs them by appending JSON lines to the file named by SIDELAB_RUN_LOG.'),
    });
  }
  const uri = target ?? (await askWhere(run));
  if (!uri) return;
  if (uri.scheme !== 'file')
    throw new Failure('InvalidInput', l10n.t('Metrics are exported to files of this machine only.'));
  const format: ExportFormat = path.extname(uri.fsPath) === '.csv' ? 'csv' : 'jsonl';
  await window.withProgress(
    {
      location: ProgressLocation.Notification,
      title: l10n.t('Exporting the metrics of {0}', run.name),
      cancellable: true,
    },
    async (_progress, token) => {
      async function* parts(): AsyncIterable<string> {
        for await (const part of exportSeries(source, run.id, {
          format,
          metrics: metrics.map(({ metric }) => metric),
        })) {
          if (token.isCancellationRequested) throw new Failure('Cancelled', 'The export was cancelled.');
          yield part;
        }
      }
      await exportToFile(parts(), uri.fsPath);
    },
  );
  const points = metrics.reduce((sum, { count }) => sum + count, 0);
  void window
    .showInformationMessage(
      l10n.t('{0} points of {1} are in {2}.', points.toLocaleString(), run.name, path.basename(uri.fsPath)),
      l10n.t('Open'),
    )
    .then((chosen) => chosen && commands.executeCommand('vscode.open', uri));
}

async function askWhere(run: Run): Promise<Uri | undefined> {
  const folder = workspace.workspaceFolders?.[0]?.uri ?? Uri.file(process.cwd());
  const name = run.name.replace(/[^\w.-]+/g, '-');
  return window.showSaveDialog({
    title: l10n.t('Export the Metrics of {0}', run.name),
    defaultUri: Uri.joinPath(folder, `${name}.csv`),
    filters: { CSV: ['csv'], [l10n.t('JSON lines')]: ['jsonl'] },
  });
}
