/** A parameter of a run file beside its past: what hovers, completion and quick fixes have in common. */
import { Check } from '@sinclair/typebox/value';
import { familyOf, goalsAt } from '../../core/history/familyOf';
import type { ParameterKey } from './parameterKey';
import { goalsOfNewest, type PastValue, pastValues, type Reached } from '../../core/history/pastValues';
import { formatValue } from '../../model/metricValue';
import { type MetricGoal, mostPastRuns, ParameterHistoryQuerySchema, type PastRun } from '../../model/parameterHistory';
import type { EditedDocument } from '../editedDocument';
import type { Surroundings } from '../feature';
import { shortText } from '../shortText';

export interface PastParameter {
  readonly key: ParameterKey;
  /** Runs that had it. */
  readonly runs: number;
  /** Newest first; never empty. */
  readonly values: readonly PastValue[];
  /** Metrics with a goal, the one that decides first; empty when none is declared. */
  readonly goals: readonly MetricGoal[];
}

/** More would be no table but a wall. */
const mostGoals = 3;
const mostOfName = 40;
const mostOfValue = 60;

/** Undefined when it has no past, or when nobody who knows it is there. */
export async function findPast(
  document: EditedDocument,
  key: ParameterKey,
  { window }: Pick<Surroundings, 'window'>,
): Promise<PastParameter | undefined> {
  const { root } = document;
  if (!root) return undefined;
  const declared = [...goalsAt(root, key.at)];
  const family = familyOf(root, key.at, document.path ?? document.uri);
  const query = { family, limit: mostPastRuns, ...(declared.length > 0 ? { goals: declared } : {}) };
  // What is longer than all that could have been submitted has no past.
  if (!Check(ParameterHistoryQuerySchema, query)) return undefined;
  const history = await window.parameterHistory(document.uri, query);
  const values = pastValues(history?.runs ?? [], key.name);
  if (values.length === 0) return undefined;
  const goals = declared.length > 0 ? declared : goalsOfNewest(history?.runs ?? []);
  return {
    key,
    values,
    goals: goals.slice(0, mostGoals),
    runs: values.reduce((sum, { runs }) => sum + runs, 0),
  };
}

/** "calm-otter", of a trial "lr=0.1 of calm-otter". */
export function describeRun({ name, top }: PastRun): string {
  const own = shortText(name, mostOfName);
  return top === undefined ? own : `${own} of ${shortText(top, mostOfName)}`;
}

/** "0.12 in calm-otter", with the status of a run whose value is no result. */
export function describeReached({ value, run }: Reached): string {
  const status = run.status === 'completed' ? '' : `, ${run.status}`;
  return `${formatValue(value)} in ${describeRun(run)}${status}`;
}

/** As JSON. */
export const describeValue = ({ json }: PastValue): string => shortText(json, mostOfValue);
