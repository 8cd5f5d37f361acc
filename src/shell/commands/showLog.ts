/** Show Log: the output of a run's newest attempt, or of the given one, as a document that follows it. */
import { l10n } from 'vscode';
import type { LogDocuments } from '../log/logDocuments';
import type { RunTargets } from './runTargets';

/** `number` is the attempt whose output is wanted, where `argument` says only which run. */
export async function showLog(
  targets: RunTargets,
  logs: LogDocuments,
  argument: unknown,
  number?: number,
): Promise<void> {
  const row = targets.attempt(argument);
  // The focus stays in the tree, as with runs: arrow keys go on to the next attempt.
  if (row) return logs.show(row.source, row.parent.run, { attempt: row.attempt.number, preserveFocus: true });
  const target = await targets.one(l10n.t('Show Log of Run'), argument);
  if (!target) return;
  // A row may be older than the run's newest attempt.
  const { run: newest } = await target.source.run(target.run.id);
  // What took the results of another run has written nothing itself.
  const origin = number === undefined ? newest.reusedFrom : undefined;
  const run = origin === undefined ? newest : (await target.source.run(origin)).run;
  await logs.show(target.source, run, { attempt: number });
}
