/** The values that a parameter had in past runs and what they led to, as a table. */
import type { MarkupContent } from 'vscode-languageserver-types';
import { bestValue, type PastValue } from '../../core/history/pastValues';
import { formatCoarseAge } from '../../model/duration';
import type { MetricGoal } from '../../model/parameterHistory';
import { plain } from '../markdown';
import { shortText } from '../shortText';
import { describeReached, describeRun, describeValue, type PastParameter } from './pastParameter';

const mostRows = 8;
const mostOfMetric = 40;
/** The editor leaves no room between columns: this is not trimmed from a cell. */
const gap = '&emsp;';

/** `now`: the value in the file, as canonical JSON. */
export function pastHover(past: PastParameter, now: string | undefined, nowMs: number): MarkupContent {
  const { key, values, goals, runs } = past;
  const bests = new Map(goals.map((goal) => [goal.metric, bestValue(values, goal)?.value]));
  const shown = shownRows(values, [...bests.values()]);
  const bestOf = ({ metric }: MetricGoal): string => `best ${plain(nameOf(metric))}`;
  const head = ['value', 'runs', ...goals.map(bestOf), 'newest run'];
  const rows = shown.map((value) => [
    value.json === now ? `**${plain(describeValue(value))}**` : plain(describeValue(value)),
    String(value.runs),
    ...goals.map(({ metric }) => cellOf(value, metric, bests.get(metric) === value)),
    plain(`${describeRun(value.newest)}, ${ageOf(value, nowMs)}`),
  ]);
  const more = values.length - shown.length;
  const lines = [
    `**${plain(shortText(key.name, 100))}** in past runs: ${count(values.length, 'value')} in ${count(runs, 'run')}.`,
    // Not below the table, where it would be out of sight.
    directions(goals, values),
    '',
    tableRow(head),
    `|${' :-- |'.repeat(head.length)}`,
    ...rows.map(tableRow),
    ...(more > 0 ? ['', `… and ${count(more, 'older value')}.`] : []),
  ];
  return { kind: 'markdown', value: lines.join('\n') };
}

/** The newest, and the best whenever they were. */
function shownRows(values: readonly PastValue[], bests: readonly (PastValue | undefined)[]): readonly PastValue[] {
  if (values.length <= mostRows) return values;
  const wanted = new Set(bests.filter((value) => value !== undefined));
  for (const value of values) if (wanted.size < mostRows) wanted.add(value);
  return values.filter((value) => wanted.has(value));
}

function cellOf(value: PastValue, metric: string, isBest: boolean): string {
  const reached = value.reached.get(metric);
  if (!reached) return '–';
  const text = plain(describeReached(reached));
  return isBest ? `**${text}** (best)` : text;
}

/** Says what is missing where there is nothing to compare by. */
function directions(goals: readonly MetricGoal[], values: readonly PastValue[]): string {
  if (goals.length === 0) {
    return 'No metric has a goal, so no value is better than another: `"metrics": { "loss": { "goal": "minimize" } }` gives it one.';
  }
  return goals
    .map(({ metric, goal }) => {
      const name = plain(nameOf(metric));
      if (!values.some(({ reached }) => reached.has(metric))) return `None of these runs has a value of ${name}.`;
      return `Of ${name}, ${goal === 'minimize' ? 'lower' : 'higher'} is better.`;
    })
    .join(' ');
}

const nameOf = (metric: string): string => shortText(metric, mostOfMetric);

function ageOf({ newest }: PastValue, nowMs: number): string {
  const age = formatCoarseAge(nowMs - newest.createdAtMs);
  return age === 'now' ? 'just now' : `${age} ago`;
}

const count = (amount: number, what: string): string => `${amount} ${what}${amount === 1 ? '' : 's'}`;

const tableRow = (cells: readonly string[]): string => `| ${cells.join(`${gap} | `)} |`;
