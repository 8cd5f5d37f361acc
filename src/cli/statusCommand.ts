/**
 * `sidelab status RUN…`: how runs are now; of a run made of runs each task in turn. The exit code says it to scripts. The
 * name of an experiment stands for its newest run.
 */
import { Failure } from '../base/failure';
import { describeStatus } from '../model/describeRun';
import type { Run } from '../model/run';
import { RunClient } from '../core/runs/runClient';
import { leavesOf, type NamedTaskRun, readTasks } from '../core/runs/tasks';
import type { Source } from '../core/source';
import type { CommandContext } from './context';
import { describeRunLine } from './describeRuns';
import { exitCodeOfRuns } from './exitCodes';
import { plainText } from './plainText';

export async function statusCommand(
  { source, terminal, nowMs }: CommandContext,
  references: readonly string[],
  options: { readonly json?: boolean },
): Promise<number> {
  const runs = await findRuns(source, references);
  const described = await Promise.all(
    runs.map(async (run) => ({ run, tasks: run.children ? await readTasks(source, run.id) : undefined })),
  );
  if (options.json) {
    const json = described.map(({ run, tasks }) =>
      tasks ? { ...run, tasks: tasks.map((task) => ({ path: task.path, ...task.run })) } : run,
    );
    terminal.print(JSON.stringify(json, null, 2));
  } else {
    for (const { run, tasks } of described) {
      terminal.print(describeRunLine(run, nowMs()));
      for (const [number, task] of leavesOf(tasks ?? []).entries()) {
        terminal.print(`\n${describeTask(task, number, nowMs())}`);
      }
    }
  }
  return exitCodeOfRuns(runs);
}

/** A block of lines as NeMo Run prints it, with where the task is on this machine. */
function describeTask({ path, run }: NamedTaskRun, number: number, nowMs: number): string {
  const { attempt } = run;
  const facts: readonly (readonly [name: string, value: string | undefined])[] = [
    ['Status', describeStatus(run, nowMs)],
    ['Executor', attempt && `${attempt.executor} on ${attempt.host}`],
    ['Job id', attempt?.pid === undefined ? undefined : `${attempt.pid} (process)`],
    ['Local Directory', attempt?.folder],
  ];
  const known = facts.flatMap(([name, value]) => (value === undefined ? [] : [`- ${name}: ${plainText(value)}`]));
  return [`Task ${number}: ${plainText(path)}`, ...known].join('\n');
}

/** Each once, in the order of the references. */
async function findRuns(source: Source, references: readonly string[]): Promise<readonly Run[]> {
  const client = new RunClient(source);
  const found = await Promise.all(
    references.map(async (reference) => {
      try {
        return await client.check(reference);
      } catch (error) {
        const newest = await findNewestOf(source, reference, error);
        if (newest) return newest;
        throw error;
      }
    }),
  );
  return [...new Map(found.map((run) => [run.id, run])).values()];
}

async function findNewestOf(source: Source, experiment: string, error: unknown): Promise<Run | undefined> {
  if (!(error instanceof Failure) || error.code !== 'NotFound') return undefined;
  const found = (await source.experiments()).find(({ name }) => name === experiment);
  return found && (await source.runs({ experimentId: found.id, limit: 1 })).runs[0];
}
