/**
 * What the editor's JSON service offers to begin with: whole run files where there is nothing yet, and values of the keys
 * whose form one does not know by heart. A text that begins with `^` is inserted as it is; in all others a dollar begins a
 * place to fill in, and a backslash would be doubled.
 */

export interface SchemaSnippet {
  readonly label: string;
  readonly description: string;
  readonly body: unknown;
}

const flags = '^"\\${parameters:flags}"';

export const wholeFileSnippets: readonly SchemaSnippet[] = [
  {
    label: 'Run a program',
    description: 'A run with an experiment, a command and parameters',
    body: {
      experiment: '${1:my-experiment}',
      command: ['${2:node}', '${3:train.mjs}'],
      parameters: { '${4:lr}': '^${5:0.1}' },
    },
  },
  {
    label: 'Run a Python program',
    description: 'Its parameters as flags of the command line, in the selected environment',
    body: {
      command: ['python', '${1:train.py}', flags],
      parameters: { '${2:lr}': '^${3:0.1}' },
      python: 'selected',
    },
  },
  {
    label: 'Run an algorithm',
    description: 'One that .sidelab/algorithms describes, with its parameters',
    body: { algorithm: '${1:anneal}', parameters: { '${2:lr}': '^${3:0.1}' } },
  },
  {
    label: 'Run shell commands',
    description: 'A script, which sh runs',
    body: { script: '${1:echo Hello}' },
  },
  {
    label: 'Run a graph of tasks',
    description: 'Tasks that wait for each other, and read what others have made',
    body: {
      tasks: {
        prepare: { command: ['${1:node}', '${2:prepare.mjs}'] },
        train: {
          dependsOn: ['prepare'],
          command: ['${1:node}', '${3:train.mjs}', '^"\\${tasks.prepare.outputs}"'],
        },
      },
    },
  },
  {
    label: 'Search over parameters',
    description: 'A sweep: all combinations, each a run of its own',
    body: {
      command: ['${1:python}', '${2:train.py}', flags],
      parameters: { lr: '^${3:0.01}', width: '^${4:64}' },
      metrics: { '${5:loss}': { goal: 'minimize' } },
      sweep: {
        over: { 'parameters.lr': ['^${6:0.1}', '^${7:0.01}'], 'parameters.width': ['^${8:64}', '^${9:128}'] },
        atOnce: '^${10:2}',
      },
    },
  },
];

/** By key, of a run file and of its tasks. */
export const keySnippets: Readonly<Record<string, readonly SchemaSnippet[]>> = {
  tasks: [
    {
      label: 'One after another',
      description: 'The second task starts when the first has completed',
      body: {
        '${1:prepare}': { command: ['${2:node}', '${3:prepare.mjs}'] },
        '${4:train}': { dependsOn: ['${1:prepare}'], command: ['${5:node}', '${6:train.mjs}'] },
      },
    },
    {
      label: 'Whatever happens',
      description: 'A task that runs when another has ended, well or not',
      body: {
        '${1:train}': { command: ['${2:node}', '${3:train.mjs}'] },
        '${4:report}': {
          dependsOn: [{ task: '${1:train}', on: 'finished' }],
          command: ['${5:node}', '${6:report.mjs}'],
        },
      },
    },
    {
      label: 'In parallel',
      description: 'A group, whose members run at the same time',
      body: {
        '${1:folds}': {
          group: [
            { name: '${2:fold-1}', command: ['${3:node}', '${4:train.mjs}', '1'] },
            { name: '${5:fold-2}', command: ['${3:node}', '${4:train.mjs}', '2'] },
          ],
        },
      },
    },
  ],
  sweep: [
    {
      label: 'All combinations',
      description: 'Of the values that are listed',
      body: { over: { 'parameters.${1:lr}': ['^${2:0.1}', '^${3:0.01}'] } },
    },
    {
      label: 'A range',
      description: 'Values in equal steps, here of the logarithm',
      body: {
        over: { 'parameters.${1:lr}': { from: '^${2:0.0001}', to: '^${3:0.1}', count: '^${4:4}', scale: 'log' } },
      },
    },
    {
      label: 'At random',
      description: 'Samples of distributions, the same ones for the same seed',
      body: {
        method: 'random',
        samples: '^${1:20}',
        seed: '^${2:1}',
        over: { 'parameters.${3:lr}': { distribution: 'loguniform', from: '^${4:0.0001}', to: '^${5:0.1}' } },
      },
    },
    {
      label: 'One by one',
      description: 'Trials as they are listed',
      body: { trials: [{ 'parameters.${1:lr}': '^${2:0.1}' }, { 'parameters.${1:lr}': '^${3:0.01}' }] },
    },
  ],
  inputs: [
    {
      label: 'A file',
      description: 'A file, a folder, a pattern or a URL',
      body: { '${1:data}': '${2:data/train.csv}' },
    },
    {
      label: 'What a task has made',
      description: 'A file in the outputs of another task',
      body: { '${1:data}': '^"\\${tasks.${2:prepare}.outputs}/${3:data.bin}"' },
    },
  ],
  compute: [
    {
      label: 'Processors and memory',
      description: 'What the run takes',
      body: { cpus: '^${1:4}', memory: '${2:16 GB}' },
    },
    { label: 'A GPU', description: 'For this run alone', body: { cpus: '^${1:4}', gpus: '^${2:1}' } },
  ],
  metrics: [
    {
      label: 'A goal',
      description: 'Which values are better',
      body: { '${1:loss}': { goal: '${2|minimize,maximize|}' } },
    },
  ],
  signal: [
    { label: 'A warning', description: 'Ahead of the time limit', body: { name: 'USR1', before: '${1:5 min}' } },
  ],
};
