/**
 * An engine that speaks version 1: it was there before an update and has not made room (yet). It is used as it is; what it
 * does not know is refused with the reason or, where there cannot be any of it, answered here.
 */
import { Failure } from '../../../base/failure';
import type { Params, RequestName, Result } from '../../../protocol/contract';
import type { EngineContract, Submission } from '../../../protocol/engine';
import { type EngineContract1, submissionKeys1 } from '../../../protocol/engineVersion1';
import { unknownEnvironments } from '../../../model/environmentChanges';
import type { ExperimentId } from '../../../model/ids';
import { groupOfExperiment } from '../../../model/runGroups';
import { summaryColumn } from '../../../model/series';
import type { ClientPeer } from '../../../protocol/peer';

/** Asks an engine, whatever version it speaks. */
export type AskEngine = <N extends RequestName<EngineContract>>(
  name: N,
  params: Params<EngineContract, N>,
  signal?: AbortSignal,
) => Promise<Result<EngineContract, N>>;

type Requests = {
  readonly [N in RequestName<EngineContract>]: (
    params: Params<EngineContract, N>,
    signal?: AbortSignal,
  ) => Promise<Result<EngineContract, N>>;
};

export function askVersion1(peer: ClientPeer<EngineContract1>): AskEngine {
  let engineVersion = '';
  const same =
    <N extends RequestName<EngineContract1>>(name: N) =>
    async (params: Params<EngineContract1, N>, signal?: AbortSignal): Promise<Result<EngineContract1, N>> =>
      peer.call(name, params, signal);
  const refused = (what: string) => async (): Promise<never> => {
    throw tooOld(engineVersion, what);
  };
  const requests: Requests = {
    'engine.hello': async (identity, signal) => {
      const greeting = await peer.call('engine.hello', identity, signal);
      engineVersion = greeting.version;
      return greeting;
    },
    'engine.handover': same('engine.handover'),
    'engine.configure': same('engine.configure'),
    // It tells of nothing that could be acknowledged.
    'engine.acknowledge': async () => ({}),
    // It tells of none; the tree shows them.
    'ends.watch': async () => ({}),
    'ends.acknowledge': async () => ({}),
    'engine.performance': refused('its performance'),
    'engine.removeAll': refused('the removal of all data'),
    'queue.get': refused('queues'),
    'queue.pause': refused('queues'),
    'runs.arrange': refused('queues'),
    'experiments.list': same('experiments.list'),
    // Nothing of it is deleted.
    'runs.list': async ({ deleted, ...query }, signal) =>
      deleted ? { runs: [], more: false } : peer.call('runs.list', query, signal),
    // Newest first, and by experiment, which is what it knew.
    'runs.page': async ({ order, filter, group, only, after, limit }, signal) => {
      const isKnown = order.by === 'newest' && filter.length === 0 && (group?.by ?? 'none') === 'experiment';
      if (!isKnown) throw tooOld(engineVersion, 'lists of runs that are filtered, sorted or grouped');
      if (only) return { runs: [], keys: [], more: false };
      const experimentId = group?.key as ExperimentId;
      const before = after && { before: after.sequence };
      const { runs, more } = await peer.call('runs.list', { experimentId, limit, ...before }, signal);
      return { runs, keys: runs.map(({ sequence }) => sequence), more };
    },
    'runs.groups': async ({ by, filter }, signal) => {
      if (by !== 'experiment' || filter.length > 0) {
        throw tooOld(engineVersion, 'lists of runs that are filtered or grouped');
      }
      const { experiments } = await peer.call('experiments.list', {}, signal);
      return { groups: experiments.map(groupOfExperiment) };
    },
    'runs.words': async () => ({ tags: [], folders: [], parameters: [] }),
    'runs.change': refused('changes of runs'),
    'runs.delete': refused('the deletion of runs'),
    'runs.undelete': refused('the deletion of runs'),
    // All its runs are of one program.
    'runs.children': async () => ({ runs: [], more: false }),
    'runs.get': same('runs.get'),
    'runs.inputs': async () => ({}),
    'runs.compareEnvironments': async () => unknownEnvironments,
    'runs.submit': async (submission, signal) => {
      checkKnown(submission, engineVersion);
      return peer.call('runs.submit', submission, signal);
    },
    'runs.cancel': same('runs.cancel'),
    'runs.retry': same('runs.retry'),
    'runs.graph': refused('task graphs'),
    // Nobody who looks at a parameter is told of versions.
    'runs.parameters': async () => ({ runs: [] }),
    // It keeps it, and does not tell.
    'runs.file': async () => ({}),
    'runs.stopEarly': refused('sweeps'),
    'runs.extend': refused('sweeps'),
    // It fills no secrets, so it lacks none.
    'secrets.watch': async () => ({ lacking: [] }),
    'secrets.offer': refused('secrets'),
    'secrets.give': refused('secrets'),
    'runs.watch': same('runs.watch'),
    'events.list': same('events.list'),
    // What the panel knows of the newest ones is marked all the same.
    'events.marks': async () => ({ marks: [], newest: 0 }),
    // It keeps them, and lists none.
    'artifacts.list': async () => ({ artifacts: [], more: false }),
    'series.list': async (query, signal) => {
      const { summaries } = await peer.call('series.list', query, signal);
      return { summaries: summaries.map((all) => ({ ...all, values: withoutLater(all.values) })) };
    },
    'series.points': refused('exports'),
    'series.query': async (query, signal) => {
      const { axis } = query;
      if (typeof axis !== 'string') throw tooOld(engineVersion, 'metrics as an axis');
      const { windows } = await peer.call('series.query', { ...query, axis }, signal);
      const { run } = await peer.call('runs.get', { run: query.runId }, signal);
      // Which attempt each is of is not told: they are drawn as one, which the newest goes on with.
      const newest = run.attempt?.number ?? 1;
      const attemptOf = (length: number): Float64Array => new Float64Array(length).fill(newest);
      return { windows: windows.map((window) => ({ ...window, attempt: attemptOf(window.count.length) })) };
    },
    'run.follow': same('run.follow'),
    'run.unfollow': same('run.unfollow'),
    'output.read': same('output.read'),
    'output.find': refused('to look through an output'),
    // It takes down no times.
    'output.at': async ({ attempt }) => ({ attempt }),
  };
  return async (name, params, signal) => requests[name](params, signal);
}

/** What came since is unknown. */
function withoutLater(values: Float64Array): Float64Array {
  const all = new Float64Array(Object.keys(summaryColumn).length).fill(NaN);
  all.set(values);
  return all;
}

/** What may be left out: the run is the same without it. */
const niceToHave: readonly string[] = [
  'metricsJson',
  'environments',
  'algorithm',
  'place',
  'origin',
] satisfies (keyof Submission)[];

/** An engine reads no key that it does not know: a run would be another than the one that was asked for. Throws `Incompatible`. */
export function checkKnown(submission: Submission, engineVersion: string): void {
  const { kind = 'single', tasks = [], code, ...others } = submission;
  // What is told of the code otherwise is only nice to know.
  if (code?.isSnapshot) throw tooOld(engineVersion, '“packaging”');
  if (kind !== 'single' || tasks.length > 0) {
    throw tooOld(engineVersion, kind === 'sweep' ? 'sweeps' : 'task graphs');
  }
  const known: readonly string[] = submissionKeys1;
  for (const [key, value] of Object.entries(others)) {
    if (value !== undefined && !known.includes(key) && !niceToHave.includes(key))
      throw tooOld(engineVersion, `“${key}”`);
  }
}

const tooOld = (engineVersion: string, what: string): Failure =>
  new Failure('Incompatible', `The running engine is of version ${engineVersion} and does not know ${what} yet.`, {
    hint: 'A window or terminal of a later version replaces it, and its runs go on. Otherwise it ends by itself when its runs have ended and all windows are closed.',
  });
