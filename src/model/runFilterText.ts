/**
 * A filter as a person types it, in one line: `status:failed,lost tag:baseline lr>0.1 -is:pinned "some text"`. Terms stand beside
 * one another and must all hold; a comma means "or", a dash before a term "not".
 */
import { type Comparison, comparisons, type FilterTerm, type NamedThing, type RunFilter } from './runFilter';
import { isActive, isSettled, type RunStatus, runStatuses } from './runStatus';

/** What is wrong, and which part of the text it is about. */
export interface FilterProblem {
  readonly message: string;
  readonly from: number;
  readonly to: number;
}

export type ParsedFilter = { readonly filter: RunFilter } | { readonly problem: FilterProblem };

/** A word of the text with its quotes taken off. */
export interface FilterWord {
  readonly from: number;
  readonly to: number;
  readonly not: boolean;
  /** Absent for plain text. */
  readonly key?: string;
  /** `:` or a comparison. */
  readonly sign?: string;
  readonly values: readonly string[];
}

/** Words for several statuses at once. */
export const statusWords: Readonly<Record<string, readonly RunStatus[]>> = {
  active: runStatuses.filter(isActive),
  waiting: ['queued', 'pending'],
  ended: runStatuses.filter(isSettled),
};

/** Keys before a colon, with what they take, for lists to choose from. */
export const filterKeys = {
  status: 'failed, running, active, ended, …',
  tag: 'a tag; * stands for anything',
  experiment: 'name of an experiment',
  name: 'name of the run',
  note: 'what a person wrote',
  folder: 'folder of the run file',
  is: 'pinned',
  since: 'submitted since: 2h, 3d, 1w, today, 2026-01-31',
  before: 'submitted before: 2h, 3d, 1w, today, 2026-01-31',
} as const;
export type FilterKey = keyof typeof filterKeys;

const mostTerms = 50;
const longestText = 2000;
const isKey = (word: string): word is FilterKey => Object.hasOwn(filterKeys, word);

/** `nowMs`: what "2 days" are counted from, in this machine's own time zone. */
export function parseFilter(text: string, nowMs: number): ParsedFilter {
  const whole = { from: 0, to: text.length };
  if (text.length > longestText) {
    return { problem: { message: `A filter has ${longestText.toLocaleString('en')} characters at most.`, ...whole } };
  }
  const words = filterWords(text);
  if (words.length > mostTerms) return { problem: { message: `A filter has ${mostTerms} terms at most.`, ...whole } };
  const filter: FilterTerm[] = [];
  for (const word of words) {
    const term = termOf(word, nowMs);
    if (typeof term === 'string') return { problem: { message: term, from: word.from, to: word.to } };
    filter.push(term);
  }
  return { filter };
}

const wordPattern =
  /(?<not>-)?(?:(?<key>[\p{L}_][\p{L}\p{N}_./-]*)(?<sign>:|!=|<=|>=|=|<|>))?(?<value>(?:"(?:[^"\\]|\\.)*"?|[^\s"])*)/uy;

/** The words of a text, complete or still being typed. */
export function filterWords(text: string): readonly FilterWord[] {
  const words: FilterWord[] = [];
  for (let at = 0; ;) {
    while (/\s/.test(text.charAt(at))) at += 1;
    if (at >= text.length) return words;
    wordPattern.lastIndex = at;
    const match = wordPattern.exec(text);
    const { not, key, sign, value = '' } = match?.groups ?? {};
    // Something always matches: at least one character that is no blank.
    const to = Math.max(at + 1, at + (match?.[0].length ?? 0));
    words.push({
      from: at,
      to,
      not: not !== undefined,
      ...(key === undefined || sign === undefined ? {} : { key, sign }),
      values: key === undefined ? [unquoted(value)] : valuesOf(value),
    });
    at = to;
  }
}

/** Apart at commas that are not inside quotes. */
const valuesOf = (value: string): readonly string[] =>
  (value.match(/(?:"(?:[^"\\]|\\.)*"?|[^,"])+/g) ?? []).map(unquoted);

const unquoted = (value: string): string =>
  value.replace(/"((?:[^"\\]|\\.)*)"?/g, (_all, inside: string) => inside.replace(/\\(.)/g, '$1'));

/** A value as it has to be typed. */
export const quotedValue = (value: string): string =>
  value !== '' && /^[^\s",:<>=!\\-][^\s",:<>=!\\]*$/.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;

/** A text says what is wrong. */
function termOf({ key, sign, values, not }: FilterWord, nowMs: number): FilterTerm | string {
  const [value = ''] = values;
  if (key === undefined || sign === undefined) {
    return value === '' ? 'Something to look for is missing here.' : { kind: 'text', text: value.slice(0, 500), not };
  }
  if (values.length === 0) return `A value is missing after “${key}${sign}”.`;
  if (sign !== ':') return parameterTerm(key, sign, values, not);
  if (!isKey(key))
    return `There is no key “${key}”. There are: ${Object.keys(filterKeys).join(', ')}; and parameters, as in lr>0.1.`;
  switch (key) {
    case 'status':
      return statusTerm(values, not);
    case 'is':
      return value === 'pinned' && values.length === 1
        ? { kind: 'pinned', not }
        : `Runs can be “is:pinned”, not “is:${values.join(',')}”.`;
    case 'since':
    case 'before':
      return timeTerm(key, values, not, nowMs);
    default:
      return { kind: key satisfies NamedThing, patterns: values.slice(0, 100), not };
  }
}

function statusTerm(values: readonly string[], not: boolean): FilterTerm | string {
  const statuses = new Set<RunStatus>();
  for (const value of values) {
    const known = statusWords[value] ?? runStatuses.filter((status) => status === value);
    if (known.length === 0) {
      return `There is no status “${value}”. There are: ${[...runStatuses, ...Object.keys(statusWords)].join(', ')}.`;
    }
    for (const status of known) statuses.add(status);
  }
  return { kind: 'status', statuses: [...statuses], not };
}

function timeTerm(
  key: 'since' | 'before',
  values: readonly string[],
  not: boolean,
  nowMs: number,
): FilterTerm | string {
  const [value = ''] = values;
  const timeMs = values.length === 1 ? readTime(value, nowMs) : undefined;
  if (timeMs === undefined)
    return `“${values.join(',')}” is no time. Write 2h, 3d, 1w, today, yesterday or 2026-01-31.`;
  return (key === 'since') !== not ? { kind: 'created', fromMs: timeMs } : { kind: 'created', toMs: timeMs };
}

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

/** "3d", "today", "2026-01-31": the beginning of that day here. */
function readTime(text: string, nowMs: number): number | undefined {
  const [, count, unit = ''] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  if (count !== undefined) return nowMs - Number(count) * (unitMs[unit] ?? 0);
  const day = new Date(nowMs);
  const isNamed = text === 'today' || text === 'yesterday';
  if (isNamed) return new Date(day.getFullYear(), day.getMonth(), day.getDate() - (text === 'today' ? 0 : 1)).getTime();
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (year === undefined) return undefined;
  const time = new Date(Number(year), Number(month) - 1, Number(date));
  return time.getMonth() === Number(month) - 1 && time.getDate() === Number(date) ? time.getTime() : undefined;
}

const opposites: Readonly<Record<Comparison, Comparison>> = {
  '=': '!=',
  '!=': '=',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
};

function parameterTerm(path: string, sign: string, values: readonly string[], not: boolean): FilterTerm | string {
  const comparison = comparisons.find((known) => known === sign);
  const [value = ''] = values;
  if (comparison === undefined || values.length > 1) return `A parameter is compared with one value: ${path}${sign}1.`;
  const read = readValue(value);
  if (typeof read !== 'number' && comparison !== '=' && comparison !== '!=') {
    return `“${path}${sign}” is about numbers, and “${value}” is none.`;
  }
  return { kind: 'parameter', path, comparison: not ? opposites[comparison] : comparison, value: read };
}

function readValue(text: string): number | string | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}
