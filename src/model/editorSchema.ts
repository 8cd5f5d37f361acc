/**
 * The run file's schema in the form that VS Code's JSON service loads: draft-07, comments and trailing commas allowed.
 * The build writes it to `dist/schemas/runFile.schema.json`; `package.json` contributes that file for `*.run.json`.
 */
import { RunFileSchema } from './runFile';

export function runFileEditorSchema(): Record<string, unknown> {
  // Through JSON, which drops TypeBox's symbols.
  const plain = JSON.parse(JSON.stringify(RunFileSchema)) as Record<string, unknown>;
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Sidelab run file',
    description: 'What to run: a program, its parameters and its limits.',
    allowComments: true,
    allowTrailingCommas: true,
    ...plain,
    defaultSnippets: [
      {
        label: 'Run a program',
        description: 'A run with an experiment, a command and parameters',
        body: {
          experiment: '${1:my-experiment}',
          command: ['${2:node}', '${3:train.mjs}'],
          parameters: { '${4:lr}': '^${5:0.1}' },
        },
      },
    ],
  };
}
