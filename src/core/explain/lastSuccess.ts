/**
 * The run that did well most recently before one that failed, and is the most like it: of the same run file, or else of the same
 * algorithm, or else of the same experiment; of a task the same task of an earlier graph; of a trial another trial.
 */
import type { Run } from '../../model/run';
import type { Source } from '../source';
import { readTasks } from '../runs/tasks';

export interface LastSuccess {
  readonly run: Run;
  /** "of the same run file": what the two have in common. */
  readonly likeness: string;
}

export type RunsSource = Pick<Source, 'runs' | 'run' | 'children'>;

const pageSize = 200;
/** Runs of the experiment that are looked at. */
const mostRuns = 2000;
/** Graphs that are looked into for a task. */
const mostGraphs = 20;
const mostTasks = 5000;

export async function findLastSuccess(source: RunsSource, run: Run): Promise<LastSuccess | undefined> {
  if (run.parentId !== undefined) return findTaskSuccess(source, run);
  const found = new Map<number, LastSuccess>();
  for await (const other of earlierRuns(source, run)) {
    if (!isSuccess(other) || (other.kind ?? 'single') !== (run.kind ?? 'single')) continue;
    const [rank, likeness] = likenessOf(run, other);
    if (!found.has(rank)) found.set(rank, { run: other, likeness });
    if (rank === 0) break;
  }
  return found.get(0) ?? found.get(1) ?? found.get(2);
}

/** A result that was taken from another run says nothing of this one's own making. */
const isSuccess = ({ status, reusedFrom }: Run): boolean => status === 'completed' && reusedFrom === undefined;

function likenessOf(run: Run, other: Run): readonly [number, string] {
  if (run.runFilePath !== undefined && run.runFilePath === other.runFilePath) return [0, 'of the same run file'];
  if (run.algorithm !== undefined && run.algorithm.name === other.algorithm?.name) return [1, 'of the same algorithm'];
  return [2, 'of the same experiment'];
}

async function* earlierRuns(source: RunsSource, { experimentId, sequence }: Run): AsyncGenerator<Run> {
  let before = sequence;
  for (let looked = 0; looked < mostRuns; looked += pageSize) {
    const page = await source.runs({ experimentId, before, limit: pageSize });
    yield* page.runs;
    const last = page.runs.at(-1);
    if (!page.more || !last) return;
    before = last.sequence;
  }
}

async function findTaskSuccess(source: RunsSource, run: Run): Promise<LastSuccess | undefined> {
  const above = await ancestorsOf(source, run);
  const [parent, top] = [above[0], above.at(-1)];
  if (!parent || !top) return undefined;
  if (parent.kind === 'sweep') {
    const { runs } = await source.children(parent.id, { limit: 1000 });
    const other = runs.filter((trial) => trial.id !== run.id && isSuccess(trial)).at(-1);
    if (other) return { run: other, likeness: 'of the same sweep' };
  }
  const path = [...above.slice(0, -1).map(({ task }) => task), run.task].join('/');
  let graphs = 0;
  for await (const other of earlierRuns(source, top)) {
    if (other.children === undefined || other.runFilePath !== top.runFilePath) continue;
    graphs += 1;
    const tasks = await readTasks(source, other.id, mostTasks);
    const same = tasks.find((task) => task.path === path && isSuccess(task.run));
    if (same) return { run: same.run, likeness: `the same task of ${other.name}` };
    if (graphs === mostGraphs) return undefined;
  }
  return undefined;
}

/** From its parent up to the run at the top. */
async function ancestorsOf(source: RunsSource, run: Run): Promise<readonly Run[]> {
  const above: Run[] = [];
  for (let at = run.parentId; at !== undefined;) {
    const next: Run = (await source.run(at)).run;
    above.push(next);
    at = next.parentId;
  }
  return above;
}
