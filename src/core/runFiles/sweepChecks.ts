/** What is wrong with the sweep of a run or task, beyond its schema. */
import { Value } from '@sinclair/typebox/value';
import type { Node } from 'jsonc-parser';
import { type Sweep, SweepSchema } from '../../model/sweep';
import { sweepProblems } from '../../model/sweepProblems';
import { findKeyNode, properties, toJsonText } from './jsonTree';
import type { Finding } from './runFileChecks';
import type { KeyPath } from './runFileProblem';

/** `task` is the run or task that may have one, `at` its own path. */
export function checkSweep(task: Node, at: KeyPath): Finding[] {
  const keys = new Map(Array.from(properties(task), ([key, , value]) => [key, value]));
  const node = keys.get('sweep');
  if (!node) return [];
  const sweep: unknown = JSON.parse(toJsonText(node));
  if (!isSweep(sweep)) return [];
  const findings = sweepProblems(sweep).map(({ keyPath, message, hint }): Finding => ({
    keyPath: [...at, 'sweep', ...keyPath],
    node: findKeyNode(node, keyPath) ?? node,
    message,
    severity: 'error',
    ...(hint === undefined ? {} : { hint }),
  }));
  const metrics = keys.get('metrics');
  // An algorithm may know more of them: that is looked up when the file is resolved.
  if (keys.has('algorithm')) return findings;
  return [...findings, ...checkMetric(sweep, metrics, [...at, 'sweep', 'metric'], node)];
}

function checkMetric(sweep: Sweep, metrics: Node | undefined, keyPath: KeyPath, node: Node): Finding[] {
  const withGoal = Array.from(metrics?.type === 'object' ? properties(metrics) : [])
    .filter(([, , value]) => value.type === 'object' && Array.from(properties(value)).some(([key]) => key === 'goal'))
    .map(([name]) => name);
  const { metric } = sweep;
  const finding = (message: string, hint: string): Finding[] => [
    { keyPath, node: findKeyNode(node, ['metric']) ?? node, message, hint, severity: 'error' },
  ];
  if (metric !== undefined && !withGoal.includes(metric)) {
    return finding(`The metric ${metric} has no goal.`, `Add "metrics": { "${metric}": { "goal": "minimize" } }.`);
  }
  if (metric === undefined && withGoal.length > 1) {
    const hint = `Say with "metric" which of ${withGoal.join(', ')} decides what is best.`;
    return finding('Several metrics have a goal.', hint);
  }
  return [];
}

const isSweep = (value: unknown): value is Sweep => Value.Check(SweepSchema, value);
