/** `sidelab sweep stop RUN` and `sidelab sweep extend RUN`: no further trials, or those that the run file has got since. */
import type { Command } from 'commander';
import { sweepExtension } from '../core/runs/sweepExtension';
import { knownSecrets, secretOfEnvironment } from '../core/secrets/knownSecrets';
import { neededSecrets } from '../core/secrets/neededSecrets';
import type { CommandContext } from './context';
import { describeRunLine, toJson } from './describeRuns';
import { exitCodes } from './exitCodes';
import { supplyLacking } from './secrets';
import type { VerbsOptions } from './verbs';

interface SweepOptions {
  readonly json?: boolean;
}

export function addSweepVerbs(program: Command, { withContext }: Pick<VerbsOptions, 'withContext'>): void {
  const sweep = program.command('sweep').description('Change a sweep that was submitted.');
  sweep
    .command('stop')
    .description('Start no further trial of a sweep. Those under way go on, and the sweep ends with them.')
    .argument('<run>', 'id, the beginning of it, or name of the sweep')
    .option('--json', 'as JSON, for scripts')
    .action(async (run: string, options: SweepOptions) =>
      withContext(async (context) => stopSweep(context, run, options)),
    );
  sweep
    .command('extend')
    .description('Add the trials that its run file has got since. Those that the sweep has already stay as they are.')
    .argument('<run>', 'id, the beginning of it, or name of the sweep')
    .option('--json', 'as JSON, for scripts')
    .action(async (run: string, options: SweepOptions) =>
      withContext(async (context) => extendSweep(context, run, options)),
    );
}

async function stopSweep(
  { source, terminal, nowMs }: CommandContext,
  reference: string,
  { json }: SweepOptions,
): Promise<number> {
  const { run } = await source.run(reference);
  const stopped = await source.stopEarly(run.id);
  terminal.print(json ? toJson(stopped) : describeRunLine(stopped, nowMs()));
  return exitCodes.done;
}

async function extendSweep(context: CommandContext, reference: string, { json }: SweepOptions): Promise<number> {
  const { source, terminal, environment, nowMs } = context;
  const { run } = await source.run(reference);
  const extension = await sweepExtension(source, run, environment);
  const names = neededSecrets(extension);
  // What the engine has of the other trials will do.
  const secrets = await knownSecrets(names, secretOfEnvironment(environment));
  const { run: extended, added } = await source.extend(extension, secrets);
  if (added > 0) await supplyLacking(context, names, secrets);
  if (json) {
    terminal.print(JSON.stringify({ run: extended, added }, undefined, 2));
    return exitCodes.done;
  }
  terminal.print(describeRunLine(extended, nowMs()));
  terminal.say(
    added === 0 ? 'It has all trials of its run file already.' : `${added} more ${added === 1 ? 'trial' : 'trials'}.`,
  );
  return exitCodes.done;
}
