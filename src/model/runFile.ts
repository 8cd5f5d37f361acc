/**
 * The run file (`*.run.json`, JSON with comments): what to run. Written once, used as type, as validator at submission
 * and, through `editorSchema.ts`, as the schema behind the editor's completion, hovers and squiggles.
 *
 * What a run executes is one of `command`, `script`, `algorithm`, `tasks` and `group`; that exactly one is there, and
 * what the names of tasks mean, is checked beyond the schema (`core/runFiles/runFileChecks.ts`), at any depth.
 */
import { type Static, type TSchema, Type } from '@sinclair/typebox';
import { type WrittenLogLevel, writtenLogLevels } from './logLevel';
import { nonEmpty, runKeys } from './runFileKeys';
import { dependencyConditions, type DependencyCondition } from './taskGraph';

const DependencySchema = Type.Union([
  Type.String({ ...nonEmpty, description: 'Name of a task beside this one, which must have completed.' }),
  Type.Object(
    {
      task: Type.String({ ...nonEmpty, description: 'Name of a task beside this one.' }),
      on: Type.Optional(
        Type.Unsafe<DependencyCondition>({
          ...Type.Union(dependencyConditions.map((condition) => Type.Literal(condition))),
          default: 'completed',
          description:
            '`completed`: it ended well. `failed`: it failed or was lost; this handles it. `finished`: it ended in any way.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
]);

/** Keys that make a run of runs. */
const compositeKeys = <T extends TSchema>(task: T) => ({
  tasks: Type.Optional(
    Type.Record(Type.String({ pattern: '\\S' }), task, {
      minProperties: 1,
      description:
        'Tasks by their names, instead of a `command`: a graph, in which each task starts when those that it depends on have ended. A task inherits `cwd`, `env`, `envFile`, `python`, `compute`, `timeout`, `retries` and `parameters`.',
      examples: [{ prepare: { command: ['node', 'prepare.mjs'] }, train: { dependsOn: ['prepare'] } }],
    }),
  ),
  group: Type.Optional(
    Type.Array(task, {
      minItems: 1,
      maxItems: 10_000,
      description:
        'Members that run in parallel, instead of a `command`. What depends on the group waits for all of them.',
    }),
  ),
  sequential: Type.Optional(
    Type.Boolean({
      description:
        'The tasks run one after another, in the order of the file, each when the one before has completed. Not together with `dependsOn`.',
    }),
  ),
});

/** A task: a run file of its own inside another, with what it waits for. */
export const TaskSchema = Type.Recursive(
  (task) =>
    Type.Object(
      {
        ...runKeys,
        ...compositeKeys(task),
        dependsOn: Type.Optional(
          Type.Union([DependencySchema, Type.Array(DependencySchema, { maxItems: 10_000 })], {
            description:
              'Tasks beside this one that must have ended before it starts: their names, or `{ "task": …, "on": … }`. When one can no longer be met, this task is skipped.',
            examples: [['prepare'], [{ task: 'train', on: 'finished' }]],
          }),
        ),
      },
      { additionalProperties: false },
    ),
  { $id: 'Task' },
);
export type Task = Static<typeof TaskSchema>;

export const RunFileSchema = Type.Object(
  {
    $schema: Type.Optional(
      Type.String({ description: 'A JSON schema for editors other than VS Code; not read here.' }),
    ),
    experiment: Type.Optional(
      Type.String({
        ...nonEmpty,
        description:
          'Experiment that the run belongs to. It is created when it does not exist. Default: the file’s name.',
        examples: ['ising', 'digits'],
      }),
    ),
    ...runKeys,
    ...compositeKeys(TaskSchema),
    detach: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          'In a terminal: `sidelab run` returns as soon as the run is submitted, instead of following it (`--no-detach` follows). Runs always outlive the editor and the terminal, whatever this says.',
      }),
    ),
    logLevel: Type.Optional(
      Type.Unsafe<WrittenLogLevel>({
        ...Type.Union(writtenLogLevels.map((level) => Type.Literal(level))),
        default: 'info',
        description:
          'How much is said in a terminal about the run while it is followed, beside its output. `info`: how it and its tasks go. `debug`: all of its events too. `warning`, `error`: only what is amiss.',
      }),
    ),
    direct: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          'Runs the program, or the tasks one after another, in the foreground of a terminal and without the engine: with its keyboard, so that a debugger can ask. No retries, no time limit, no groups, no sweeps. Afterwards the run is among the others.',
      }),
    ),
    packaging: Type.Optional(
      Type.Unsafe<'git' | 'none'>({
        ...Type.String({ pattern: '^(git|none)$', patternErrorMessage: 'Write "git" or "none".' }),
        default: 'none',
        description:
          '`git`: the run, with all its tasks and trials, executes from a snapshot of the repository, taken when it is submitted, so that editing goes on while it waits. The snapshot has tracked files with their uncommitted changes, and untracked ones; ignored files and folders are linked into it. `none`, the default: it executes in the working tree.',
        examples: ['git'],
      }),
    ),
  },
  { additionalProperties: false },
);
export type RunFile = Static<typeof RunFileSchema>;

/** A run file or a task with the program that it executes: its own, its script's or its algorithm's. */
export type WithCommand<T> = T & { readonly command: string[] };
