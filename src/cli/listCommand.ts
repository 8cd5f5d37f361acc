/** `sidelab list`: runs, newest first. */
import { Failure } from '../base/failure';
import { describeEvidence } from '../model/describeRun';
import { formatCoarseAge } from '../model/duration';
import { type ExperimentId, shortId } from '../model/ids';
import type { Run } from '../model/run';
import type { RunFilter } from '../model/runFilter';
import { parseFilter } from '../model/runFilterText';
import type { RunPlaceInOrder, RunSort } from '../model/runOrder';
import type { Source } from '../core/source';
import type { CommandContext } from './context';
import { exitCodes } from './exitCodes';
import { formatTable } from './plainText';

export interface ListOptions {
  readonly experiment?: string;
  /** As it is typed in the editor. */
  readonly filter?: string;
  readonly sort: RunSort;
  readonly limit: number;
  /** Instead of all others, those that were deleted and can be brought back. */
  readonly deleted?: boolean;
  readonly json?: boolean;
}

const pageSize = 1000;

export async function listCommand({ source, terminal, nowMs }: CommandContext, options: ListOptions): Promise<number> {
  const filter = options.filter === undefined ? [] : readFilter(options.filter, nowMs());
  const isPlain = filter.length === 0 && options.sort === 'newest';
  if (options.deleted && !isPlain) {
    throw new Failure('InvalidInput', 'Deleted runs are listed by themselves.', {
      hint: 'Leave out --filter and --sort, or --deleted.',
    });
  }
  const experimentId = options.experiment === undefined ? undefined : await findExperiment(source, options.experiment);
  const runs = isPlain
    ? await readRuns(source, options, experimentId)
    : await readPages(source, options, filter, experimentId);
  if (options.json) {
    terminal.print(JSON.stringify(runs, null, 2));
  } else if (runs.length === 0) {
    terminal.say(
      options.deleted
        ? 'No run was deleted that could be brought back.'
        : filter.length > 0
          ? 'No run matches the filter.'
          : 'There are no runs yet. "sidelab run FILE" submits one.',
    );
  } else {
    const now = nowMs();
    const rows = runs.map((run) => [
      shortId(run.id),
      run.experiment,
      run.name,
      run.status,
      formatCoarseAge(now - run.statusAtMs),
      describeEvidence(run, now),
    ]);
    terminal.print(formatTable([['RUN', 'EXPERIMENT', 'NAME', 'STATUS', 'AGE', 'EVIDENCE'], ...rows]));
  }
  return exitCodes.done;
}

async function readRuns(
  source: Source,
  { limit, deleted }: ListOptions,
  experimentId: ExperimentId | undefined,
): Promise<readonly Run[]> {
  const runs: Run[] = [];
  for (;;) {
    const before = runs.at(-1)?.sequence;
    const page = await source.runs({
      limit: Math.min(pageSize, limit - runs.length),
      ...(experimentId === undefined ? {} : { experimentId }),
      ...(deleted ? { deleted } : {}),
      ...(before === undefined ? {} : { before }),
    });
    runs.push(...page.runs);
    if (!page.more || runs.length >= limit || page.runs.length === 0) return runs;
  }
}

/** Throws `InvalidInput` that shows where it is wrong. */
function readFilter(text: string, nowMs: number): RunFilter {
  const parsed = parseFilter(text, nowMs);
  if ('filter' in parsed) return parsed.filter;
  const { message, from, to } = parsed.problem;
  throw new Failure('InvalidInput', `In the filter, at "${text.slice(from, to).slice(0, 100)}": ${message}`);
}

async function readPages(
  source: Source,
  { limit, sort }: ListOptions,
  filter: RunFilter,
  experimentId: ExperimentId | undefined,
): Promise<readonly Run[]> {
  const runs: Run[] = [];
  let after: RunPlaceInOrder | undefined;
  for (;;) {
    const page = await source.page({
      order: { by: sort },
      filter,
      limit: Math.min(pageSize, limit - runs.length),
      ...(experimentId === undefined ? {} : { group: { by: 'experiment', key: experimentId } }),
      ...(after && { after }),
    });
    runs.push(...page.runs);
    const [last, key] = [page.runs.at(-1), page.keys.at(-1)];
    if (!page.more || runs.length >= limit || !last || key === undefined) return runs;
    after = { pinned: last.pinned === true, key, sequence: last.sequence };
  }
}

export async function findExperiment(source: Source, reference: string): Promise<ExperimentId> {
  const experiments = await source.experiments();
  const found = experiments.find(({ name }) => name === reference) ?? experiments.find(({ id }) => id === reference);
  if (found) return found.id;
  const names = experiments.slice(0, 10).map(({ name }) => name);
  throw new Failure('NotFound', `There is no experiment "${reference}".`, {
    hint: names.length === 0 ? 'There are none yet.' : `There are: ${names.join(', ')}.`,
  });
}
