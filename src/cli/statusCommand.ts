/** `sidelab status RUN…`: how runs are now. The exit code says it to scripts. */
import { RunClient } from '../core/runs/runClient';
import type { CommandContext } from './context';
import { describeRunLine, toJson } from './describeRuns';
import { exitCodeOfRuns } from './exitCodes';

export async function statusCommand(
  { source, terminal, nowMs }: CommandContext,
  references: readonly string[],
  options: { readonly json?: boolean },
): Promise<number> {
  const runs = await new RunClient(source).checkAll(references);
  if (options.json) terminal.print(toJson(runs));
  else for (const run of runs) terminal.print(describeRunLine(run, nowMs()));
  return exitCodeOfRuns(runs);
}
