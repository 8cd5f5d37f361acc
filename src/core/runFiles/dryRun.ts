/**
 * What a run file would submit, without submitting it: each program with its command, folder, limits and what it waits
 * for, and what each plugin has changed of it. Values of the environment are shown as the file or a plugin has them,
 * references unfilled; what an `envFile` or the submitter adds is not shown at all: it may hold secrets.
 */
import { describeDemand } from '../../model/demand';
import { formatDuration } from '../../model/duration';
import type { RunId } from '../../model/ids';
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
  const places = new Places(submission);
  const programs = resolved.flatMap((program, index): DryProgram[] => {
    const launch = launches[index];
    return launch
      ? [
          {
            ...program,
            launch,
            path: paths.get(launch.runId) ?? '',
            waitsFor: places.waitsOf(launch.runId),
            priority: places.priorityOf(launch.runId),
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

function describeProgram(program: DryProgram, number: number): string {
  const known = programFacts(program).map(([name, value]) => `- ${name}: ${value}`);
  return [`Task ${number}: ${program.path}`, ...known].join('\n');
}

/** Names and values, in reading order: what it executes, where, with which limits, after what, and what plugins changed. */
export function programFacts({
  launch,
  file,
  changes,
  waitsFor,
  priority,
}: Omit<DryProgram, 'path'>): [name: string, value: string][] {
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
  const known = facts.flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]));
  const plugins = changes.map(({ plugin, key, value, before }): [string, string] => {
    const was = before === undefined ? '' : ` (was ${JSON.stringify(before)})`;
    return [`Plugin ${plugin}`, `${describeKeyPath(key)} = ${JSON.stringify(value)}${was}`];
  });
  return [...known, ...plugins];
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

/** "small: 2 cpus, 4.0 GB of memory". */
function describeComputeOf({ compute }: DryProgram['file'], { demand }: DryProgram['launch']): string | undefined {
  const amounts = demand ? describeDemand(demand) : '';
  if (typeof compute !== 'string') return amounts === '' ? undefined : amounts;
  return amounts === '' ? compute : `${compute}: ${amounts}`;
}

/** What a task has of all that it is a part of. */
export class Places {
  readonly #tasks: ReadonlyMap<RunId, TaskSubmission>;
  readonly #priority: number;

  constructor({ priority = 0, tasks = [] }: Submission) {
    this.#tasks = new Map(tasks.map((task) => [task.runId, task]));
    this.#priority = priority;
  }

  /** Its own dependencies, and those of what it is a part of. */
  waitsOf(runId: RunId): readonly string[] {
    return this.#wayOf(runId).flatMap(({ dependsOn }) =>
      dependsOn.map(({ runId: id, on }) => `${this.#tasks.get(id)?.task ?? id}${on === 'completed' ? '' : ` ${on}`}`),
    );
  }

  priorityOf(runId: RunId): number {
    return this.#wayOf(runId).reduce((sum, { priority = 0 }) => sum + priority, this.#priority);
  }

  /** It, and what it is a part of; the run at the top has no place. */
  #wayOf(runId: RunId): readonly TaskSubmission[] {
    const way: TaskSubmission[] = [];
    for (let at = this.#tasks.get(runId); at; at = this.#tasks.get(at.parentId)) way.push(at);
    return way;
  }
}
