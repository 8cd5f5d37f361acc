/**
 * The run file (`*.run.json`, JSON with comments): what to run. Written once, used as type, as validator at submission
 * and, through `editorSchema.ts`, as the schema behind the editor's completion, hovers and squiggles.
 */
import { type Static, Type } from '@sinclair/typebox';
import { durationPattern } from './duration';

/** Free-form JSON values; objects may nest. */
const JsonObject = Type.Record(Type.String(), Type.Unknown());

const durationHelp = 'Write a duration such as "90 min", "24 h" or "5 days", or seconds as a number.';

const Duration = Type.Union([
  // For a text that is no duration the service speaks of the first alternative: "Expected number" would mislead.
  Type.Number({ minimum: 0, errorMessage: durationHelp }),
  Type.String({ pattern: durationPattern, patternErrorMessage: durationHelp }),
]);

const nonEmpty = {
  minLength: 1,
  maxLength: 200,
  pattern: '\\S',
  patternErrorMessage: 'Write at least one visible character.',
};

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
    command: Type.Array(Type.String({ maxLength: 100_000 }), {
      minItems: 1,
      description:
        'Program and arguments, each an element of its own; no shell is involved. The program is looked up in PATH, or relative to `cwd` when it contains a slash.',
      examples: [
        ['node', 'train.mjs'],
        ['python', 'train.py', '--lr', '0.1'],
      ],
    }),
    parameters: Type.Optional(
      Type.Unsafe<Record<string, unknown>>({
        ...JsonObject,
        description:
          'Parameters of the program. It finds them as JSON in the file that the environment variable `SIDELAB_PARAMETERS` names.',
        examples: [{ lr: 0.1, model: { width: 256 } }],
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
        description: 'Environment variables, added to those of whoever submits the run.',
        examples: [{ OMP_NUM_THREADS: '4' }],
      }),
    ),
    timeout: Type.Optional(
      Type.Unsafe<Static<typeof Duration>>({
        ...Duration,
        description:
          'Time limit of each attempt, counted from its start: a number of seconds, or a text such as "24 h". In all at most `timeout` × (1 + `retries`). Default: no limit.',
        examples: ['24 h', '90 min', 3600],
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
  },
  { additionalProperties: false },
);

export type RunFile = Static<typeof RunFileSchema>;
