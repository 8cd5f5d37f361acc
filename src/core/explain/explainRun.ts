/** *Explain Failure*: why a run failed; of a run made of runs, why those in it did, equal reasons told once. */
import { Failure } from '../../base/failure';
import type { CodeQuestion } from '../compare/compareCode';
import { comparedParts, readComparedRun } from '../compare/compareRuns';
import type { ComparedPart } from '../compare/comparison';
import { readTasks } from '../runs/tasks';
import type { Source } from '../source';
import type { Attempt, Run, RunDetail } from '../../model/run';
import type { Cause } from './evidence';
import { findCause } from './findCause';
import { findLastSuccess, type LastSuccess } from './lastSuccess';
import { lastErrorLines } from './outputLines';
import { readEvidence } from './readEvidence';

export type ExplainedSource = Pick<
  Source,
  'run' | 'runs' | 'children' | 'runFile' | 'inputs' | 'metrics' | 'events' | 'output' | 'compareEnvironments'
>;

export interface Explanation {
  readonly detail: RunDetail;
  /** Absent for a run that had none. */
  readonly attempt: Attempt | undefined;
  readonly cause: Cause;
  readonly errorLines: readonly string[];
  /** Absent where none is known. */
  readonly success?: LastSuccess & {
    /** Those that differ, or that are not known. */
    readonly parts: readonly ComparedPart[];
  };
  /** Others in the same graph or sweep that failed for the same reason. */
  readonly others: readonly Run[];
}

export interface RunExplanation {
  readonly run: Run;
  /** Of a single run one; else those of different reasons, the most frequent first, or of a graph the earliest. */
  readonly explanations: readonly Explanation[];
  /** How many of its runs failed; absent for a single run. */
  readonly failed?: number;
  /** How many of those were looked at, where not all were. */
  readonly looked?: number;
}

/** Of failed tasks and trials so many are looked at; the output of each is read. */
const mostLooked = 200;
const atOnce = 8;
/** Reasons that are told at length. */
const mostExplained = 5;

/** `reference` as `Source.run` takes it. Throws `Conflict` for a run that has not failed. */
export async function explainRun(
  source: ExplainedSource,
  reference: string,
  question: Omit<CodeQuestion, 'withFiles'>,
): Promise<RunExplanation> {
  const detail = await source.run(reference);
  const { run } = detail;
  if (run.children !== undefined) return explainMany(source, run, question);
  const attempt = attemptToExplain(detail);
  if (!attempt && !hasFailed(run)) throw nothingToExplain(run);
  const explanation = await explainOne(source, detail, attempt);
  return { run, explanations: [await withSuccess(source, explanation, question)] };
}

const hasFailed = ({ status }: Pick<Run, 'status'>): boolean => status === 'failed' || status === 'lost';

/** The newest that ended badly by itself: a run that is tried again may be explained meanwhile. */
function attemptToExplain({ run, attempts }: RunDetail): Attempt | undefined {
  const newest = attempts.at(-1);
  if (hasFailed(run)) return newest;
  return attempts.findLast(({ reason }) => reason !== undefined && reason !== 'completed' && reason !== 'cancelled');
}

function nothingToExplain({ name, status, children }: Run): Failure {
  const hints: Partial<Record<Run['status'], string>> = {
    skipped: 'Explain the run that it waited for.',
    cancelled: 'Somebody cancelled it.',
  };
  const hint = hints[status];
  const what = children === undefined ? '' : ', and so is all in it';
  return new Failure(
    'Conflict',
    `The run "${name}" has not failed: it is ${status}${status === 'completed' ? what : ''}.`,
    {
      ...(hint === undefined ? {} : { hint }),
    },
  );
}

async function explainOne(
  source: ExplainedSource,
  detail: RunDetail,
  attempt: Attempt | undefined,
): Promise<Explanation> {
  const evidence = await readEvidence(source, detail, attempt, await source.runFile(detail.run.id));
  const lines = evidence.errorLines.some((line) => line.trim() !== '') ? evidence.errorLines : evidence.lines;
  return { detail, attempt, cause: findCause(evidence), errorLines: lastErrorLines(lines), others: [] };
}

async function withSuccess(
  source: ExplainedSource,
  explanation: Explanation,
  question: Omit<CodeQuestion, 'withFiles'>,
): Promise<Explanation> {
  const success = await findLastSuccess(source, explanation.detail.run);
  if (!success) return explanation;
  const [before, now] = await Promise.all([
    readComparedRun(source, success.run.id),
    readComparedRun(source, explanation.detail.run.id),
  ]);
  const parts = await comparedParts(source, { before, now }, { ...question, withFiles: false });
  // That a run that failed has other results is no news.
  return { ...explanation, success: { ...success, parts: parts.filter(({ name }) => name !== 'metrics') } };
}

async function explainMany(
  source: ExplainedSource,
  run: Run,
  question: Omit<CodeQuestion, 'withFiles'>,
): Promise<RunExplanation> {
  const tasks = await readTasks(source, run.id);
  const failed = tasks.map((task) => task.run).filter((task) => task.children === undefined && hasFailed(task));
  if (failed.length === 0) throw nothingToExplain(run);
  // What failed first is what the others may have failed for.
  const looked = [...failed].sort((a, b) => a.statusAtMs - b.statusAtMs).slice(0, mostLooked);
  const explanations = await inTurn(looked, async ({ id }) => {
    const detail = await source.run(id);
    return explainOne(source, detail, attemptToExplain(detail));
  });
  const groups = new Map<string, Explanation>();
  for (const explanation of explanations) {
    const { kind } = explanation.cause;
    const first = groups.get(kind);
    const others = first ? [...first.others, explanation.detail.run] : [];
    groups.set(kind, { ...(first ?? explanation), others });
  }
  const ordered = [...groups.values()];
  if (run.kind === 'sweep') ordered.sort((a, b) => b.others.length - a.others.length);
  const [told, rest] = [ordered.slice(0, mostExplained), ordered.slice(mostExplained)];
  return {
    run,
    explanations: [...(await inTurn(told, async (each) => withSuccess(source, each, question))), ...rest],
    failed: failed.length,
    ...(looked.length < failed.length ? { looked: looked.length } : {}),
  };
}

/** Some at once, results in the order of what was given. */
async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += atOnce) {
    results.push(...(await Promise.all(items.slice(at, at + atOnce).map(work))));
  }
  return results;
}
