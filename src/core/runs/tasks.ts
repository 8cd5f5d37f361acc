/** What a run is made of, at any depth, with the names by which people say it: `train`, `train/fold-1`. */
import type { RunId } from '../../model/ids';
import type { Run } from '../../model/run';
import type { Source } from '../source';

export interface NamedTaskRun {
  /** The names on the way to it, from below the run that was asked about. */
  readonly path: string;
  readonly run: Run;
}

const pageSize = 1000;

/** All that is below a run, in the order of the file, what is made of others before those. At most `most` of them. */
export async function readTasks(
  source: Pick<Source, 'children'>,
  runId: RunId,
  most = Infinity,
): Promise<readonly NamedTaskRun[]> {
  const found: NamedTaskRun[] = [];
  await addTasks(source, { runId, way: '', most }, found);
  return found;
}

interface Place {
  readonly runId: RunId;
  readonly way: string;
  readonly most: number;
}

async function addTasks(source: Pick<Source, 'children'>, place: Place, found: NamedTaskRun[]): Promise<void> {
  let after: number | undefined;
  for (;;) {
    const query = { limit: Math.min(pageSize, place.most), ...(after === undefined ? {} : { after }) };
    const page = await source.children(place.runId, query);
    for (const run of page.runs) {
      if (found.length >= place.most) return;
      const path = `${place.way}${run.task ?? run.name}`;
      found.push({ path, run });
      if (run.children) await addTasks(source, { ...place, runId: run.id, way: `${path}/` }, found);
    }
    after = page.runs.at(-1)?.sequence;
    if (!page.more || after === undefined) return;
  }
}

/** Of a run, or of all that it is made of, how many attempts there are: what comes after them is news. */
export async function attemptCounts(source: Pick<Source, 'children'>, run: Run): Promise<ReadonlyMap<RunId, number>> {
  const runs = run.children ? (await readTasks(source, run.id)).map((task) => task.run) : [run];
  return new Map(runs.map(({ id, attempt }) => [id, attempt?.number ?? 0]));
}

/** Those that execute something themselves. */
export const leavesOf = (tasks: readonly NamedTaskRun[]): readonly NamedTaskRun[] =>
  tasks.filter(({ run }) => run.children === undefined);
