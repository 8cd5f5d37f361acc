/** `sidelab cancel RUN…`: by id, unique prefix of one, or name. */
import type { Run } from '../model/run';
import { isSettled } from '../model/runStatus';
import { RunClient } from '../core/runs/runClient';
import type { CommandContext } from './context';
import { describeRunLine, toJson } from './describeRuns';
import { exitCodes } from './exitCodes';

export interface CancelOptions {
  readonly wait: boolean;
  readonly json?: boolean;
}

export async function cancelCommand(
  { source, terminal, nowMs }: CommandContext,
  references: readonly string[],
  options: CancelOptions,
): Promise<number> {
  const client = new RunClient(source);
  const cancelOne = async (found: Run): Promise<Run> => {
    const asked = isSettled(found.status) ? found : await source.cancel(found.id);
    const run = options.wait && !isSettled(asked.status) ? await client.poll(asked.id) : asked;
    if (!options.json) terminal.print(describeRunLine(run, nowMs()));
    return run;
  };
  // All are looked up before the first is cancelled: a misspelt one must not leave half of it done.
  const runs = await Promise.all((await client.checkAll(references)).map(cancelOne));
  if (options.json) terminal.print(toJson(runs));
  return exitCodes.done;
}
