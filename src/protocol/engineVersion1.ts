/**
 * Version 1 of the conversation between the engine and its clients, one back: it knows no runs made of runs, and not which
 * attempt a point of a series is of. Written as today's without what came since; each side translates at its border
 * (`version1.ts` beside its connections). A recorded conversation of that version, replayed by the tests, says whether this
 * is still true.
 */
import { Type } from '@sinclair/typebox';
import { RunSchema } from '../model/run';
import { SeriesAxisSchema, SeriesWindowSchema } from '../model/series';
import { request } from './contract';
import { engineContract, SubmissionSchema } from './engine';

/** What a submission could say then. */
export const submissionKeys1 = [
  'runId',
  'name',
  'description',
  'tags',
  'metadataJson',
  'parametersJson',
  'command',
  'cwd',
  'timeoutMs',
  'retries',
  'retryDelayMs',
  'graceMs',
  'tty',
  'signal',
  'experiment',
  'environment',
  'runFile',
  'workspace',
] as const satisfies readonly (keyof typeof SubmissionSchema.properties)[];

const today = engineContract.requests;

/** It knew no metric as an axis. */
const SeriesWindowSchema1 = Type.Composite([
  Type.Omit(SeriesWindowSchema, ['attempt', 'axis']),
  Type.Object({ axis: SeriesAxisSchema }),
]);

export const engineContract1 = {
  // One by one: a request that is new today is none of version 1, and each side has to say what becomes of it there.
  requests: {
    'engine.hello': today['engine.hello'],
    'engine.handover': today['engine.handover'],
    'engine.configure': today['engine.configure'],
    'experiments.list': today['experiments.list'],
    'runs.list': today['runs.list'],
    'runs.get': today['runs.get'],
    'runs.submit': request(Type.Pick(SubmissionSchema, submissionKeys1), RunSchema),
    'runs.cancel': today['runs.cancel'],
    'runs.retry': today['runs.retry'],
    'runs.watch': today['runs.watch'],
    'events.list': today['events.list'],
    'series.list': today['series.list'],
    'series.query': request(
      Type.Object({ ...today['series.query'].params.properties, axis: SeriesAxisSchema }),
      Type.Object({ windows: Type.Array(SeriesWindowSchema1) }),
    ),
    'run.follow': today['run.follow'],
    'run.unfollow': today['run.unfollow'],
    'output.read': today['output.read'],
  },
  notifications: engineContract.notifications,
} as const;

export type EngineContract1 = typeof engineContract1;
