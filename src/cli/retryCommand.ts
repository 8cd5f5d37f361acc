/**
 * `sidelab retry RUN…` and `sidelab resume RUN…`: another attempt of runs that have ended, with empty checkpoints or with
 * the kept ones. It gets this terminal's environment with the run file's on top (`retryEnvironment` has the rules).
 */
import { Failure } from '../base/failure';
import { describeEnvironmentChanges } from '../model/environmentChanges';
import { type RunId, shortId } from '../model/ids';
import type { Run } from '../model/run';
import { reopen } from '../model/runStatus';
import { mayResume, mayRetryOnward } from '../model/tryAgain';
import { retryEnvironment } from '../core/runs/retryEnvironment';
import { RunClient } from '../core/runs/runClient';
import { attemptCounts } from '../core/runs/tasks';
import { knownSecrets, secretOfEnvironment } from '../core/secrets/knownSecrets';
import { neededSecrets } from '../core/secrets/neededSecrets';
import type { RetriedRun, RetryRequest, Secrets } from '../core/source';
import type { CommandContext } from './context';
import { describeRunLine, toJson } from './describeRuns';
import { exitCodes } from './exitCodes';
import { type Interrupts, followRun } from './followRun';
import { exitCodeOfFollowed } from './runCommand';
import { supplyLacking } from './secrets';
import { waitFor } from './waitFor';

export interface RetryOptions {
  /** Also what comes after the task in its graph. */
  readonly onward?: boolean;
  readonly follow?: boolean;
  readonly json?: boolean;
}

export async function retryCommand(
  context: CommandContext,
  references: readonly string[],
  checkpoints: RetryRequest['checkpoints'],
  options: RetryOptions,
  interrupts: Interrupts,
): Promise<number> {
  const { source, terminal, environment, nowMs } = context;
  const found = await new RunClient(source).checkAll(references);
  if (options.follow && found.length > 1) {
    throw new Failure('InvalidInput', 'Only one run can be followed.', { hint: '"sidelab wait" waits for several.' });
  }
  // Before the first of them is touched: one that cannot must not leave half of it done.
  for (const run of found) mustBePossible(run, checkpoints, options.onward === true);

  // Before they are tried again: a short task has ended by the time it could be asked.
  const [only] = options.follow ? found : [];
  const attemptsBefore = only ? await attemptCounts(source, only) : new Map<RunId, number>();

  const wanted: { readonly names: readonly string[]; readonly secrets: Secrets }[] = [];
  const retryOne = async (run: Run): Promise<RetriedRun> => {
    const { problem, ...environments } = await retryEnvironment(source, run, environment);
    if (problem !== undefined) terminal.say(problem);
    const scope = options.onward ? 'onward' : 'one';
    const names = neededSecrets(environments);
    // What the engine has of the attempt before will do, so nothing is asked for yet.
    const secrets = await knownSecrets(names, secretOfEnvironment(environment));
    const again = await source.retry(run.id, { checkpoints, ...environments, secrets, scope });
    wanted.push({ names, secrets });
    return again;
  };
  const runs = await Promise.all(found.map(retryOne));
  // Runs of the same terminal mostly say the same.
  const said = runs.flatMap(({ environmentChanges }) =>
    environmentChanges ? [describeEnvironmentChanges(environmentChanges)] : [],
  );
  for (const words of new Set(said)) terminal.say(words);
  for (const { names, secrets } of wanted) await supplyLacking(context, names, secrets);
  const [run] = runs;
  if (options.json) {
    const waited = options.follow ? await waitFor(context, runs, { interrupts }) : undefined;
    terminal.print(toJson(waited?.runs ?? runs));
    const [last] = waited?.runs ?? [];
    return waited && last ? exitCodeOfFollowed(context, { run: last, left: waited.left }) : exitCodes.done;
  }
  if (!options.follow || !run) {
    for (const each of runs) terminal.print(describeRunLine(each, nowMs()));
    return exitCodes.done;
  }
  terminal.say(describeRunLine(run, nowMs()));
  return exitCodeOfFollowed(context, await followRun(context, run, interrupts, { attemptsBefore }));
}

/** As the source would say it, with the run's name; and a run that never started has nothing to be resumed from. */
function mustBePossible(run: Run, checkpoints: RetryRequest['checkpoints'], onward: boolean): void {
  try {
    reopen(run.status);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(error.code, `${shortId(run.id)}: ${error.message}`, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      cause: error,
    });
  }
  if (onward && !mayRetryOnward(run)) {
    throw new Failure('Conflict', `${shortId(run.id)}: It is no task, so nothing comes after it.`, {
      hint: 'Retry it without --onward.',
    });
  }
  if (checkpoints === 'kept' && !mayResume(run)) {
    throw new Failure('Conflict', `${shortId(run.id)}: It never started, so there is nothing to resume.`, {
      hint: 'Retry it instead.',
    });
  }
}
