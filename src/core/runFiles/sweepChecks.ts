/** What is wrong with the sweep of a run or task, beyond its schema. */
import { Check } from '@sinclair/typebox/value';
import { getNodePath, type Node } from 'jsonc-parser';
import { type Sweep, SweepSchema } from '../../model/sweep';
import { type SweepProblem, sweepProblems } from '../../model/sweepProblems';
import type { Mend } from './check/mend';
import { nearest } from './check/nearest';
import { type Finding, findingAt, warningAt } from './finding';
import { findKeyNode, properties, toJsonText } from './jsonTree';
import { lazily } from './once';
import type { ReferencedFrom } from './referenceChecks';
import type { KeyPath } from './runFileProblem';
import { taskNodes, valueOf } from './taskWaits';

/** `task` is the run or task that may have one, `at` its own path, `scope` what its texts can refer to. */
export function* checkSweep(task: Node, at: KeyPath, scope: ReferencedFrom): Generator<Finding> {
  const node = valueOf(task, 'sweep');
  if (!node) return;
  const sweep: unknown = JSON.parse(toJsonText(node));
  if (!isSweep(sweep)) return;
  const known = lazily(() => sweptKeys(task, scope));
  for (const problem of sweepProblems(sweep)) {
    const keyPath = [...at, 'sweep', ...problem.keyPath];
    const place = findKeyNode(node, problem.keyPath) ?? node;
    const { message, hint } = problem;
    const mends = (): readonly Mend[] => mendsOf(problem, place, { sweep, known: known() });
    yield findingAt(problem.kind, [keyPath, place], message, { ...(hint === undefined ? {} : { hint }), mends });
  }
  yield* checkKeys(node, [...at, 'sweep'], task, scope);
  // An algorithm may know more of them: that is looked up when the file is resolved.
  if (!valueOf(task, 'algorithm'))
    yield* checkMetric(sweep, valueOf(task, 'metrics'), [...at, 'sweep', 'metric'], node);
}

/** A value of `over` or of a trial at a key that the file does not have is a new one, and perhaps a misspelt old one. */
function* checkKeys(sweep: Node, at: KeyPath, task: Node, scope: ReferencedFrom): Generator<Finding> {
  const over = valueOf(sweep, 'over');
  const trials = valueOf(sweep, 'trials');
  const listed = trials?.type === 'array' ? (trials.children ?? []) : [];
  const places: (readonly [KeyPath, Node])[] = over ? [[[...at, 'over'], over]] : [];
  for (const [index, trial] of listed.entries()) places.push([[...at, 'trials', index], trial]);
  const parts = lazily(() => parameterNamesBelow(task));
  for (const [keyPath, object] of places) {
    if (object.type !== 'object') continue;
    for (const [path, key, value] of properties(object)) {
      const place = [[...keyPath, path], key] as const;
      const [first, ...rest] = path.split('.');
      const name = rest.join('.');
      if (first === 'parameters' && name !== '') {
        const known = scope.parameters();
        if (known && !known.keys().next().done && !known.has(name) && !parts().has(name)) {
          yield unknownParameter(place, name, { task, value, known: known.keys() });
        }
      } else if (first === 'inputs' && name !== '' && !scope.inputs.has(name)) {
        const hint = 'Add it to "inputs": only there is it looked for, and `${inputs.NAME}` is its path.';
        const mends = (): readonly Mend[] => renamed('inputs.', nearest(name, scope.inputs.keys()));
        yield warningAt('sweep-key', place, `There is no input ${name}.`, { hint, mends });
      } else if (path === 'version' && !valueOf(task, 'algorithm') && taskNodes(task, getNodePath(task)).length === 0) {
        const hint = 'Name an "algorithm", or leave it out.';
        const options = { hint, mends: (): readonly Mend[] => [{ kind: 'remove', node: value }] };
        yield findingAt('sweep-key', place, 'This is the version of an `algorithm`, and none is named.', options);
      }
    }
  }
}

function unknownParameter(
  place: readonly [KeyPath, Node],
  name: string,
  { task, value, known }: { readonly task: Node; readonly value: Node; readonly known: Iterable<string> },
): Finding {
  const names = [...known];
  const hint = `It is one that the program knows by itself, or misspelt: write it in "parameters" too, with the value of a single run.`;
  const mends = (): readonly Mend[] => {
    const parameters = valueOf(task, 'parameters');
    const first = value.type === 'array' ? value.children?.[0] : undefined;
    const isNew = parameters && first && !name.includes('.');
    return [
      ...renamed('parameters.', nearest(name, names)),
      ...(isNew ? ([addOf(parameters, name, JSON.parse(toJsonText(first)))] as const) : []),
    ];
  };
  return warningAt('sweep-key', place, `There is no parameter ${name} in this file.`, { hint, mends });
}

const addOf = (node: Node, key: string, value: unknown): Mend => ({
  kind: 'add',
  node,
  key,
  value,
  title: `Add ${JSON.stringify(key)} to "parameters"`,
});

const renamed = (prefix: string, name: string | undefined): readonly Mend[] =>
  name === undefined ? [] : [{ kind: 'rename', name: prefix + name }];

/** Of tasks that the trials are made of. */
function parameterNamesBelow(task: Node, found = new Set<string>()): ReadonlySet<string> {
  for (const { node } of taskNodes(task, getNodePath(task))) {
    const parameters = valueOf(node, 'parameters');
    if (parameters?.type === 'object') addNames(parameters, '', found);
    parameterNamesBelow(node, found);
  }
  return found;
}

function addNames(object: Node, prefix: string, found: Set<string>): void {
  for (const [name, , value] of properties(object)) {
    found.add(prefix + name);
    if (value.type === 'object') addNames(value, `${prefix}${name}.`, found);
  }
}

/** What a sweep may vary here, as far as it is written. */
function sweptKeys(task: Node, scope: ReferencedFrom): readonly string[] {
  const inside = (key: string, names: Iterable<string>): string[] => Array.from(names, (name) => `${key}.${name}`);
  const own = (key: string): Iterable<string> => {
    const object = valueOf(task, key);
    return object?.type === 'object' ? Array.from(properties(object), ([name]) => name) : [];
  };
  return [
    ...inside('parameters', scope.parameters()?.keys() ?? own('parameters')),
    ...inside('env', own('env')),
    ...inside('inputs', scope.inputs.keys()),
    ...inside('metadata', own('metadata')),
    ...inside('compute', ['cpus', 'memory', 'gpus']),
    ...['timeout', 'retries', 'version', 'compute', 'python'],
  ];
}

function mendsOf(
  { kind, keyPath }: SweepProblem,
  place: Node,
  { sweep, known }: { readonly sweep: Sweep; readonly known: readonly string[] },
): readonly Mend[] {
  const written = keyPath.at(-1);
  if (kind === 'sweep-path' && typeof written === 'string') {
    // `lr` is `parameters.lr`.
    const whole = known.find((path) => path === `parameters.${written}`) ?? nearest(written, known);
    return whole === undefined ? [] : [{ kind: 'rename', node: valueBeside(place), name: whole }];
  }
  if (kind === 'sweep-zip') {
    const near = nearest(String(place.value), Object.keys(sweep.over ?? {}));
    return near === undefined ? [] : [{ kind: 'replace', value: near }];
  }
  return kind === 'duplicate-trial' || kind === 'duplicate-value' || kind === 'sweep-unused'
    ? [{ kind: 'remove', node: valueBeside(place) }]
    : [];
}

/** Of a property's name. */
const valueBeside = (node: Node): Node =>
  node.parent?.type === 'property' ? (node.parent.children?.[1] ?? node) : node;

function checkMetric(sweep: Sweep, metrics: Node | undefined, keyPath: KeyPath, node: Node): readonly Finding[] {
  const withGoal = Array.from(metrics?.type === 'object' ? properties(metrics) : [])
    .filter(([, , value]) => value.type === 'object' && Array.from(properties(value)).some(([key]) => key === 'goal'))
    .map(([name]) => name);
  const { metric } = sweep;
  const place = [keyPath, findKeyNode(node, ['metric']) ?? node] as const;
  if (metric !== undefined && !withGoal.includes(metric)) {
    const hint = `Add "metrics": { "${metric}": { "goal": "minimize" } }.`;
    const mends = (): readonly Mend[] => {
      const near = nearest(metric, withGoal) ?? (withGoal.length === 1 ? withGoal[0] : undefined);
      const written = valueOf(node, 'metric');
      return near === undefined || !written ? [] : [{ kind: 'replace', node: written, value: near }];
    };
    return [findingAt('metric-without-goal', place, `The metric ${metric} has no goal.`, { hint, mends })];
  }
  if (metric === undefined && withGoal.length > 1) {
    const hint = `Say with "metric" which of ${withGoal.join(', ')} decides what is best.`;
    const mends = (): readonly Mend[] =>
      withGoal.map((name) => ({
        kind: 'add',
        node,
        key: 'metric',
        value: name,
        title: `Add "metric": ${JSON.stringify(name)}`,
      }));
    return [findingAt('metric-ambiguous', place, 'Several metrics have a goal.', { hint, mends })];
  }
  return [];
}

const isSweep = (value: unknown): value is Sweep => Check(SweepSchema, value);
