/** `sidelab` in a terminal: reads the arguments, builds what the commands work with, and turns what they throw into an exit code. */
import path from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { silentLog } from '../base/log';
import { homeFolder } from '../protocol/engineAddress';
import { EngineSource } from '../core/sources/engine/engineSource';
import { readBundleVersion } from '../core/sources/engine/installEngine';
import { type CancelOptions, cancelCommand } from './cancelCommand';
import type { CommandContext } from './context';
import { exitCodes } from './exitCodes';
import { TerminalInterrupts } from './interrupts';
import { type ListOptions, listCommand } from './listCommand';
import { reportThrown } from './report';
import { runCommand, type RunOptions } from './runCommand';
import { showCommand } from './showCommand';
import { Terminal } from './terminal';

async function main(bundleFolder: string): Promise<number> {
  const version = await readBundleVersion(bundleFolder);
  const nowMs = (): number => Date.now();
  const terminal = new Terminal(process.stdout, process.stderr, nowMs);
  let exitCode: number = exitCodes.done;

  const program = new Command('sidelab')
    .description(
      'Submit, watch and cancel runs from JSON run files. The same engine serves the editor and the terminal.',
    )
    .version(version)
    .option('--home <folder>', 'where runs are kept (default: SIDELAB_HOME, or the folder of the platform)')
    .exitOverride();

  /** Runs a command on a source of its own, which ends with it. */
  const withContext = async (command: (context: CommandContext) => Promise<number>): Promise<void> => {
    const { home } = program.opts<{ home?: string }>();
    const source = EngineSource.open({
      home: home === undefined ? homeFolder(process.env) : path.resolve(home),
      bundleFolder,
      identity: { client: 'cli', version },
      environment: process.env,
      log: silentLog,
    });
    try {
      exitCode = await command({ source, terminal, environment: process.env, cwd: process.cwd(), nowMs });
    } finally {
      source.dispose();
    }
  };

  program
    .command('run')
    .description('Submit a run file and follow the run. Its exit code is passed on.')
    .argument('<file>', 'a run file (*.run.json)')
    .option('--detach', 'print the id of the run and return at once')
    .option('--name <name>', 'name of the run')
    .action(async (file: string, options: RunOptions) =>
      withContext(async (context) =>
        runCommand(context, file, options, new TerminalInterrupts(process.stdin, terminal)),
      ),
    );
  program
    .command('list')
    .description('List runs, newest first.')
    .option('--experiment <name>', 'only runs of this experiment')
    .option('--limit <count>', 'at most so many', parseCount, 20)
    .option('--json', 'as JSON')
    .action(async (options: ListOptions) => withContext(async (context) => listCommand(context, options)));
  program
    .command('show')
    .description('Show what is known of a run.')
    .argument('<run>', 'id, the beginning of it, or name; of equal names the newest')
    .option('--json', 'as JSON')
    .action(async (run: string, options: { json?: boolean }) =>
      withContext(async (context) => showCommand(context, run, options)),
    );
  program
    .command('cancel')
    .description('Cancel runs, and wait until they have ended.')
    .argument('<runs...>', 'id, the beginning of it, or name; of equal names the newest')
    .option('--no-wait', 'return as soon as it is asked for')
    .action(async (runs: string[], options: CancelOptions) =>
      withContext(async (context) => cancelCommand(context, runs, options)),
    );

  try {
    await program.parseAsync();
  } catch (thrown) {
    // Commander has said what is wrong with the arguments already; asking for help is no error.
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exitCodes.done : exitCodes.input;
    terminal.clearProgress();
    return reportThrown(thrown, (text) => process.stderr.write(text));
  }
  return exitCode;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1) throw new InvalidArgumentError('Write a whole number from 1.');
  return count;
}

// A reader that has gone away (`sidelab list | head`) is no error: there is just nobody to write to.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(exitCodes.done);
});
main(path.dirname(__filename)).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (thrown: unknown) => {
    process.exitCode = reportThrown(thrown, (text) => process.stderr.write(text));
  },
);
