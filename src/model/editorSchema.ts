/**
 * The run file's schema in the form that VS Code's JSON service loads: draft-07, comments and trailing commas allowed.
 * The build writes it to `dist/schemas/runFile.schema.json`; `package.json` contributes that file for `*.run.json`.
 */
import { ComputeFileSchema } from './compute';
import { RunFileSchema } from './runFile';
import { keySnippets, wholeFileSnippets } from './runFileSnippets';

export function runFileEditorSchema(): Record<string, unknown> {
  const definitions: Record<string, unknown> = {};
  const plain = withDefinitions(RunFileSchema, definitions);
  const properties = { ...withSnippets(plain['properties']), dependsOn: onlyOfTasks };
  const task = definitions['Task'];
  if (isObject(task)) definitions['Task'] = { ...task, properties: withSnippets(task['properties']) };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Sidelab run file',
    description: 'What to run: a program, its parameters and its limits.',
    allowComments: true,
    allowTrailingCommas: true,
    ...plain,
    properties,
    definitions,
    defaultSnippets: wholeFileSnippets,
  };
}

/** Snippets are the editor's alone: at submission nobody asks for them. */
function withSnippets(properties: unknown): Record<string, unknown> {
  const all = isObject(properties) ? properties : {};
  return Object.fromEntries(
    Object.entries(all).map(([key, property]) => {
      const defaultSnippets = Object.hasOwn(keySnippets, key) ? keySnippets[key] : undefined;
      return [key, defaultSnippets && isObject(property) ? { ...property, defaultSnippets } : property];
    }),
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A key of tasks alone, refused at the top in words that say where it belongs. */
const onlyOfTasks = {
  enum: [],
  errorMessage: 'Only a task waits for others: move "dependsOn" to the task that waits.',
  doNotSuggest: true,
};

/** The schema of `.sidelab/compute.json`, in the same form. */
export function computeEditorSchema(): Record<string, unknown> {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Sidelab computes',
    description: 'Computes by their names: what runs that name one take of the machine.',
    allowComments: true,
    allowTrailingCommas: true,
    ...withDefinitions(ComputeFileSchema, {}),
    defaultSnippets: [
      {
        label: 'A compute',
        description: 'Processors and memory by a name',
        body: { '${1:small}': { cpus: '^${2:2}' } },
      },
    ],
  };
}

/**
 * The schema as plain JSON, with each part that has an id moved to `definitions` and referred to from there: the JSON
 * service follows `#/definitions/Task`, but not the `Task` that TypeBox writes for a schema that contains itself.
 */
function withDefinitions(schema: object, definitions: Record<string, unknown>): Record<string, unknown> {
  const rewrite = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(rewrite);
    if (typeof part !== 'object' || part === null) return part;
    const { $id, ...rest } = part as Record<string, unknown>;
    const entries = Object.entries(rest).map(([key, value]) => [
      key,
      key === '$ref' && typeof value === 'string' ? `#/definitions/${value}` : rewrite(value),
    ]);
    if (typeof $id !== 'string') return Object.fromEntries(entries);
    definitions[$id] = Object.fromEntries(entries);
    return { $ref: `#/definitions/${$id}` };
  };
  // Through JSON, which drops TypeBox's symbols.
  return rewrite(JSON.parse(JSON.stringify(schema))) as Record<string, unknown>;
}
