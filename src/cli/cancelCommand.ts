/** `sidelab cancel RUN…`: by id, unique prefix of one, or name. */
import { shortId } from '../model/ids';
import { describeStatus } from '../model/describeRun';
import type { Run } from '../model/run';
import { isSettled } from '../model/runStatus';
import type { Source } from '../core/source';
import type { CommandContext } from './context';
import { Deferred } from './deferred';
import { exitCodes } from './exitCodes';
import { plainText } from './plainText';

export interface CancelOptions {
  readonly wait: boolean;
}

export async function cancelCommand(
  { source, terminal, nowMs }: CommandContext,
  references: readonly string[],
  options: CancelOptions,
): Promise<number> {
  // All are looked up before the first is cancelled: a misspelt one must not leave half of it done.
  const found = await Promise.all(references.map(async (reference) => (await source.run(reference)).run));
  const runs = [...new Map(found.map((run) => [run.id, run])).values()];
  const say = (run: Run): void =>
    terminal.print(plainText(`${shortId(run.id)} ${run.experiment}/${run.name}: ${describeStatus(run, nowMs())}`));
  await Promise.all(
    runs.map(async (run) => {
      if (isSettled(run.status)) return say(run);
      const asked = await source.cancel(run.id);
      say(options.wait ? await untilSettled(source, asked) : asked);
    }),
  );
  return exitCodes.done;
}

/** The run once nothing more happens to it. Pushed, not polled; a new connection asks anew. */
async function untilSettled(source: Source, run: Run): Promise<Run> {
  if (isSettled(run.status)) return run;
  const settled = new Deferred<Run>();
  const check = (now: Run): void => {
    if (now.id === run.id && isSettled(now.status)) settled.resolve(now);
  };
  const refresh = (): void => void source.run(run.id).then(({ run: now }) => check(now), settled.reject);
  const listening = [source.onDidChangeRuns(({ runs }) => runs.forEach(check)), source.onDidReset(refresh)];
  refresh();
  try {
    return await settled.promise;
  } finally {
    for (const listener of listening) listener.dispose();
  }
}
