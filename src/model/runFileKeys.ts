/** The keys that a run file and each of its tasks have in common: a program, its parameters, its surroundings, its limits. */
import { type Static, Type } from '@sinclair/typebox';
import type { Goal } from './best';
import { ComputeSchema } from './compute';
import { durationPattern } from './duration';
import { metricNameMaxLength } from './series';
import { type Sweep, SweepSchema } from './sweep';

/** Free-form JSON values; objects may nest. */
const JsonObject = Type.Record(Type.String(), Type.Unknown());

const durationHelp = 'Write a duration such as "90 min", "24 h" or "5 days", or seconds as a number.';

const Duration = Type.Union([
  // For a text that is no duration the service speaks of the first alternative: "Expected number" would mislead.
  Type.Number({ minimum: 0, errorMessage: durationHelp }),
  Type.String({ pattern: durationPattern, patternErrorMessage: durationHelp }),
]);

const EnvFilePath = Type.String({ minLength: 1, maxLength: 4096 });

const pythonHelp = 'Write "selected", { "venv": ".venv" } or { "conda": "NAME" }.';

export const nonEmpty = {
  minLength: 1,
  maxLength: 200,
  pattern: '\\S',
  patternErrorMessage: 'Write at least one visible character.',
};

const PluginUseSchema = Type.Union([
  Type.String({ ...nonEmpty, description: 'Name of a plugin of the workspace.' }),
  Type.Object(
    {
      name: Type.String({ ...nonEmpty, description: 'Name of a plugin of the workspace.' }),
      parameters: Type.Optional(
        Type.Unsafe<Record<string, unknown>>({
          ...JsonObject,
          description: 'What the plugin is given, by its own schema.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
]);
export type PluginUse = Static<typeof PluginUseSchema>;

/** Signals that a program may be warned by; those that end it or that it cannot hear are left out. */
export const warningSignals = ['USR1', 'USR2', 'INT', 'TERM', 'HUP', 'ALRM'] as const;
export type WarningSignal = (typeof warningSignals)[number];

export const runKeys = {
  name: Type.Optional(
    Type.String({
      ...nonEmpty,
      description: 'Name of the run. Default: an adjective and a noun, such as "brave-otters".',
    }),
  ),
  description: Type.Optional(Type.String({ maxLength: 10_000, description: 'What this run is for, in your words.' })),
  tags: Type.Optional(
    Type.Array(Type.String(nonEmpty), {
      uniqueItems: true,
      maxItems: 100,
      description: 'Labels to find the run by. The program may add more while it runs.',
      examples: [['baseline']],
    }),
  ),
  metadata: Type.Optional(
    Type.Unsafe<Record<string, unknown>>({
      ...JsonObject,
      description: 'Facts about the run, as names and values. The program may add more while it runs.',
      examples: [{ lattice: 64 }],
    }),
  ),
  command: Type.Optional(
    Type.Array(Type.String({ maxLength: 100_000 }), {
      minItems: 1,
      description:
        'Program and arguments, each an element of its own; no shell is involved. Or name an `algorithm` of the workspace instead. The program is looked up in PATH, or relative to `cwd` when it contains a slash. Words by themselves that stand for all parameters: `${parameters:flags}` (`--lr 0.1 --model.width 256`) and `${parameters:overrides}` (`lr=0.1 model.width=256`).',
      examples: [
        ['node', 'train.mjs'],
        ['python', 'train.py', '${parameters:flags}'],
        ['python', 'train.py', '${parameters:overrides}'],
      ],
    }),
  ),
  script: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100_000,
      description:
        'Shell commands, instead of a `command`: `sh` runs them and stops at the first that fails. References are not filled in here, because the shell has a `${…}` of its own: hand values over in `env`.',
      examples: ['echo "Hello"\nsleep 1'],
    }),
  ),
  algorithm: Type.Optional(
    Type.String({
      ...nonEmpty,
      description:
        'Name of an algorithm of the workspace, instead of a `command`. The nearest folder above this file that has `.sidelab/algorithms` describes it: its command, and which parameters it takes.',
      examples: ['tetra-opt'],
    }),
  ),
  version: Type.Optional(
    Type.String({
      ...nonEmpty,
      description: 'Version of the algorithm. Default: the highest there is.',
      examples: ['1.0.0'],
    }),
  ),
  parameters: Type.Optional(
    Type.Unsafe<Record<string, unknown>>({
      ...JsonObject,
      description:
        'Parameters of the program. It finds them as JSON in the file that the environment variable `SIDELAB_PARAMETERS` names.',
      examples: [{ lr: 0.1, model: { width: 256 } }],
    }),
  ),
  inputs: Type.Optional(
    Type.Record(
      Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_.-]*$' }),
      Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })]),
      {
        description:
          'What the run reads, by name: a file, a folder, a pattern such as `data/*.csv`, a URL, or what another task has made (`${tasks.prepare.outputs}/data.bin`). Relative to the folder of this file. It must be there when the run starts; `${inputs.NAME}` is its path.',
        examples: [{ mesh: 'meshes/coarse.msh', data: '${tasks.prepare.outputs}/data.bin' }],
      },
    ),
  ),
  reuse: Type.Optional(
    Type.Boolean({
      description:
        'Take the result of a completed run that did the same, instead of executing again: same command, parameters, `env`, `inputs` (by what is in them), code and version of the algorithm. Code is the git working tree (run files apart), and the program and the files that the command names; of a packaged run it is the snapshot.',
      examples: [true],
    }),
  ),
  cwd: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 4096,
      description: 'Folder that the program starts in, relative to this file’s folder. Default: this file’s folder.',
      examples: ['.'],
    }),
  ),
  env: Type.Optional(
    Type.Record(Type.String({ pattern: '^[^=\\u0000]+$' }), Type.String({ maxLength: 100_000 }), {
      description:
        'Environment variables, added to those of whoever submits the run. Values may hold references such as `${run.outputs}` or `${env:HOME}`, and `${secret:TOKEN}`: a secret is kept in VS Code’s encrypted storage (_Sidelab: Set Secret_), or in the terminal’s variable `SIDELAB_SECRET_TOKEN`, reaches the program and is written down nowhere.',
      examples: [{ OMP_NUM_THREADS: '4' }],
    }),
  ),
  envFile: Type.Optional(
    Type.Union([EnvFilePath, Type.Array(EnvFilePath, { maxItems: 100 })], {
      description:
        'File of environment variables (`NAME=value` lines), relative to this file’s folder, or a list of such files; the last one counts. They win over the submitter’s, and `env` wins over them.',
      examples: ['.env', ['.env', '.env.local']],
    }),
  ),
  python: Type.Optional(
    Type.Union(
      [
        // A literal's own message would name "selected" as the only choice.
        Type.Unsafe<'selected'>({
          ...Type.String({ pattern: '^selected$', patternErrorMessage: pythonHelp }),
          description: 'The interpreter chosen in VS Code’s Python extension; in a terminal the active environment.',
        }),
        Type.Object(
          {
            venv: Type.String({
              minLength: 1,
              maxLength: 4096,
              description: 'Folder of the virtual environment, relative to this file’s folder.',
              examples: ['.venv'],
            }),
          },
          { additionalProperties: false },
        ),
        Type.Object(
          {
            conda: Type.String({
              ...nonEmpty,
              maxLength: 4096,
              description: 'Name of the conda environment, or its folder when it contains a slash.',
              examples: ['torch'],
            }),
          },
          { additionalProperties: false },
        ),
      ],
      {
        description:
          'Python environment that is activated for the program: `python` and what is installed beside it are found there first.',
        examples: ['selected', { venv: '.venv' }, { conda: 'torch' }],
      },
    ),
  ),
  timeout: Type.Optional(
    Type.Unsafe<Static<typeof Duration>>({
      ...Duration,
      description:
        'Time limit of each attempt, counted from its start: a number of seconds, or a text such as "24 h". In all at most `timeout` × (1 + `retries`). Default: no limit.',
      examples: ['24 h', '90 min', 3600],
    }),
  ),
  signal: Type.Optional(
    Type.Object(
      {
        name: Type.Unsafe<WarningSignal>({
          ...Type.Union(warningSignals.map((name) => Type.Literal(name))),
          description: 'Name of the signal, without SIG.',
        }),
        before: Type.Unsafe<Static<typeof Duration>>({
          ...Duration,
          description: 'How long before the time limit it is sent.',
          examples: ['5 min'],
        }),
      },
      {
        additionalProperties: false,
        description:
          'Warns the program ahead of its `timeout`, so that it can save a checkpoint. All processes of the attempt get the signal.',
        examples: [{ name: 'USR1', before: '5 min' }],
      },
    ),
  ),
  grace: Type.Optional(
    Type.Unsafe<Static<typeof Duration>>({
      ...Duration,
      description:
        'How long the program may take to end after it was asked to (SIGTERM), before it is ended by force (SIGKILL). Default: 10 seconds.',
      examples: ['10 s', '2 min'],
    }),
  ),
  tty: Type.Optional(
    Type.Boolean({
      default: false,
      description:
        'Gives the program a terminal of 120 columns, for colours and progress bars. Its stdout and stderr are one stream then.',
    }),
  ),
  retryDelay: Type.Optional(
    Type.Unsafe<Static<typeof Duration>>({
      ...Duration,
      description:
        'Pause before the next attempt after one that failed, timed out or was lost. It doubles with each further attempt, up to an hour. Default: none.',
      examples: ['30 s'],
    }),
  ),
  compute: Type.Optional(
    Type.Union(
      [
        Type.String({
          ...nonEmpty,
          description:
            'Name of a compute in `.sidelab/compute.json` of the nearest folder above this file that has one.',
        }),
        ComputeSchema,
      ],
      {
        description:
          'What the run takes of the machine: it starts when so much is free. Or the name of a compute of the workspace, which `.sidelab/compute.json` describes.',
        examples: [{ cpus: 4, memory: '16 GB' }, { gpus: 1 }, 'small'],
      },
    ),
  ),
  priority: Type.Optional(
    Type.Integer({
      minimum: -1000,
      maximum: 1000,
      default: 0,
      description:
        'Of the runs that wait, those with a higher number start first. A task adds its own to that of the run that it stands in. Default: 0.',
      examples: [10],
    }),
  ),
  retries: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 1000,
      default: 0,
      description: 'Further attempts after one that failed, timed out or was lost. Default: 0.',
      examples: [3],
    }),
  ),
  plugins: Type.Optional(
    Type.Array(PluginUseSchema, {
      maxItems: 100,
      description:
        'Plugins of the workspace that change the run before it is submitted, in this order: names, or `{ "name": …, "parameters": … }`. The nearest folder above this file that has `.sidelab/plugins` describes them. Of a run made of runs: each of these, before their own.',
      examples: [['profile'], [{ name: 'profile', parameters: { level: 2 } }]],
    }),
  ),
  tailLogs: Type.Optional(
    Type.Boolean({
      default: true,
      description:
        'Whether its output is shown while the run is followed in a terminal, line by line as it comes. For a run made of runs: that of all of them, each by what it says itself first. Default: yes.',
    }),
  ),
  metrics: Type.Optional(
    Type.Record(
      Type.String({ minLength: 1, maxLength: metricNameMaxLength }),
      Type.Object(
        {
          goal: Type.Optional(
            Type.Unsafe<Goal>({
              ...Type.Union([Type.Literal('minimize'), Type.Literal('maximize')]),
              description: 'Which values are better: low ones, or high ones.',
            }),
          ),
          unit: Type.Optional(Type.String({ maxLength: 50, description: 'Shown at its axis.', examples: ['s', '%'] })),
        },
        { additionalProperties: false },
      ),
      {
        description:
          'What is known of metrics before they are logged. The `goal` of a metric says what the best trial of a sweep is.',
        examples: [{ 'val/loss': { goal: 'minimize' } }],
      },
    ),
  ),
  sweep: Type.Optional(
    Type.Unsafe<Sweep>({
      ...SweepSchema,
      description:
        'Runs this file many times with something varied, each time as a trial: a run of its own, named by what differs.',
    }),
  ),
};
