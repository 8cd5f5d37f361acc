/**
 * An algorithm of the workspace (`.sidelab/algorithms/*.json`, JSON with comments): a command with a name, a version and
 * a schema of its parameters, for run files to name instead of a command.
 */
import { type Static, Type } from '@sinclair/typebox';
import { ComputeSchema } from './compute';

const named = { minLength: 1, maxLength: 200, pattern: '^\\S(.*\\S)?$' };

/** Numbers with points between them, then perhaps a word for what comes before the release. */
const versionPattern = '^\\d+(\\.\\d+)*(-[0-9A-Za-z.-]+)?$';

/** `${algorithmFolder}` in a word of the command is the folder that the algorithm's file is in. */
export const algorithmFolder = 'algorithmFolder';

const MetricSchema = Type.Object(
  {
    unit: Type.Optional(Type.String({ maxLength: 100, description: 'Unit of its values.', examples: ['s', '%'] })),
    goal: Type.Optional(
      Type.Union([Type.Literal('minimize'), Type.Literal('maximize')], { description: 'Which of its values is best.' }),
    ),
  },
  { additionalProperties: false },
);

export const AlgorithmSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String({ description: 'A JSON schema for editors; not read here.' })),
    name: Type.String({ ...named, description: 'What run files call it.', examples: ['tetra-opt'] }),
    version: Type.String({
      maxLength: 100,
      pattern: versionPattern,
      patternErrorMessage: 'Write a version such as "1.0.0" or "2.1.0-beta".',
      description: 'A run file that names no version gets the highest.',
      examples: ['1.0.0'],
    }),
    description: Type.Optional(Type.String({ maxLength: 10_000, description: 'What it does, in your words.' })),
    command: Type.Array(Type.String({ maxLength: 100_000 }), {
      minItems: 1,
      description: `Program and arguments, as in a run file. It starts in the run's \`cwd\`; \`\${${algorithmFolder}}\` is the folder of this file.`,
      examples: [['node', `\${${algorithmFolder}}/anneal.mjs`]],
    }),
    parameters: Type.Unsafe<Record<string, unknown>>({
      ...Type.Record(Type.String(), Type.Unknown()),
      description: 'JSON schema (draft-07 or 2020-12) of its `parameters`. Its defaults are filled in.',
    }),
    compute: Type.Optional(
      Type.Union([Type.String(named), ComputeSchema], {
        description:
          'What it takes of the machine, as in a run file. A run file that has a `compute` has that instead.',
        examples: [{ cpus: 4, memory: '16 GB' }, 'small'],
      }),
    ),
    metrics: Type.Optional(
      Type.Record(Type.String({ minLength: 1 }), MetricSchema, {
        description: 'What is known of the metrics that it logs.',
        examples: [{ loss: { goal: 'minimize' } }],
      }),
    ),
  },
  { additionalProperties: false },
);

export type Algorithm = Static<typeof AlgorithmSchema>;

/** The schema as the editor's JSON service loads it: `parameters` is a schema itself, and is checked as one. */
export function algorithmEditorSchema(): Record<string, unknown> {
  const plain = JSON.parse(JSON.stringify(AlgorithmSchema)) as Record<string, unknown>;
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Sidelab algorithm',
    allowComments: true,
    allowTrailingCommas: true,
    ...plain,
    // What 2020-12 adds to draft-07 is unknown to it, and therefore let through.
    allOf: [{ properties: { parameters: { $ref: 'http://json-schema.org/draft-07/schema#' } } }],
  };
}
