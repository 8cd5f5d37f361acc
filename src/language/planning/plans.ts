/**
 * What run files would come to, for who looks before they are submitted. Of each the last plan that could be made is kept while
 * somebody looks at it: details of a node are made when they are asked for. Knows nothing of threads and connections.
 */
import { Failure, type FailureData, type FilePlace } from '../../base/failure';
import type { Capacity } from '../../model/demand';
import type { RunId } from '../../model/ids';
import type { RunFile } from '../../model/runFile';
import { dryRun } from '../../core/runFiles/dryRun';
import { dryRunDocument } from '../../core/runFiles/dryRunDocument';
import { planGraph, type PlannedGraph } from '../../core/runFiles/planGraph';
import { PlanIds } from '../../core/runFiles/planIds';
import { withoutByteOrderMark } from '../../core/runFiles/jsonTree';
import { wantsSelectedPython } from '../../core/runFiles/python';
import { readRunFile } from '../../core/runFiles/readRunFile';
import { resolveRun } from '../../core/runFiles/resolveRun';
import type { RunToResolve } from '../../core/runFiles/runToResolve';
import type { Queue } from '../../protocol/engine';
import type { GraphParts } from '../../protocol/graphPanel';
import type { DryRunAnswer, FileToPlan, PlanAnswer, PlanDetails, ResolveAnswer } from '../../protocol/language';
import { EditedDocument } from '../editedDocument';

/** With the text as it is to be looked at. */
export type TextToPlan = FileToPlan & { readonly text: string };

/** What whoever asks can be asked while a plan is made. */
export interface PlanAsker {
  /** Nobody waits for it any more. Asked often: it costs nothing. */
  readonly isGivenUp: () => boolean;
  /** The interpreter that the user has chosen for the file, where there is one. */
  readonly findSelectedPython: () => Promise<string | undefined>;
  /** What the machine has that is to execute it. Throws what keeps it from being known. */
  readonly findCapacity: () => Promise<Capacity | undefined>;
}

/** Thrown where nobody waits any more. No `Failure`: it is no fault of the file's. */
export class GivenUp extends Error {
  constructor() {
    super('Nobody waits for it any more.');
    this.name = 'GivenUp';
  }
}

interface KnownPlan {
  readonly ids: PlanIds;
  /** As it was read last: the next version takes over what has not changed. */
  document: EditedDocument | undefined;
  /** The last one that could be made. */
  planned: PlannedGraph | undefined;
}

export class Plans {
  readonly #known = new Map<string, KnownPlan>();

  /** Throws `GivenUp`; what is wrong with the file is its answer. */
  async plan(key: string, file: TextToPlan, asker: PlanAsker): Promise<PlanAnswer> {
    const known = this.#known.get(key) ?? { ids: new PlanIds(key), document: undefined, planned: undefined };
    this.#known.set(key, known);
    return orRefused(async () => {
      const document = new EditedDocument(file.uri, withoutByteOrderMark(file.text), 0, known.document);
      known.document = document;
      const runFile = await read(file.path, document);
      stopIfGivenUp(asker);
      const planned = await planGraph(await resolvedWith(file, runFile, asker), known.ids);
      known.planned = planned;
      const { name, experiment, plan, nodes, edges } = planned;
      const graph: GraphParts = { nodes: [...nodes], edges: [...edges] };
      return { kind: 'planned', name, experiment, plan, graph: JSON.stringify(graph) };
    });
  }

  details(key: string, runId: RunId): PlanDetails | undefined {
    const planned = this.#known.get(key)?.planned;
    return planned && { facts: planned.facts(runId), parametersJson: planned.parametersJson(runId) };
  }

  placeOf(key: string, runId: RunId): FilePlace | undefined {
    return this.#known.get(key)?.planned?.placeOf(runId);
  }

  forget(key: string): void {
    this.#known.delete(key);
  }

  /** Starts programs: for a workspace that is trusted. What is wrong with the file is its answer. */
  async dryRun(
    file: TextToPlan,
    place: { readonly home: string; readonly queue?: Queue | undefined },
    asker: PlanAsker,
  ): Promise<DryRunAnswer> {
    return orRefused(async () => {
      const { path, environment } = file;
      const run = await resolvedWith(file, await readRunFile(file.text, path), asker);
      const document = await dryRunDocument(await dryRun(run), {
        path,
        environment,
        mostPrograms,
        ...place,
      });
      return { kind: 'made', document };
    });
  }

  /** What is to be submitted. Starts programs, likewise. What is wrong with the file is its answer. */
  async resolve(file: TextToPlan, asker: PlanAsker): Promise<ResolveAnswer> {
    return orRefused(async () => {
      const runFile = await readRunFile(file.text, file.path);
      if (runFile.direct) return { kind: 'direct' };
      const { tasks = [], ...run } = await resolveRun(await resolvedWith(file, runFile, asker));
      const parts: string[] = [];
      for (let at = 0; at < tasks.length; at += tasksAtOnce) {
        parts.push(JSON.stringify(tasks.slice(at, at + tasksAtOnce)));
      }
      return { kind: 'resolved', run: JSON.stringify(run), tasks: parts };
    });
  }
}

/** Of a dry run in an editor: with more it is slow to open. */
const mostPrograms = 200;

/** So many are decoded in a few milliseconds. */
const tasksAtOnce = 250;

async function read(path: string, document: EditedDocument): Promise<RunFile> {
  const { text, lines } = document;
  return document.hold(async () => readRunFile(text, path, { parsed: () => document.parsed, lines }));
}

async function resolvedWith(file: TextToPlan, runFile: RunFile, asker: PlanAsker): Promise<RunToResolve> {
  const { text, path, environment, workspace } = file;
  const selectedPython = wantsSelectedPython(runFile) ? await asker.findSelectedPython() : undefined;
  return {
    file: runFile,
    text,
    path,
    environment,
    capacity: asker.findCapacity,
    onPart: () => stopIfGivenUp(asker),
    ...(workspace === undefined ? {} : { workspace }),
    ...(selectedPython === undefined ? {} : { selectedPython }),
  };
}

function stopIfGivenUp({ isGivenUp }: PlanAsker): void {
  if (isGivenUp()) throw new GivenUp();
}

async function orRefused<T>(make: () => Promise<T>): Promise<T | { kind: 'refused'; failure: FailureData }> {
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { kind: 'refused', failure: error.toData() };
  }
}
