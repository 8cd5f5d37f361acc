/** `sidelab wait RUN…`: returns when all of them are settled, or when the time is up. It never ends a run. */
import type { RunId } from '../model/ids';
import type { Run } from '../model/run';
import { isSettled } from '../model/runStatus';
import { RunClient } from '../core/runs/runClient';
import type { CommandContext } from './context';
import { describeRunLine, toJson } from './describeRuns';
import { exitCodeOfRuns, exitCodes } from './exitCodes';
import type { Interrupts } from './followRun';
import { waitFor } from './waitFor';

export interface WaitOptions {
  /** In milliseconds; counted from when the runs are known. */
  readonly timeout?: number;
  readonly json?: boolean;
}

/** The exit code of the first run that has not completed; 75 when the time was up, or the user went, before the end. */
export async function waitCommand(
  context: CommandContext,
  references: readonly string[],
  options: WaitOptions,
  interrupts: Pick<Interrupts, 'onInterrupt'>,
): Promise<number> {
  const { source, terminal, nowMs } = context;
  const printed = new Set<RunId>();
  const onChange = (run: Run): void => {
    if (options.json || !isSettled(run.status) || printed.has(run.id)) return;
    printed.add(run.id);
    terminal.print(describeRunLine(run, nowMs()));
  };
  const found = await new RunClient(source).checkAll(references);
  const { runs, left } = await waitFor(context, found, { interrupts, timeoutMs: options.timeout, onChange });
  if (options.json) terminal.print(toJson(runs));
  if (!left) return exitCodeOfRuns(runs);
  for (const run of runs) {
    if (!isSettled(run.status)) terminal.say(`Not waited for any longer: ${describeRunLine(run, nowMs())}`);
  }
  return exitCodes.left;
}
