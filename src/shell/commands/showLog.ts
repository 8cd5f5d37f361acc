/** Show Log: the output of a run as a document that follows it. */
import type { LogDocuments } from '../log/logDocuments';
import type { RunTargets } from './runTargets';

export async function showLog(targets: RunTargets, logs: LogDocuments, argument: unknown): Promise<void> {
  const target = await targets.one('Show Log of Run', argument);
  if (!target) return;
  // A row may be older than the run's newest attempt.
  const { run } = await target.source.run(target.run.id);
  await logs.show(target.source, run);
}
