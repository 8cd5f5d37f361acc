/** `sidelab hold RUN…`, `release RUN…` and `next RUN…`: the places of runs in the queue. */
import { RunClient } from '../core/runs/runClient';
import type { Run } from '../model/run';
import type { Arrangement } from '../protocol/engine';
import type { CommandContext } from './context';
import { describeRunLine, toJson } from './describeRuns';
import { exitCodes } from './exitCodes';

export async function arrangeCommand(
  { source, terminal, nowMs }: CommandContext,
  references: readonly string[],
  wish: Arrangement,
  options: { readonly json?: boolean },
): Promise<number> {
  // All are looked up before the first is touched: a misspelt one must not leave half of it done.
  const found = await new RunClient(source).checkAll(references);
  const arranged = new Map<string, Run>();
  // The newest wish counts most: of several the first named is to start first.
  for (const { id } of wish === 'next' ? [...found].reverse() : found) arranged.set(id, await source.arrange(id, wish));
  const runs = found.map((run) => arranged.get(run.id) ?? run);
  if (options.json) terminal.print(toJson(runs));
  else for (const run of runs) terminal.print(describeRunLine(run, nowMs()));
  return exitCodes.done;
}
