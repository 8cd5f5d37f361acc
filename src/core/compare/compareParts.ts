/** The parts of a comparison that need nothing but what is known of the two runs: pure. */
import { describeAlgorithm } from '../../model/algorithmUse';
import { formatBytes } from '../../model/byteSize';
import { type EnvironmentComparison, listEnvironmentChanges } from '../../model/environmentChanges';
import { formatValue } from '../../model/metricValue';
import { parameterPaths, parameterText } from '../../model/parameterPaths';
import type { RunDetail } from '../../model/run';
import type { InputLook } from '../../model/inputLook';
import { type MetricSummary, summaryColumn } from '../../model/series';
import type { SubmittedFile } from '../source';
import type { ComparedPart, ComparedText, PartName } from './comparison';

/** What is known of a run, as the parts look at it. */
export interface ComparedRun {
  readonly detail: RunDetail;
  /** As it was submitted. */
  readonly runFile: SubmittedFile | undefined;
  /** Undefined when nobody looked. */
  readonly inputs: readonly InputLook[] | undefined;
  readonly metrics: readonly MetricSummary[];
}

export function compareParameters({ detail: before }: ComparedRun, { detail: now }: ComparedRun): ComparedPart {
  const [a, b] = [leavesOf(before.parametersJson), leavesOf(now.parametersJson)];
  const changes = changesOf(a, b);
  const text = (json: string): string => `${JSON.stringify(sorted(JSON.parse(json)), undefined, 2)}\n`;
  const texts = { name: 'parameters.json', before: text(before.parametersJson), now: text(now.parametersJson) };
  return part('parameters', changes, [texts]);
}

export function compareCommand({ detail: before }: ComparedRun, { detail: now }: ComparedRun): ComparedPart {
  const changes: string[] = [];
  const words = (detail: RunDetail): string => detail.command.map((word) => plainPath(detail, word)).join(' ');
  const cwd = (detail: RunDetail): string => plainPath(detail, detail.cwd);
  if (words(before) !== words(now)) changes.push(`command: ${words(before)} → ${words(now)}`);
  if (cwd(before) !== cwd(now)) changes.push(`cwd: ${cwd(before)} → ${cwd(now)}`);
  const algorithm = ({ run }: RunDetail): string => (run.algorithm ? describeAlgorithm(run.algorithm) : 'none');
  if (algorithm(before) !== algorithm(now)) changes.push(`algorithm: ${algorithm(before)} → ${algorithm(now)}`);
  // A word a line: what differs in a long command is seen.
  const text = (detail: RunDetail): string =>
    [
      `# in ${cwd(detail)}, algorithm ${algorithm(detail)}`,
      ...detail.command.map((word) => plainPath(detail, word)),
      '',
    ].join('\n');
  return part('command', changes, [{ name: 'command.txt', before: text(before), now: text(now) }]);
}

/** Each run has a snapshot of its own: that it lies elsewhere is no difference. */
const plainPath = ({ code }: RunDetail, text: string): string =>
  code?.isSnapshot ? text.replaceAll(/[^\s"']*[\\/]runs[\\/][a-z2-7]{16}[\\/]code\b/g, '${run.code}') : text;

export function compareRunFiles({ runFile: a }: ComparedRun, { runFile: b }: ComparedRun): ComparedPart {
  if (!a && !b) return { name: 'runFile', state: 'unknown', changes: [], texts: [], note: 'Neither has a run file.' };
  const changes: string[] = [];
  if (!a || !b) changes.push(`only the ${a ? 'first' : 'second'} was submitted from a run file`);
  else {
    if (a.path !== b.path) changes.push(`path: ${a.path} → ${b.path}`);
    if (a.text !== b.text) changes.push('its text differs');
  }
  const text = {
    name: (b ?? a)?.path.split(/[\\/]/).at(-1) ?? 'run.json',
    ...(a && { before: a.text }),
    ...(b && { now: b.text }),
  };
  return part('runFile', changes, a?.text === b?.text ? [] : [text]);
}

export function compareEnvironments({ isKnown, changes, same }: EnvironmentComparison): ComparedPart {
  if (!isKnown) {
    const note = 'The environment of one of them is not kept any more.';
    return { name: 'environment', state: 'unknown', changes: [], texts: [], note };
  }
  const { added, removed, changed } = changes;
  const list = listEnvironmentChanges(changes);
  const lines = (own: readonly string[], value: string): string =>
    [
      '# Names of variables. Values are not kept, only whether they are the same.',
      ...[
        ...same.map((name) => `${name} = (the same)`),
        ...changed.map((name) => `${name} = (${value})`),
        ...own.map((name) => `${name} = (only here)`),
      ].sort(),
      '',
    ].join('\n');
  const text = { name: 'environment.txt', before: lines(removed, 'one value'), now: lines(added, 'another value') };
  return part('environment', list === '' ? [] : list.split('; '), [text]);
}

export function compareInputs({ inputs: a = [] }: ComparedRun, { inputs: b = [] }: ComparedRun): ComparedPart {
  const known = (looks: readonly InputLook[]): ReadonlyMap<string, string> =>
    new Map(looks.map((look) => [`${look.name}: ${look.path}`, describeLook(look)]));
  const [first, second] = [known(a), known(b)];
  const changes = [...new Set([...first.keys(), ...second.keys()])].flatMap((key) => {
    const [then, since] = [first.get(key), second.get(key)];
    if (then === since) return [];
    return `${key}: ${then ?? 'not read'} → ${since ?? 'not read'}`;
  });
  const text = (looks: readonly InputLook[]): string =>
    looks.map((look) => `${look.name}: ${look.path}\n  ${describeLook(look)}\n`).join('');
  const compared = part('inputs', changes, [{ name: 'inputs.txt', before: text(a), now: text(b) }]);
  const isPartial = [...a, ...b].some((look) => look.isPartial);
  return isPartial ? { ...compared, note: 'Of large folders only the first 1000 files were looked at.' } : compared;
}

const describeLook = ({ sizeBytes, modifiedMs, files, isPartial }: InputLook): string => {
  if (sizeBytes === undefined) return 'not looked at';
  const count = files === undefined ? [] : [`${files}${isPartial ? ' of its' : ''} files`];
  const modified = modifiedMs === undefined ? [] : [`modified ${new Date(modifiedMs).toISOString()}`];
  return [...count, `${formatBytes(sizeBytes)}${sizeBytes >= 1000 ? ` (${sizeBytes} bytes)` : ''}`, ...modified].join(
    ', ',
  );
};

export function compareMetrics({ metrics: before }: ComparedRun, { metrics: now }: ComparedRun): ComparedPart {
  const [a, b] = [byName(before), byName(now)];
  const names = [...new Set([...a.keys(), ...b.keys()])].sort();
  const changes: string[] = [];
  const [left, right]: [string[], string[]] = [[], []];
  for (const name of names) {
    const [x, y] = [a.get(name), b.get(name)];
    if (x) left.push(metricLine(x));
    if (y) right.push(metricLine(y, x));
    if (!x || !y) changes.push(`${name}: only in the ${x ? 'first' : 'second'}`);
    else {
      const parts = metricValues(x, y).flatMap(([word, then, since]) =>
        Object.is(then, since) ? [] : [`${word} ${formatValue(then)} → ${formatValue(since)}${delta(then, since)}`],
      );
      if (parts.length > 0) changes.push(`${name}: ${parts.join(', ')}`);
    }
  }
  const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
  return part('metrics', changes, [{ name: 'metrics.txt', before: text(left), now: text(right) }]);
}

const byName = (metrics: readonly MetricSummary[]): ReadonlyMap<string, MetricSummary> =>
  new Map(metrics.map((summary) => [summary.metric, summary]));

const columns = ['lastValue', 'best', 'min', 'max'] as const;
const columnWords = { lastValue: 'last', best: 'best', min: 'min', max: 'max' } as const;

const at = ({ values }: MetricSummary, column: (typeof columns)[number]): number =>
  values[summaryColumn[column]] ?? NaN;

/** Word, value then and value now. Extremes stand in for the best where a metric has no goal. */
function metricValues(before: MetricSummary, now: MetricSummary): (readonly [string, number, number])[] {
  const hasGoal = Number.isFinite(at(before, 'best')) || Number.isFinite(at(now, 'best'));
  const shown = columns.filter((column) => column === 'lastValue' || (column === 'best') === hasGoal);
  return shown.map((column) => [columnWords[column], at(before, column), at(now, column)]);
}

function metricLine(summary: MetricSummary, before: MetricSummary = summary): string {
  const parts = metricValues(before, summary).map(
    ([word, then, since]) => `${word} ${formatValue(since)}${before === summary ? '' : delta(then, since)}`,
  );
  return `${summary.metric}: ${parts.join(', ')}, ${summary.count} points`;
}

const delta = (before: number, now: number): string => {
  const difference = now - before;
  if (!Number.isFinite(difference) || difference === 0) return '';
  return ` (${difference > 0 ? '+' : '−'}${formatValue(Math.abs(difference))})`;
};

function part(name: PartName, changes: readonly string[], texts: readonly ComparedText[]): ComparedPart {
  if (changes.length === 0) return { name, state: 'equal', changes, texts: [] };
  return { name, state: 'differs', changes, texts: texts.filter(({ before, now }) => before !== now) };
}

/** Values by dotted path, without the objects on the way. */
function leavesOf(json: string): ReadonlyMap<string, string> {
  const parameters: unknown = JSON.parse(json);
  if (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters)) return new Map();
  const leaves = [...parameterPaths({ ...parameters })].filter(([, value]) => !isFull(value));
  return new Map(leaves.map(([path, value]) => [path, parameterText(value)]));
}

const isFull = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;

function changesOf(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): string[] {
  const paths = [...new Set([...before.keys(), ...now.keys()])];
  return paths.flatMap((path) => {
    const [then, since] = [before.get(path), now.get(path)];
    return then === since ? [] : [`${path}: ${then ?? 'not set'} → ${since ?? 'not set'}`];
  });
}

/** Keys in the order of the alphabet: how they were written makes no difference. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries: [string, unknown][] = Object.entries(value);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]));
}
