/**
 * Which tests show what a key of the run file does: their titles. `runFileKeys.test.ts` walks the schema, so that no key
 * comes without a test of its behaviour. For what the engine does with a key its tests are named beside the core's.
 */
export const runFileKeyTests: Readonly<Record<string, readonly [string, ...string[]]>> = {
  $schema: ['does not read $schema, which is for other editors'],
  experiment: ['names the experiment after the file', 'takes what people call the run as it is written'],
  name: ['names a run by an adjective and a noun', 'takes what people call the run as it is written'],
  description: ['takes what people call the run as it is written'],
  tags: ['takes what people call the run as it is written', 'fills in everything that the engine needs'],
  metadata: ['fills in everything that the engine needs'],
  command: [
    'finds a program with a slash from the working folder, and keeps links',
    'become the words of a command line with ${parameters:flags}',
    'become the words that hydra reads with ${parameters:overrides}',
    'are filled in when an attempt starts, in the command, the folder and the environment',
  ],
  algorithm: ['is submitted with the algorithm’s command, filled in, in the run file’s folder'],
  version: ['has the highest version, unless one is asked for'],
  parameters: [
    'reach the program as parameters: texts as they are, all else as JSON',
    'sees its parameters, its outputs folder and the environment of its submitter',
  ],
  cwd: ['are filled in cwd, which may be a folder of the run', 'says at "cwd" that the folder is missing, or is none'],
  env: [
    'are filled in the values of env, and nowhere in the submitter’s own variables',
    'sees its parameters, its outputs folder and the environment of its submitter',
  ],
  envFile: [
    'count more than the submitter’s environment and less than env',
    'may be several, the last one counts; references name them',
  ],
  python: [
    'is the selected interpreter’s environment, or the interpreter itself',
    'is what is active in a terminal, where no editor selects',
  ],
  'python.venv': ['is a virtual environment’s, activated: for the program and for what it starts'],
  'python.conda': ['is activated by conda, so that its packages’ own scripts count'],
  tty: ['get a terminal when they ask for one, and are still cancelled with all their processes'],
  timeout: [
    'counts durations in milliseconds, and leaves out those that the file leaves out',
    'times out after its limit, and is tried again as often as it may be',
    'keep their time limit, counted from their start, when the engine is killed in between',
  ],
  compute: [
    'has a name in the nearest folder that describes computes',
    'is inherited by tasks, members and trials, and not taken by what they stand in',
    'start when what they ask for is free, and never more of them than fit',
  ],
  'compute.executor': ['is written in the run file, in the units that people use'],
  'compute.cpus': [
    'is refused at its key when the machine has less, with both numbers',
    'start when what they ask for is free, and never more of them than fit',
  ],
  'compute.memory': [
    'is written in the run file, in the units that people use',
    'start when what they ask for is free, and never more of them than fit',
  ],
  'compute.gpus': [
    'is refused at its key when the machine has less, with both numbers',
    'get gpus of their own, and wait for those that others have',
  ],
  priority: ['start by their priority, and those of equal priority in the order of their submission'],
  retries: [
    'are at most one more than its retries, share their checkpoints, and each has its own end',
    'are not one more than asked for when all of them fail',
  ],
  retryDelay: [
    'counts durations in milliseconds, and leaves out those that the file leaves out',
    'pause before the next one, twice as long each time, and say so',
  ],
  grace: [
    'counts durations in milliseconds, and leaves out those that the file leaves out',
    'get the grace time of their own before they are ended by force',
  ],
  signal: ['are warned by a signal ahead of their limit, once, and can save what they have'],
  'signal.name': [
    'counts durations in milliseconds, and leaves out those that the file leaves out',
    'are warned by a signal ahead of their limit, once, and can save what they have',
  ],
  'signal.before': [
    'counts durations in milliseconds, and leaves out those that the file leaves out',
    'are warned by a signal ahead of their limit, once, and can save what they have',
  ],
  script: ['is filled in nowhere: the shell runs it, and stops at the first command that fails'],
  tasks: ['starts each task when those that it depends on have completed, and is completed when all of them are'],
  plugins: [
    'change program and execution together, key by key, with their own parameters filled in',
    'of a graph are applied to each of its programs, before those of the task',
  ],
  'plugins.name': ['have their parameters checked, at their keys'],
  'plugins.parameters': ['have their parameters checked, at their keys'],
  tailLogs: ['shows the output of those tasks that the file wants to be shown, or that an option names'],
  detach: ['is detached by its file, unless it is told to follow'],
  logLevel: ['says as much as the file or an option wants'],
  packaging: [
    'executes the code as it was at submission, whatever is edited while it waits',
    'is refused at "packaging" where it cannot be packaged, while typing already',
  ],
  direct: [
    'runs the tasks of a file one after another in its own terminal, stdin too, and records them',
    'refuses what runs in parallel, at its key, whoever asks for direct',
  ],
  group: ['runs the members of a group in parallel, as one for what depends on it'],
  sequential: ['runs tasks one after another, in the order of the file, when it is sequential'],
  'tasks.dependsOn': [
    'starts each task when those that it depends on have completed, and is completed when all of them are',
  ],
  'tasks.dependsOn.task': [
    'runs what waits for a failure, or for any end, and is not failed by a failure that was handled',
  ],
  'tasks.dependsOn.on': [
    'runs what waits for a failure, or for any end, and is not failed by a failure that was handled',
  ],
  metrics: ['runs each combination as a trial of its own, named by what differs, and knows the best'],
  sweep: ['runs each combination as a trial of its own, named by what differs, and knows the best'],
  'sweep.over': [
    'is all combinations, the last key fastest',
    'runs each combination as a trial of its own, named by what differs, and knows the best',
  ],
  'sweep.method': ['draws ten trials, or all combinations where they are fewer'],
  'sweep.samples': ['keeps its first trials, names included, when more are asked for'],
  'sweep.seed': ['draws the same trials for the same seed, on any machine and in any version'],
  'sweep.zip': ['moves zipped keys together, where the first of them stands'],
  'sweep.trials': ['is followed by explicit trials, or is made of them alone'],
  'sweep.atOnce': ['executes as many trials at once as it says, and no more'],
  'sweep.metric': ['decides by the named metric which trial is best, where several have a goal'],
  inputs: [
    'stand for the paths of files, folders, patterns and URLs, relative to the run file',
    'are refused at their key where nothing is there, and so is a name that is none',
  ],
  reuse: [
    'is that of a completed run that did the same, and the run says from which',
    'is not taken when command, parameters, variables, inputs or code have changed, and taken when they are back',
  ],
};
