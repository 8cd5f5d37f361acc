/** What a row of the timeline says: beside its bars, in its tooltip, and to who cannot see it. Plain text, whatever names hold. */
import { formatDuration } from '../../../src/model/duration';
import { plainText } from '../../../src/model/plainText';
import type { AttemptTimes } from '../../../src/model/runGraph';
import { isActive, isSettled, type RunStatus } from '../../../src/model/runStatus';
import { formatDateTime } from '../../shared/axisText';
import { countOf, formatCount } from '../../shared/numbers';
import type { ModelNode } from '../graphModel';
import { attemptsOf, type NodeTimes } from './nodeTimes';
import { limitMs, type PlannedSpan } from './plannedTimes';

/** Names and evidence in one line. */
export const lineOf = (text: string): string => plainText(text).replace(/\s+/g, ' ').trim();

/** Programs that take no second are not all alike. */
export const spentText = (ms: number): string =>
  ms > 0 && ms < 1000 ? `${Math.max(1, Math.round(ms))} ms` : formatDuration(ms);

/** Beside the bars: "2 min 3 s · attempt 2 of 3", "waits for room: 2 of 2 running", "12 of 20 completed, 1 failed · 3 min". */
export function barText(node: ModelNode, times: NodeTimes, nowMs: number): string {
  const { status, evidence } = node.data;
  const spentMs = workedMs(node, times, nowMs);
  // What is under way counts in seconds: milliseconds would only flicker.
  const spent = spentMs === undefined ? undefined : isActive(status) ? formatDuration(spentMs) : spentText(spentMs);
  if (node.children.length > 0) return joined(countsText(node), spent);
  const attempt = attemptText(node);
  if (status === 'queued' && evidence !== undefined) return joined(lineOf(evidence), attempt);
  if (spent === undefined) return joined(isSettled(status) ? status : undefined, evidence && lineOf(evidence));
  return joined(status === 'completed' || status === 'running' ? undefined : status, spent, attempt);
}

/** Beside a planned bar. */
export function plannedText(node: ModelNode, span: PlannedSpan | undefined): string {
  if (!span) return '';
  const whole = node.children.length > 0 ? countOf(node.children.length, partWord(node)) : undefined;
  if (span.isUnlimited) return joined(whole, 'no limit');
  const { attemptsMax, timeoutMs } = node.data;
  const each =
    timeoutMs !== undefined && attemptsMax > 1 && limitMs(node) !== undefined
      ? `${formatCount(attemptsMax)} attempts of ${formatDuration(timeoutMs)}`
      : undefined;
  return joined(whole, `at most ${spentText(span.toMs - span.fromMs)}`, each);
}

/** "waiting", "12 of 20 completed, 1 failed, 2 running" */
export function countsText({ counts, children, data }: ModelNode): string {
  const total = children.length;
  const count = (status: RunStatus): number => counts[status] ?? 0;
  const parts =
    count('completed') === total
      ? [countOf(total, partWord({ data }))]
      : [`${formatCount(count('completed'))} of ${formatCount(total)} completed`];
  for (const status of ['failed', 'lost', 'cancelled', 'skipped', 'running'] as const) {
    if (count(status) > 0) parts.push(`${formatCount(count(status))} ${status}`);
  }
  return parts.join(', ');
}

const partWord = ({ data }: Pick<ModelNode, 'data'>): string =>
  ({ single: 'part', graph: 'task', group: 'member', sweep: 'trial' })[data.kind];

function attemptText({ data }: ModelNode): string | undefined {
  const { attempts, attemptsMax } = data;
  if (attempts < 2 && !(attempts === 1 && attemptsMax > 1 && data.status === 'queued')) return undefined;
  return attemptsMax >= attempts ? `attempt ${attempts} of ${attemptsMax}` : `attempt ${attempts}`;
}

/** What its attempts took, without the pauses between them; of what is made of others, from its start to its end. */
function workedMs(node: ModelNode, times: NodeTimes, nowMs: number): number | undefined {
  if (node.children.length > 0) {
    const span = times.spanOf(node);
    const endMs = span?.endedAtMs ?? (isSettled(node.data.status) ? undefined : nowMs);
    return span && endMs !== undefined ? Math.max(0, endMs - span.startedAtMs) : undefined;
  }
  let sum: number | undefined;
  for (const { startedAtMs, endedAtMs } of attemptsOf(node)) {
    if (startedAtMs === undefined) continue;
    // Of what was lost, nobody knows.
    if (endedAtMs === undefined && isSettled(node.data.status)) return undefined;
    const endMs = endedAtMs ?? nowMs;
    sum = (sum ?? 0) + Math.max(0, endMs - startedAtMs);
  }
  return sum;
}

/** The first line is what it is called. */
export function tooltipLines(node: ModelNode, times: NodeTimes, nowMs: number): readonly string[] {
  const { status, evidence } = node.data;
  const lines = [lineOf(node.path === '' ? node.data.name : node.path), joined(status, evidence && lineOf(evidence))];
  const span = times.spanOf(node);
  if (node.children.length > 0) lines.push(countsText(node));
  const attempts = node.children.length > 0 ? [] : attemptsOf(node);
  const readyMs = times.readyAtMs(node);
  const launchedMs = attempts[0]?.createdAtMs ?? (isSettled(status) ? undefined : nowMs);
  if (node.children.length > 0) {
    if (span) lines.push(periodText('', span.startedAtMs, span.endedAtMs, nowMs));
  } else if (readyMs !== undefined && launchedMs !== undefined && launchedMs - readyMs >= 1 && status !== 'created') {
    lines.push(periodText('Queued: ', readyMs, attempts[0]?.createdAtMs, nowMs));
  } else if (readyMs === undefined && attempts.length === 0) {
    lines.push('Waits for others');
  }
  // The newest say most: a tooltip has no room for hundreds.
  const shown = attempts.slice(-mostAttempts);
  if (shown.length < attempts.length) lines.push(`${countOf(attempts.length - shown.length, 'earlier attempt')}`);
  for (const attempt of shown) lines.push(attemptLine(attempt, attempts.length, status, nowMs));
  return lines;
}

const mostAttempts = 6;

function attemptLine(attempt: AttemptTimes, count: number, status: RunStatus, nowMs: number): string {
  const { number, createdAtMs, startedAtMs, endedAtMs, reason } = attempt;
  const name = count > 1 ? `Attempt ${number}: ` : '';
  const waitedMs = startedAtMs === undefined ? 0 : startedAtMs - createdAtMs;
  const waited = waitedMs >= 1000 ? `after ${spentText(waitedMs)} pending` : undefined;
  if (startedAtMs === undefined && endedAtMs === undefined) {
    return `${name}launched ${formatDateTime(createdAtMs)}, not yet executing`;
  }
  if (endedAtMs === undefined && isSettled(status)) {
    return `${name}since ${formatDateTime(startedAtMs ?? createdAtMs)}, its end is not known`;
  }
  const period = periodText(name, startedAtMs ?? createdAtMs, endedAtMs, nowMs);
  return [period, count > 1 ? reason : undefined, waited].filter((part) => part !== undefined).join(', ');
}

export function plannedTooltip(node: ModelNode, span: PlannedSpan | undefined): readonly string[] {
  const { attemptsMax, timeoutMs, evidence } = node.data;
  const lines = [lineOf(node.path === '' ? node.data.name : node.path), plannedText(node, span)];
  if (evidence !== undefined) lines.push(lineOf(evidence));
  if (node.children.length === 0 && timeoutMs === undefined && attemptsMax > 1) lines.push(`${attemptsMax} attempts`);
  return lines;
}

/** "2026-03-01 14:03:22 – 14:05:22, 2 min"; "since 2026-03-01 14:03:22, 2 min" */
function periodText(name: string, fromMs: number, toMs: number | undefined, nowMs: number): string {
  const from = formatDateTime(fromMs);
  if (toMs === undefined) return `${name}since ${from}, ${formatDuration(nowMs - fromMs)}`;
  const to = formatDateTime(toMs);
  const [day] = from.split(' ');
  const end = to.startsWith(`${day} `) ? to.slice((day ?? '').length + 1) : to;
  return `${name}${from} – ${end}, ${spentText(toMs - fromMs)}`;
}

/**
 * To who cannot see it: name, status, how long, when. What goes on is told in minutes: a name that is another each second would be
 * read again each second.
 */
export function rowLabel(node: ModelNode, times: NodeTimes, nowMs: number): string {
  const { data, children } = node;
  const span = times.spanOf(node);
  const spentMs = workedMs(node, times, nowMs);
  const isOn = isActive(data.status);
  const spent =
    spentMs === undefined
      ? undefined
      : isOn
        ? `for ${spentMs < 60_000 ? 'less than a minute' : formatDuration(60_000 * Math.floor(spentMs / 60_000))}`
        : `took ${spentText(spentMs)}`;
  const attempts = attemptsOf(node);
  const endMs = span?.endedAtMs;
  return [
    lineOf(data.name),
    data.status,
    children.length > 0 ? countsText(node) : data.evidence && lineOf(data.evidence),
    spent,
    children.length === 0 && attempts.length > 1 ? attemptText(node) : undefined,
    span ? `started ${formatDateTime(span.startedAtMs)}` : 'not started',
    endMs === undefined ? undefined : `ended ${formatDateTime(endMs)}`,
  ]
    .filter((part) => part !== undefined && part !== '')
    .join(', ');
}

export const plannedLabel = (node: ModelNode, span: PlannedSpan | undefined): string =>
  [lineOf(node.data.name), 'planned', plannedText(node, span)].filter((part) => part !== '').join(', ');

const joined = (...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== '').join(' · ');
