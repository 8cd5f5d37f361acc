/**
 * A plugin of the workspace (`.sidelab/plugins/*.json`, JSON with comments): a named change to what a run executes and to
 * how it is executed, together. Run files name plugins; each is applied to every program of the run.
 */
import { type Static, Type } from '@sinclair/typebox';
import { runKeys } from './runFileKeys';

/** `${plugin.NAME}` in a text of the changes is the plugin's own parameter. */
export const pluginPrefix = 'plugin.';

const { command, parameters, metadata, tags, metrics } = runKeys;
const { cwd, env, envFile, python, tty, timeout, signal, grace, retries, retryDelay } = runKeys;

export const PluginSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String({ description: 'A JSON schema for editors; not read here.' })),
    name: Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: '^\\S(.*\\S)?$',
      description: 'What run files call it.',
      examples: ['profile'],
    }),
    description: Type.Optional(Type.String({ maxLength: 10_000, description: 'What it does, in your words.' })),
    parameters: Type.Optional(
      Type.Unsafe<Record<string, unknown>>({
        ...Type.Record(Type.String(), Type.Unknown()),
        description:
          'JSON schema (draft-07 or 2020-12) of its own parameters, which stand for `${plugin.NAME}` in the changes. Its defaults are filled in. Without it there are none.',
      }),
    ),
    task: Type.Optional(
      Type.Object(
        { command, parameters, metadata, tags, metrics },
        {
          additionalProperties: false,
          description:
            'What changes of the program: keys of the run file. Objects are changed key by key, tags are added, all else is replaced.',
          examples: [{ parameters: { profile: true } }],
        },
      ),
    ),
    executor: Type.Optional(
      Type.Object(
        { cwd, env, envFile, python, tty, timeout, signal, grace, retries, retryDelay },
        {
          additionalProperties: false,
          description: 'What changes of how it is executed: keys of the run file, in the same way.',
          examples: [{ env: { PROFILE_LEVEL: '${plugin.level}' } }],
        },
      ),
    ),
  },
  { additionalProperties: false },
);

export type Plugin = Static<typeof PluginSchema>;

/** The schema as the editor's JSON service loads it: `parameters` is a schema itself, and is checked as one. */
export function pluginEditorSchema(): Record<string, unknown> {
  const plain = JSON.parse(JSON.stringify(PluginSchema)) as Record<string, unknown>;
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Sidelab plugin',
    allowComments: true,
    allowTrailingCommas: true,
    ...plain,
    // What 2020-12 adds to draft-07 is unknown to it, and therefore let through.
    allOf: [{ properties: { parameters: { $ref: 'http://json-schema.org/draft-07/schema#' } } }],
  };
}
