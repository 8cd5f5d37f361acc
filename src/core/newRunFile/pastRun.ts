/** All of a past run that its new run file is made of, read at its source. */
import type { RunId } from '../../model/ids';
import { parameterPaths, parameterText, type Parameters } from '../../model/parameterPaths';
import { parseTaskReference, type TaskReference } from '../../model/references';
import type { Run, RunDetail } from '../../model/run';
import type { Source, SubmittedFile } from '../source';

export interface PastRun {
  readonly detail: RunDetail;
  /** From the top of its tree down to the run itself. */
  readonly way: readonly Run[];
  /** With which the top of the tree was submitted. */
  readonly file: SubmittedFile | undefined;
  /** What a reference to another task stood for: its outputs folder, or what its best trial has. Undefined: not known. */
  readonly findTaskValue: (name: string) => Promise<string | undefined>;
}

type RunSource = Pick<Source, 'run' | 'runFile' | 'children'>;

export async function readPastRun(source: RunSource, runId: RunId): Promise<PastRun> {
  const detail = await source.run(runId);
  const way = [detail.run];
  for (let parentId = detail.run.parentId; parentId !== undefined; parentId = way[0]?.parentId) {
    way.unshift((await source.run(parentId)).run);
  }
  return {
    detail,
    way,
    file: await source.runFile(runId),
    findTaskValue: async (name) => {
      const reference = parseTaskReference(name);
      return reference && findTaskValue(source, way, reference);
    },
  };
}

/** The task is beside the run, or beside what that is a part of; the nearest one is meant. */
async function findTaskValue(
  source: RunSource,
  way: readonly Run[],
  { task, what }: TaskReference,
): Promise<string | undefined> {
  for (const parent of way.slice(0, -1).toReversed()) {
    const sibling = await findChild(source, parent.id, task);
    if (!sibling) continue;
    if (what.kind === 'outputs') return (await source.run(sibling.id)).outputs;
    if (!sibling.best) return undefined;
    const parameters = parametersOf(await source.run(sibling.best.runId));
    const paths = parameterPaths(parameters);
    return paths.has(what.parameter) ? parameterText(paths.get(what.parameter)) : undefined;
  }
  return undefined;
}

async function findChild(source: RunSource, parentId: RunId, task: string): Promise<Run | undefined> {
  let after: number | undefined;
  for (;;) {
    const page = await source.children(parentId, { limit: 1000, ...(after === undefined ? {} : { after }) });
    const found = page.runs.find((run) => run.task === task);
    after = page.runs.at(-1)?.sequence;
    if (found || !page.more || after === undefined) return found;
  }
}

/** Throws what is no object: the engine keeps none. */
export function parametersOf({ parametersJson }: Pick<RunDetail, 'parametersJson'>): Parameters {
  const value: unknown = JSON.parse(parametersJson);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new Error('The parameters of a run are no object.');
}
