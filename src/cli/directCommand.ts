/** `sidelab run --direct FILE`: the programs in this terminal, one after another, and then the run among the others. */
import { constants } from 'node:os';
import { messageOf } from '../base/failure';
import { describeExitCode } from '../model/attemptEnd';
import { shortId } from '../model/ids';
import { keepCode } from '../core/packaging/keepCode';
import { DirectRun } from '../core/direct/directRun';
import { neededSecrets, requireSecrets } from '../core/secrets/neededSecrets';
import type { Submission } from '../protocol/engine';
import type { CommandContext } from './context';
import { toJson } from './describeRuns';
import { exitCodes } from './exitCodes';
import { plainText } from './plainText';
import { secretsOfTerminal } from './secrets';

/** Returns the program's exit code; of several that of the last one that failed, if the whole did. Throws what was thrown meanwhile. */
export async function runDirectly(context: CommandContext, submission: Submission, json: boolean): Promise<number> {
  const { source, terminal, home } = context;
  const secrets = await secretsOfTerminal(context, neededSecrets(submission));
  requireSecrets(submission, secrets);
  // As it is now: by the time that the run is recorded it may have changed.
  const kept = await keepCode(home, submission, context.environment);
  const direct = new DirectRun(kept, {
    home,
    secrets,
    onStart: ({ path }) => path !== '' && terminal.say(plainText(`${path}: running`)),
    onEnd: ({ path }, exitCode) => path !== '' && terminal.say(plainText(`${path}: ${describeExitCode(exitCode)}`)),
    onRefuse: ({ path }, { message }) =>
      terminal.say(plainText(path === '' ? `not started · ${message}` : `${path}: not started · ${message}`)),
  });
  const { status, exitCode, signal, recorded, thrown } = await direct.run(source);
  if ('run' in recorded) {
    const { run } = recorded;
    if (json) terminal.print(toJson(run));
    else terminal.say(plainText(`${status}. Recorded ${run.experiment}/${run.name} as ${shortId(run.id)}.`));
  } else {
    // The program has run; that nobody will read of it later does not change how it ended.
    terminal.say(`The run could not be recorded: ${messageOf(recorded.error)}`);
  }
  if (thrown) throw thrown.error;
  if (signal) return 128 + constants.signals[signal];
  if (status === 'cancelled') return exitCodes.cancelled;
  return status === 'completed' ? exitCodes.done : exitCode || exitCodes.failed;
}
