/** `sidelab rename`, `tag`, `note`, `move`, `pin`, `unpin`, `delete` and `undelete`: what a person changes of runs that are there. */
import type { Command } from 'commander';
import { Failure } from '../base/failure';
import { RunClient } from '../core/runs/runClient';
import { formatDuration } from '../model/duration';
import type { Run } from '../model/run';
import type { RunChange } from '../model/runChange';
import type { CommandContext } from './context';
import { describeRunLine, toJson } from './describeRuns';
import { exitCodes } from './exitCodes';
import { findExperiment } from './listCommand';
import { plainText } from './plainText';
import type { VerbsOptions } from './verbs';

interface JsonOption {
  readonly json?: boolean;
}

const reference = 'id, the beginning of it, or name; of equal names the newest';
const asJson = ['--json', 'as JSON, for scripts'] as const;
const repeated = (value: string, all: readonly string[] = []): readonly string[] => [...all, value];

export function addChangeVerbs(program: Command, { withContext }: Pick<VerbsOptions, 'withContext'>): void {
  program
    .command('rename')
    .description('Give a run another name.')
    .argument('<run>', reference)
    .argument('<name>')
    .option(...asJson)
    .action(async (run: string, name: string, options: JsonOption) =>
      withContext(async (context) => changeRuns(context, [run], { name }, options)),
    );
  program
    .command('tag')
    .description('Add tags to runs, or remove some.')
    .argument('<runs...>', reference)
    .option('--add <tag>', 'may be given several times', repeated)
    .option('--remove <tag>', 'may be given several times', repeated)
    .option(...asJson)
    .action(async (runs: string[], { add = [], remove = [], ...options }: TagOptions) =>
      withContext(async (context) => {
        if (add.length + remove.length === 0) {
          throw new Failure('InvalidInput', 'Nothing is said of the tags.', {
            hint: 'Write --add TAG or --remove TAG.',
          });
        }
        return changeRuns(context, runs, { addTags: [...add], removeTags: [...remove] }, options);
      }),
    );
  program
    .command('note')
    .description('Write a note on a run, in place of the one that it has; without a text, print that.')
    .argument('<run>', reference)
    .argument('[text]')
    .option('--clear', 'take the note away')
    .option(...asJson)
    .action(async (run: string, text: string | undefined, { clear, ...options }: JsonOption & { clear?: boolean }) =>
      withContext(async (context) => {
        const note = clear ? '' : text;
        return note === undefined ? printNote(context, run, options) : changeRuns(context, [run], { note }, options);
      }),
    );
  program
    .command('move')
    .description('File runs under another experiment, with all that they are made of.')
    .argument('<runs...>', reference)
    .requiredOption('--to <experiment>', 'its name; it is made when there is none')
    .option(...asJson)
    .action(async (runs: string[], { to, ...options }: JsonOption & { to: string }) =>
      withContext(async (context) => changeRuns(context, runs, { experiment: to }, options)),
    );
  for (const [name, description, pinned] of [
    ['pin', 'Mark runs as favourites.', true],
    ['unpin', 'Mark runs as favourites no longer.', false],
  ] as const) {
    program
      .command(name)
      .description(description)
      .argument('<runs...>', reference)
      .option(...asJson)
      .action(async (runs: string[], options: JsonOption) =>
        withContext(async (context) => changeRuns(context, runs, { pinned }, options)),
      );
  }
  program
    .command('delete')
    .description('Delete runs that have ended, with their outputs. For an hour "undelete" brings them back.')
    .argument('[runs...]', reference)
    .option('--experiment <name>', 'all runs of this experiment')
    .option(...asJson)
    .action(async (runs: string[], options: DeleteOptions) =>
      withContext(async (context) => deleteRuns(context, runs, options)),
    );
  program
    .command('undelete')
    .description('Bring runs back that were deleted within the last hour; "list --deleted" shows which.')
    .argument('<runs...>', 'id, the beginning of it, or name; of equal names the one that was deleted last')
    .option(...asJson)
    .action(async (runs: string[], options: JsonOption) =>
      withContext(async (context) => say(context, await context.source.undelete(runs), options)),
    );
}

interface TagOptions extends JsonOption {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
}

interface DeleteOptions extends JsonOption {
  readonly experiment?: string;
}

/** All are looked up before the first is touched: a misspelt one must not leave half of it done. */
async function changeRuns(
  context: CommandContext,
  references: readonly string[],
  change: RunChange,
  options: JsonOption,
): Promise<number> {
  const { source } = context;
  const found = await new RunClient(source).checkAll(references);
  return say(
    context,
    await source.change(
      found.map(({ id }) => id),
      change,
    ),
    options,
  );
}

async function printNote({ source, terminal }: CommandContext, run: string, { json }: JsonOption): Promise<number> {
  const { note } = (await source.run(run)).run;
  if (json) terminal.print(JSON.stringify({ note: note ?? null }));
  else if (note === undefined) terminal.say('It has no note.');
  else terminal.print(plainText(note));
  return exitCodes.done;
}

async function deleteRuns(
  context: CommandContext,
  references: readonly string[],
  { experiment, ...options }: DeleteOptions,
): Promise<number> {
  const { source, terminal, nowMs } = context;
  if ((references.length === 0) === (experiment === undefined)) {
    throw new Failure('InvalidInput', 'Name the runs to delete, or an experiment with --experiment.');
  }
  const found =
    experiment === undefined
      ? { runs: (await new RunClient(source).checkAll(references)).map(({ id }) => id) }
      : { experimentId: await findExperiment(source, experiment) };
  const { runs, undoUntilMs } = await source.delete(found);
  if (options.json) {
    terminal.print(JSON.stringify({ runs, undoUntilMs }, undefined, 2));
    return exitCodes.done;
  }
  for (const id of runs) terminal.print(id);
  const limit = formatDuration(Math.max(0, undoUntilMs - nowMs()));
  const which = runs.length === 1 ? 'The run is' : `${runs.length} runs are`;
  terminal.say(`${which} deleted. For ${limit} "sidelab undelete ID" brings back what you still want.`);
  return exitCodes.done;
}

function say({ terminal, nowMs }: CommandContext, runs: readonly Run[], { json }: JsonOption): number {
  if (json) terminal.print(toJson(runs));
  else for (const run of runs) terminal.print(describeRunLine(run, nowMs()));
  return exitCodes.done;
}
