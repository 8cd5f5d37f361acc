/** The verbs of `sidelab` with their arguments and options; what each does is in a file of its own. */
import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { Failure } from '../base/failure';
import { parseDurationMs } from '../model/duration';
import { eventLevels } from '../model/run';
import { runSorts } from '../model/runOrder';
import { arrangeCommand } from './arrangeCommand';
import { type CancelOptions, cancelCommand } from './cancelCommand';
import { exportFormats } from '../core/series/exportSeries';
import type { CommandContext } from './context';
import { exportCommand, type ExportOptions } from './exportCommand';
import type { Interrupts } from './followRun';
import { type ListOptions, listCommand } from './listCommand';
import { type LogsOptions, logsCommand } from './logsCommand';
import { type QueueAction, queueActions, queueCommand } from './queueCommand';
import { type RetryOptions, retryCommand } from './retryCommand';
import { runCommand, type RunOptions } from './runCommand';
import { secretCommand } from './secrets';
import { showCommand } from './showCommand';
import { statusCommand } from './statusCommand';
import { type WaitOptions, waitCommand } from './waitCommand';

export interface VerbsOptions {
  /** Runs a command on a source, and keeps its exit code. */
  readonly withContext: (command: (context: CommandContext) => Promise<number>) => Promise<void>;
  readonly interrupts: Interrupts;
}

const reference = 'id, the beginning of it, or name; of equal names the newest';
const asJson = ['--json', 'as JSON, for scripts'] as const;

/** What makes runs and ends them. */
export function addRunVerbs(program: Command, { withContext, interrupts }: VerbsOptions): void {
  program
    .command('run')
    .description('Submit a run file and follow the run. Its exit code is passed on.')
    .argument('<file>', 'a run file (*.run.json)')
    .option('--detach', 'print the id of the run and return at once, as with "detach" in the file')
    .option('--no-detach', 'follow the run, whatever the file says')
    .option('--direct', 'run the programs one after another in this terminal, without the engine; recorded afterwards')
    .option('--no-direct', 'submit the run, whatever the file says')
    .option('--tail-logs', 'show the output of all tasks, whatever the file says')
    .option('--no-tail-logs', 'show no output of the program or the tasks, only how they go')
    .addOption(
      new Option('--log-level <level>', 'how much is said about the run, beside its output (default: info)').choices(
        eventLevels,
      ),
    )
    .option('--dry-run', 'print what would be submitted, and what each plugin changes; nothing is submitted')
    .option('--name <name>', 'name of the run')
    .option('--json', 'instead of its output, print the run as JSON: at its end or, detached, at once')
    .action(async (file: string, options: RunOptions) =>
      withContext(async (context) => runCommand(context, file, options, interrupts)),
    );
  program
    .command('cancel')
    .description('Cancel runs, and wait until they have ended.')
    .argument('<runs...>', reference)
    .option('--no-wait', 'return as soon as it is asked for')
    .option(...asJson)
    .action(async (runs: string[], options: CancelOptions) =>
      withContext(async (context) => cancelCommand(context, runs, options)),
    );
  program
    .command('secret')
    .description(
      'Give a secret to the runs that wait for it: piped in, or typed when asked for. It is kept nowhere else.',
    )
    .argument('<name>', 'as in ${secret:NAME}')
    .action(async (name: string) => withContext(async (context) => secretCommand(context, name)));
  const again = [
    ['retry', 'Try runs that have ended once more, with empty checkpoints.', 'empty'],
    ['resume', 'Go on with runs that have ended, from their checkpoints.', 'kept'],
  ] as const;
  for (const [name, description, checkpoints] of again) {
    const verb = program
      .command(name)
      .description(`${description} They get this terminal's environment, with the "env" of the run file on top.`)
      .argument('<runs...>', reference)
      .option('--follow', 'follow the run as "run" does; its exit code is passed on')
      .option(...asJson)
      .action(async (runs: string[], options: RetryOptions) =>
        withContext(async (context) => retryCommand(context, runs, checkpoints, options, interrupts)),
      );
    if (name === 'retry') verb.option('--onward', 'a task with all that comes after it in its graph');
  }
}

/** What changes the order in which waiting runs start. */
export function addQueueVerbs(program: Command, { withContext }: VerbsOptions): void {
  const wishes = [
    ['hold', 'Keep runs from starting until they are released; of a graph or a sweep all that has not started.'],
    ['release', 'Let runs that are held start again.'],
    ['next', 'Start these runs before all others, as soon as there is room for them.'],
  ] as const;
  for (const [wish, description] of wishes) {
    program
      .command(wish)
      .description(description)
      .argument('<runs...>', reference)
      .option(...asJson)
      .action(async (runs: string[], options: { json?: boolean }) =>
        withContext(async (context) => arrangeCommand(context, runs, wish, options)),
      );
  }
  program
    .command('queue')
    .description('Say what is free of the machine and how many runs wait, or pause or resume the start of runs.')
    .addArgument(new Argument('[action]').choices(queueActions))
    .option(...asJson)
    .action(async (action: QueueAction | undefined, options: { json?: boolean }) =>
      withContext(async (context) => queueCommand(context, action, options)),
    );
}

/** What only looks and waits. */
export function addReadingVerbs(program: Command, { withContext, interrupts }: VerbsOptions): void {
  program
    .command('list')
    .description('List runs, newest first unless told otherwise.')
    .option('--experiment <name>', 'only runs of this experiment')
    .option('--filter <text>', 'only runs that it leaves, such as "status:failed tag:baseline lr>0.1"')
    .addOption(new Option('--sort <order>', 'in which order').choices([...runSorts]).default('newest'))
    .option('--limit <count>', 'at most so many', parseCount, 20)
    .option('--deleted', 'instead, those that were deleted and can be brought back')
    .option(...asJson)
    .action(async (options: ListOptions) => withContext(async (context) => listCommand(context, options)));
  program
    .command('show')
    .description('Show what is known of a run.')
    .argument('<run>', reference)
    .option(...asJson)
    .action(async (run: string, options: { json?: boolean }) =>
      withContext(async (context) => showCommand(context, run, options)),
    );
  program
    .command('status')
    .description('Say how runs are. Exits with 0 when all have completed, 75 when the first other one is still active.')
    .argument('<runs...>', reference)
    .option(...asJson)
    .action(async (runs: string[], options: { json?: boolean }) =>
      withContext(async (context) => statusCommand(context, runs, options)),
    );
  program
    .command('wait')
    .description('Wait until runs have ended. Exits with the code of the first that has not completed.')
    .argument('<runs...>', reference)
    .option('--timeout <duration>', 'give up after so long: seconds, or "90 min"; exits with 75 then', parseDuration)
    .option(...asJson)
    .action(async (runs: string[], options: WaitOptions) =>
      withContext(async (context) => waitCommand(context, runs, options, interrupts)),
    );
  program
    .command('export')
    .description('Write all points that a run has logged, at full resolution.')
    .argument('<run>', reference)
    .option('--metric <name>', 'only this metric; may be given several times', (name, all: string[] = []) => [
      ...all,
      name,
    ])
    .addOption(new Option('--format <format>').choices(exportFormats).default('csv'))
    .option('--output <file>', 'into this file instead of stdout')
    .action(async (run: string, options: ExportOptions) =>
      withContext(async (context) => exportCommand(context, run, options)),
    );
  program
    .command('logs')
    .description('Print what a run has written.')
    .argument('<run>', reference)
    .option('-f, --follow', 'go on until it has ended')
    .option('--attempt <number>', 'only of this attempt, from 1 (default: the newest)', parseCount)
    .addOption(new Option('--stream <stream>').choices(['both', 'stdout', 'stderr']).default('both'))
    .option('--tail <lines>', 'only so many lines of the end', parseCount)
    .option('--json', 'as JSON, an object a line')
    .action(async (run: string, options: LogsOptions) =>
      withContext(async (context) => logsCommand(context, run, options, interrupts)),
    );
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1) throw new InvalidArgumentError('Write a whole number from 1.');
  return count;
}

/** Milliseconds; as in run files, a bare number is seconds. */
function parseDuration(text: string): number {
  try {
    return parseDurationMs(/^\d+(\.\d+)?$/.test(text) ? Number(text) : text);
  } catch (error) {
    if (error instanceof Failure) throw new InvalidArgumentError(error.hint ?? error.message);
    throw error;
  }
}
