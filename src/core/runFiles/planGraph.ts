/**
 * A run file as a graph before it is submitted: what would run, in which order, with the words of a dry run for each of it. As
 * the editor's checks do, it only looks: no program is started. Whatever a run would get at its submission is made up anew each
 * time, so nodes keep their ids by their paths.
 */
import path from 'node:path';
import type { FilePlace } from '../../base/failure';
import type { RunId } from '../../model/ids';
import type { GraphEdge, GraphNode, StoredNode } from '../../model/runGraph';
import type { Submission, TaskSubmission } from '../../protocol/engine';
import type { PlanSummary } from '../../protocol/graphPanel';
import { plannedGraph, plannedState } from './emptyPlan';
import { type DryProgram, dryRun, Places } from './dryRun';
import { placeOfKey } from './jsonTree';
import { planSummary } from './planSummary';
import { programFacts } from './programFacts';
import type { PlanIds } from './planIds';
import type { KeyPath } from './runFileProblem';
import type { RunToResolve } from './runToResolve';

export interface PlannedGraph {
  readonly name: string;
  readonly experiment: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly plan: PlanSummary;
  /** Of one node, in words. */
  readonly facts: (runId: RunId) => [name: string, value: string][];
  readonly parametersJson: (runId: RunId) => string;
  /** Where it stands in the run file. */
  readonly placeOf: (runId: RunId) => FilePlace;
}

/** Throws what a submission would throw, as far as that can be seen without starting a program. */
export async function planGraph(given: RunToResolve, ids: PlanIds): Promise<PlannedGraph> {
  const places = new Map<RunId, KeyPath>();
  const onPart = (runId: RunId, keyPath: KeyPath): void => {
    places.set(runId, keyPath);
    given.onPart?.(runId, keyPath);
  };
  const run: RunToResolve = { ...given, onlyLook: true, onPart };
  const { submission, experiment, programs } = await dryRun(run);
  const capacity = await given.capacity?.();
  const name = given.file.name ?? path.basename(given.path);
  const planIds = idsByRun(submission, ids);
  const idOf = (runId: RunId): RunId => planIds.get(runId) ?? runId;
  const launches = [submission, ...(submission.tasks ?? [])];
  const details = new PlanDetails(submission, programs);
  const byId = new Map(launches.map((launch) => [idOf(launch.runId), launch]));
  const launchOf = (runId: RunId): Submission | TaskSubmission => byId.get(runId) ?? submission;
  return {
    name,
    experiment,
    ...plannedGraph(
      launches.map((launch) => plannedNode(launch, name, idOf)),
      (submission.tasks ?? []).flatMap(({ runId, dependsOn }) =>
        dependsOn.map(({ runId: from, on }): GraphEdge => ({ from: idOf(from), to: idOf(runId), on })),
      ),
    ),
    plan: planSummary(submission, capacity?.atOnce),
    facts: (runId) => details.facts(launchOf(runId)),
    parametersJson: (runId) => launchOf(runId).parametersJson,
    placeOf: (runId) => placeOfKey(given.text, given.path, places.get(launchOf(runId).runId) ?? []),
  };
}

function plannedNode(launch: Submission | TaskSubmission, name: string, idOf: (runId: RunId) => RunId): StoredNode {
  const { kind = 'single', timeoutMs } = launch;
  return {
    ...plannedState,
    id: idOf(launch.runId),
    name: 'task' in launch ? launch.task : name,
    kind,
    attemptsMax: launch.retries + 1,
    ...('parentId' in launch ? { parentId: idOf(launch.parentId) } : {}),
    // What is made of runs hands it on to those, and has no attempts itself.
    ...(timeoutMs === undefined || kind !== 'single' ? {} : { timeoutMs }),
  };
}

/** The ids that nodes have had before, by those of this submission. */
function idsByRun({ runId, tasks = [] }: Submission, ids: PlanIds): ReadonlyMap<RunId, RunId> {
  const paths = new Map<RunId, readonly string[]>([[runId, []]]);
  for (const task of tasks) paths.set(task.runId, [...(paths.get(task.parentId) ?? []), task.task]);
  return new Map(Array.from(paths, ([id, names]) => [id, ids.of(names)]));
}

/** Made when somebody asks for one: of a big sweep nobody looks at all. */
class PlanDetails {
  readonly #places: Places;
  readonly #programs: ReadonlyMap<RunId, DryProgram>;
  readonly #children = new Map<RunId, number>();

  constructor(submission: Submission, programs: readonly DryProgram[]) {
    this.#places = new Places(submission);
    this.#programs = new Map(programs.map((program) => [program.launch.runId, program]));
    for (const { parentId } of submission.tasks ?? []) {
      this.#children.set(parentId, (this.#children.get(parentId) ?? 0) + 1);
    }
  }

  facts(launch: Submission | TaskSubmission): [name: string, value: string][] {
    const program = this.#programs.get(launch.runId);
    if (program) return programFacts(program).filter(([name]) => name !== 'Parameters');
    const priority = this.#places.priorityOf(launch.runId);
    const waitsFor = this.#places.waitsOf(launch.runId);
    const facts: readonly (readonly [name: string, value: string | undefined])[] = [
      [launch.kind === 'sweep' ? 'Trials' : 'Tasks', String(this.#children.get(launch.runId) ?? 0)],
      ['At once', launch.sweep?.atOnce === undefined ? undefined : String(launch.sweep.atOnce)],
      ['Best', launch.sweep?.best && `${launch.sweep.best.goal} ${launch.sweep.best.metric}`],
      ['Tags', launch.tags.length === 0 ? undefined : launch.tags.join(', ')],
      ['Priority', priority === 0 ? undefined : String(priority)],
      ['Waits for', waitsFor.length === 0 ? undefined : waitsFor.join(', ')],
    ];
    return facts.flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]));
  }
}
