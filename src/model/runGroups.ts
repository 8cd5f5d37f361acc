/** What the runs of a list are put together by, and how many are in each group. */
import { type Static, Type } from '@sinclair/typebox';
import { folderOf } from './runFilter';
import type { Experiment, Run } from './run';

export const runGroupings = ['experiment', 'status', 'tag', 'day', 'folder', 'workspace', 'none'] as const;
export type RunGrouping = (typeof runGroupings)[number];
export const RunGroupingSchema = Type.Unsafe<RunGrouping>(
  Type.Union(runGroupings.map((grouping) => Type.Literal(grouping))),
);

/** A group by its key: an experiment's id, a status, a tag, a day (2026-01-31), a place or an origin; '' is those without. */
export const GroupKeySchema = Type.Object({ by: RunGroupingSchema, key: Type.String({ maxLength: 8192 }) });
export type GroupKey = Static<typeof GroupKeySchema>;

export const RunGroupSchema = Type.Object({
  key: Type.String(),
  /** What it is called; '' for those without. */
  label: Type.String(),
  /** Sequence of its newest run. */
  newestSequence: Type.Integer(),
  runCount: Type.Integer(),
  activeCount: Type.Integer(),
  failedCount: Type.Integer(),
  /** Of an experiment: runs of it that the filter leaves out. */
  hiddenCount: Type.Optional(Type.Integer()),
});
export type RunGroup = Static<typeof RunGroupSchema>;

export const groupOfExperiment = (experiment: Experiment): RunGroup => ({
  key: experiment.id,
  label: experiment.name,
  newestSequence: experiment.newestSequence,
  runCount: experiment.runCount,
  activeCount: experiment.activeCount,
  failedCount: experiment.failedCount,
});

/** Of a run; a run with several tags is in several groups. */
export function groupKeysOf(run: Run, grouping: RunGrouping): readonly string[] {
  switch (grouping) {
    case 'experiment':
      return [run.experimentId];
    case 'status':
      return [run.status];
    case 'tag':
      return run.tags.length === 0 ? [''] : [...new Set(run.tags)];
    case 'day':
      return [dayOf(run.createdAtMs)];
    case 'folder':
      return [run.place ?? ''];
    case 'workspace':
      return [run.origin ?? ''];
    case 'none':
      return [''];
  }
}

/** In this machine's time zone, as the store has it. */
export function dayOf(timeMs: number): string {
  const time = new Date(timeMs);
  const padded = (number: number, digits = 2): string => String(number).padStart(digits, '0');
  return `${padded(time.getFullYear(), 4)}-${padded(time.getMonth() + 1)}-${padded(time.getDate())}`;
}

/** What a group is called, where its key is told by a run. */
export function groupLabelOf(run: Run, grouping: RunGrouping, key: string): string {
  if (grouping === 'experiment') return run.experiment;
  return grouping === 'folder' ? folderOf(run) : key;
}
