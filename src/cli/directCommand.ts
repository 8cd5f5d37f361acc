/** `sidelab run --direct FILE`: the programs in this terminal, one after another, and then the run among the others. */
import { messageOf } from '../base/failure';
import { describeExitCode } from '../model/attemptEnd';
import { shortId } from '../model/ids';
import { keepCode } from '../core/packaging/keepCode';
import { DirectRun } from '../core/direct/directRun';
import { neededSecrets } from '../core/secrets/neededSecrets';
import type { Submission } from '../protocol/engine';
import type { CommandContext } from './context';
import { toJson } from './describeRuns';
import { exitCodes } from './exitCodes';
import { plainText } from './plainText';
import { secretsOfTerminal } from './secrets';

/** Returns the program's exit code; of several that of the last one that failed, if the whole did. */
export async function runDirectly(context: CommandContext, submission: Submission, json: boolean): Promise<number> {
  const { source, terminal, home } = context;
  const secrets = await secretsOfTerminal(context, neededSecrets(submission));
  // As it is now: by the time that the run is recorded it may have changed.
  const kept = await keepCode(home, submission, context.environment);
  const direct = new DirectRun(kept, {
    home,
    secrets,
    onStart: ({ path }) => path !== '' && terminal.say(plainText(`${path}: running`)),
    onEnd: ({ path }, exitCode) => path !== '' && terminal.say(plainText(`${path}: ${describeExitCode(exitCode)}`)),
  });
  const { status, exitCode } = await direct.execute();
  try {
    const run = await direct.record(source);
    if (json) terminal.print(toJson(run));
    else terminal.say(plainText(`${status}. Recorded ${run.experiment}/${run.name} as ${shortId(run.id)}.`));
  } catch (error) {
    // The program has run; that nobody will read of it later does not change how it ended.
    terminal.say(`The run could not be recorded: ${messageOf(error)}`);
  }
  if (status === 'cancelled') return exitCodes.cancelled;
  return status === 'completed' ? exitCodes.done : exitCode || exitCodes.failed;
}
