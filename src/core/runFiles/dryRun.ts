/**
 * What a run file would submit, without submitting it: each program with its command, folder, limits and what it waits
 * for, and what each plugin has changed of it. Values of the environment are shown as the file or a plugin has them,
 * references unfilled; what an `envFile` or the submitter adds is not shown at all: it may hold secrets.
 */
import { describeDemand } from '../../model/demand';
import { formatDuration } from '../../model/duration';
import type { Submission, TaskSubmission } from '../../protocol/engine';
import { experimentOf, resolveRun } from './resolveRun';
import { describeKeyPath } from './runFileProblem';
import type { ResolvedProgram, RunToResolve } from './runToResolve';

export interface DryRun {
  readonly experiment: string;
  readonly submission: Submission;
  readonly programs: readonly DryProgram[];
}

export interface DryProgram extends ResolvedProgram {
  /** The names on the way to it; of a run that is no graph its own name. */
  readonly path: string;
  readonly launch: Submission | TaskSubmission;
  /** "train", "train failed": names of tasks, and how they must have ended where that is not well. */
  readonly waitsFor: readonly string[];
  /** Its own and that of all that it is a part of. */
  readonly priority: number;
}

/** Throws what a submission would throw. */
export async function dryRun(run: RunToResolve): Promise<DryRun> {
  const resolved: ResolvedProgram[] = [];
  const submission = await resolveRun({ ...run, onProgram: (program) => resolved.push(program) });
  const launches = [submission, ...(submission.tasks ?? [])].filter(({ kind = 'single' }) => kind === 'single');
  const paths = pathsOf(submission);
  const programs = resolved.flatMap((program, index): DryProgram[] => {
    const launch = launches[index];
    return launch
      ? [
          {
            ...program,
            launch,
            path: paths.get(launch.runId) ?? '',
            waitsFor: waitsOf(launch, submission),
            priority: priorityOf(launch, submission),
          },
        ]
      : [];
  });
  return { experiment: experimentOf(run), submission, programs };
}

export function describeDryRun({ experiment, submission, programs }: DryRun): string {
  const count = programs.length === 1 ? '' : `, ${programs.length} programs`;
  const head = `Dry run of ${experiment}/${submission.name}${count}. Nothing was submitted.`;
  const { code } = submission;
  const packaging = code?.isSnapshot ? [`Packaging: git. It executes from a snapshot of ${code.repository}.`] : [];
  return [head, ...packaging, ...programs.map(describeProgram)].join('\n\n');
}

function describeProgram({ path, launch, file, changes, waitsFor, priority }: DryProgram, number: number): string {
  const env = Object.entries(file.env ?? {}).map(([name, value]) => `${name}=${value}`);
  const facts: readonly (readonly [name: string, value: string | undefined])[] = [
    ['Command', launch.command.map(quoted).join(' ')],
    ['Folder', launch.cwd],
    ['Parameters', launch.parametersJson === '{}' ? undefined : launch.parametersJson],
    ['Environment', env.length === 0 ? undefined : env.join(' ')],
    ['Tags', launch.tags.length === 0 ? undefined : launch.tags.join(', ')],
    ['Time limit', launch.timeoutMs === undefined ? undefined : formatDuration(launch.timeoutMs)],
    ['Compute', describeComputeOf(file, launch)],
    ['Priority', priority === 0 ? undefined : String(priority)],
    ['Retries', launch.retries === 0 ? undefined : String(launch.retries)],
    ['Waits for', waitsFor.length === 0 ? undefined : waitsFor.join(', ')],
  ];
  const known = facts.flatMap(([name, value]) => (value === undefined ? [] : [`- ${name}: ${value}`]));
  const plugins = changes.map(({ plugin, key, value, before }) => {
    const was = before === undefined ? '' : ` (was ${JSON.stringify(before)})`;
    return `- Plugin ${plugin}: ${describeKeyPath(key)} = ${JSON.stringify(value)}${was}`;
  });
  return [`Task ${number}: ${path}`, ...known, ...plugins].join('\n');
}

/** As a person would type it in a shell. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

function pathsOf({ runId, name, tasks = [] }: Submission): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const task of tasks) {
    const above = paths.get(task.parentId);
    paths.set(task.runId, above === undefined ? task.task : `${above}/${task.task}`);
  }
  return tasks.length === 0 ? new Map([[runId, name]]) : paths;
}

function priorityOf(launch: Submission | TaskSubmission, { priority = 0, tasks = [] }: Submission): number {
  const byId = new Map(tasks.map((task) => [task.runId, task]));
  let sum = priority;
  for (let at = byId.get(launch.runId); at; at = byId.get(at.parentId)) sum += at.priority ?? 0;
  return sum;
}

/** "small: 2 cpus, 4.0 GB of memory". */
function describeComputeOf({ compute }: DryProgram['file'], { demand }: DryProgram['launch']): string | undefined {
  const amounts = demand ? describeDemand(demand) : '';
  if (typeof compute !== 'string') return amounts === '' ? undefined : amounts;
  return amounts === '' ? compute : `${compute}: ${amounts}`;
}

/** Its own dependencies, and those of what it is a part of. */
function waitsOf(launch: Submission | TaskSubmission, { tasks = [] }: Submission): readonly string[] {
  const byId = new Map(tasks.map((task) => [task.runId, task]));
  const waits: string[] = [];
  for (let at = byId.get(launch.runId); at; at = byId.get(at.parentId)) {
    for (const { runId, on } of at.dependsOn) {
      waits.push(`${byId.get(runId)?.task ?? runId}${on === 'completed' ? '' : ` ${on}`}`);
    }
  }
  return waits;
}
