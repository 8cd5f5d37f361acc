/** `sidelab` in a terminal: reads the arguments, builds what the commands work with, and turns what they throw into an exit code. */
import path from 'node:path';
import { Command, CommanderError } from 'commander';
import { silentLog } from '../base/log';
import { homeFolder } from '../protocol/engineAddress';
import { windowVariable } from '../core/runFiles/environment';
import { EngineSource } from '../core/sources/engine/engineSource';
import { readBundleVersion } from '../core/sources/engine/installEngine';
import { addCheckVerb } from './checkCommand';
import type { CommandContext } from './context';
import { exitCodes } from './exitCodes';
import { addGraphVerb } from './graphCommand';
import { NoticeTeller } from './noticeTeller';
import { TerminalInterrupts } from './interrupts';
import { reportThrown } from './report';
import { TerminalSecretInput } from './secretInput';
import { Terminal } from './terminal';
import { addChangeVerbs } from './changeVerbs';
import { addSweepVerbs } from './sweepVerbs';
import { addWhyVerbs } from './whyCommands';
import { addQueueVerbs, addReadingVerbs, addRunVerbs } from './verbs';

async function main(bundleFolder: string): Promise<number> {
  const version = await readBundleVersion(bundleFolder);
  const nowMs = (): number => Date.now();
  const window = process.env[windowVariable];
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
    const { home: given } = program.opts<{ home?: string }>();
    const home = given === undefined ? homeFolder(process.env) : path.resolve(given);
    const source = EngineSource.open({
      home,
      bundleFolder,
      identity: { client: 'cli', version, ...(window === undefined ? {} : { window }) },
      environment: process.env,
      log: silentLog,
    });
    const notices = new NoticeTeller(source, terminal);
    try {
      exitCode = await command({
        source,
        terminal,
        home,
        environment: process.env,
        cwd: process.cwd(),
        nowMs,
        secretInput,
      });
    } finally {
      await notices.acknowledge();
      source.dispose();
    }
  };

  const secretInput = new TerminalSecretInput(process.stdin, terminal);
  const interrupts = new TerminalInterrupts(process.stdin, terminal);
  addRunVerbs(program, { withContext, interrupts });
  addQueueVerbs(program, { withContext, interrupts });
  addReadingVerbs(program, { withContext, interrupts });
  addChangeVerbs(program, { withContext });
  addSweepVerbs(program, { withContext });
  addGraphVerb(program, { withContext });
  addWhyVerbs(program, { withContext });
  addCheckVerb(program, async (command) => {
    exitCode = await command({ terminal, environment: process.env, cwd: process.cwd() });
  });

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

// A reader that has gone away (`sidelab list | head`) is no error: there is just nobody to write to.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  process.exit(exitCodes.done);
});
// Nor is a terminal that was closed; what is under way, such as the record of a run, is finished.
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
});
main(path.dirname(__filename)).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (thrown: unknown) => {
    process.exitCode = reportThrown(thrown, (text) => process.stderr.write(text));
  },
);
