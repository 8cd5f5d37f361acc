/**
 * A dry run as a document: what would happen, in Markdown, which editors fold and terminals show as it is. Of the trials of a
 * sweep the first one is told whole, and the first few by their names, which say what they vary.
 */
import { describeAmount } from '../../model/demand';
import { formatDuration } from '../../model/duration';
import { visibleControls } from '../../model/plainText';
import { hasLateReference } from '../../model/references';
import type { Queue, Submission, TaskSubmission } from '../../protocol/engine';
import { outputsFolder } from '../../protocol/runFolders';
import { neededSecrets } from '../secrets/neededSecrets';
import type { DryProgram, DryRun } from './dryRun';
import { cleanEnvironment } from './environment';
import { environmentLines } from './environmentShown';
import { planSummary } from './planSummary';
import { type Fact, launchFacts, shownText } from './programFacts';
import { ProgramVersions } from './programVersion';
import { resolvedFile } from './resolvedFile';
import { quotedCommand } from './shellWords';

export interface DryRunPlace {
  /** Of the run file. */
  readonly path: string;
  /** Of whoever would submit it. */
  readonly environment: NodeJS.ProcessEnv;
  /** Where runs are kept. */
  readonly home: string;
  /** As it is now; undefined while no engine lives, which is not started for this. */
  readonly queue?: Queue | undefined;
  /** So many programs are told whole, and of the others the names: editors are slow with megabytes. All unless told. */
  readonly mostPrograms?: number;
}

/** Trials of a sweep that are named. */
const namedTrials = 5;

/** Asks interpreters for their versions: for a workspace that is trusted. */
export async function dryRunDocument(dry: DryRun, place: DryRunPlace): Promise<string> {
  const { submission, experiment } = dry;
  const versions = new ProgramVersions();
  const told = new ToldPrograms(submission);
  const parts = [
    `# Dry run of ${experiment}/${submission.name}`,
    'Nothing was submitted.',
    listOf(headFacts(dry, place)),
  ];
  for (const sweep of sweepsIn(submission)) parts.push(...describeSweep(submission, sweep));
  const programs = dry.programs.filter((program) => told.has(program));
  for (const program of programs.slice(0, place.mostPrograms)) {
    parts.push(...(await describeProgram(program, dry, place, versions)));
  }
  const left = place.mostPrograms === undefined ? [] : programs.slice(place.mostPrograms);
  if (left.length > 0) {
    const names = left.map(({ path }) => `- ${path}`);
    parts.push(
      `## ${left.length.toLocaleString('en-US')} more`,
      'Of these only the names are told here; `sidelab run --dry-run` tells each of them in a terminal.',
      names.join('\n'),
    );
  }
  return `${visibleControls(parts.join('\n\n'))}\n`;
}

function headFacts({ submission, programs }: DryRun, { path, queue }: DryRunPlace): readonly Fact[] {
  const { mostAtOnce, mostHere = mostAtOnce, longestMs } = planSummary(submission, queue?.capacity.atOnce);
  const secrets = neededSecrets(submission);
  const count = programs.length.toLocaleString('en-US');
  return [
    ['Run file', path],
    ...factIf('Programs', programs.length > 1 && `${count}, at most ${mostHere} at once`),
    [
      'At most',
      longestMs === undefined ? 'without an end: not all programs have a time limit' : formatDuration(longestMs),
    ],
    ...factIf('Code', submission.code?.isSnapshot === true && `a snapshot of ${submission.code.repository}`),
    ...factIf('Secrets', secrets.length > 0 && secrets.join(', ')),
    ...factIf('Room now', queue && describeRoom(queue)),
  ];
}

/** "3 of 4 cpus, 5.1 GB of 7.8 GB of memory; 1 run executes, and 2 wait before it". */
function describeRoom({ capacity, free, running, waiting, isPaused }: Queue): string {
  const amounts = [
    `${free.atOnce} of ${capacity.atOnce} places`,
    `${free.cpus} of ${describeAmount('cpus', capacity.cpus)}`,
    `${describeAmount('memory', free.memoryBytes).replace(/ of memory$/, '')} of ${describeAmount('memory', capacity.memoryBytes)}`,
    ...(capacity.gpus > 0 ? [`${free.gpus} of ${describeAmount('gpus', capacity.gpus)}`] : []),
  ];
  const runs = `${running} ${running === 1 ? 'run executes' : 'runs execute'}`;
  const before = waiting === 0 ? 'none waits before it' : `${waiting} ${waiting === 1 ? 'waits' : 'wait'} before it`;
  return `${amounts.join(', ')} are free; ${runs}, ${before}${isPaused ? '; the queue is paused' : ''}`;
}

const sweepsIn = (submission: Submission): readonly (Submission | TaskSubmission)[] =>
  [submission, ...(submission.tasks ?? [])].filter(({ kind }) => kind === 'sweep');

function describeSweep(submission: Submission, sweep: Submission | TaskSubmission): readonly string[] {
  const trials = (submission.tasks ?? []).filter(({ parentId }) => parentId === sweep.runId);
  const { atOnce, best } = sweep.sweep ?? {};
  const facts: Fact[] = [
    ['Trials', trials.length.toLocaleString('en-US')],
    ...factIf('At once', atOnce !== undefined && `at most ${atOnce}`),
    ...factIf('Best', best && `${best.goal} ${best.metric}`),
  ];
  const first = trials.slice(0, namedTrials).map(({ task }) => `- ${task}`);
  const left = trials.length - first.length;
  const all = left > 0 ? [...first, `- … and ${left.toLocaleString('en-US')} more`] : first;
  return [`## Sweep${'task' in sweep ? ` ${sweep.task}` : ''}`, listOf(facts), all.join('\n')];
}

async function describeProgram(
  program: DryProgram,
  dry: DryRun,
  { environment, home }: DryRunPlace,
  versions: ProgramVersions,
): Promise<readonly string[]> {
  const { launch, file } = program;
  const pairs = environmentOf(dry.submission, launch);
  const [interpreter = ''] = launch.command;
  const version = hasLateReference(interpreter) ? undefined : await versions.find(interpreter, plainPairs(pairs));
  const lines = environmentLines({
    submitter: cleanEnvironment(environment),
    environment: pairs,
    written: file.env ?? {},
  });
  const facts: Fact[] = [
    ...factIf('Interpreter', version !== undefined && `${version}, ${interpreter}`),
    ['Folder', shownText(launch.cwd)],
    ...launchFacts(program),
    ['Outputs', outputsFolder(home, launch.runId).replace(launch.runId, '‹id of the run›')],
  ];
  return [
    `## ${program.path}${'trialJson' in launch ? ' (the first trial)' : ''}`,
    fenced('sh', quotedCommand(launch.command.map(shownText))),
    listOf(facts),
    ...(lines.length > 0 ? ['### Environment', fenced('sh', lines.join('\n'))] : []),
    '### Resolved file',
    fenced('json', JSON.stringify(resolvedFile(program, dry), undefined, 2)),
  ];
}

function environmentOf(
  { environment, environments = [] }: Submission,
  launch: Submission | TaskSubmission,
): Submission['environment'] {
  const number = 'parentId' in launch ? launch.environment : 0;
  return number === 0 ? environment : (environments[number - 1] ?? []);
}

/** Enough to start an interpreter with: nothing that is to be filled. */
const plainPairs = (pairs: Submission['environment']): Readonly<Record<string, string>> =>
  Object.fromEntries(
    pairs.filter(([, value]) => !hasLateReference(value)).map(([name, value]) => [name, shownText(value)]),
  );

/** Which programs are told: of trials the first, and of what that is made of all. */
class ToldPrograms {
  readonly #told: ReadonlySet<string>;

  constructor({ runId, tasks = [] }: Submission) {
    const told = new Set<string>([runId]);
    const begun = new Set<string>();
    for (const task of tasks) {
      const isFurtherTrial = task.trialJson !== undefined && begun.has(task.parentId);
      if (task.trialJson !== undefined) begun.add(task.parentId);
      if (told.has(task.parentId) && !isFurtherTrial) told.add(task.runId);
    }
    this.#told = told;
  }

  has({ launch }: DryProgram): boolean {
    return this.#told.has(launch.runId);
  }
}

const factIf = (name: string, value: string | false | undefined): readonly Fact[] =>
  value === undefined || value === false ? [] : [[name, value]];

const listOf = (facts: readonly Fact[]): string => facts.map(([name, value]) => `- ${name}: ${value}`).join('\n');

/** With more backticks than there are in it. */
function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
