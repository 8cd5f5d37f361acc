/** What is said of a node, in the picture and to screen readers. */
import { formatDuration } from '../../src/model/duration';
import { visibleControls } from '../../src/model/plainText';
import type { RunStatus } from '../../src/model/runStatus';
import { type ModelNode, spentMs } from './graphModel';

export interface NodeWords {
  readonly name: string;
  /** "running · 2 m 3 s · attempt 2 of 3". */
  readonly state: string;
  /** Why it waits, how it ended, how far it is; empty when there is nothing to say. */
  readonly note: string;
}

/** `isPlan`: nothing of it has been submitted. */
export function nodeWords(node: ModelNode, nowMs: number, isPlan: boolean): NodeWords {
  const name = visibleControls(node.data.name);
  if (isPlan) return { name, ...planWords(node) };
  const { data } = node;
  const spent = spentMs(node, nowMs);
  const parts: string[] = [data.held === true && data.status === 'queued' ? 'held' : data.status];
  if (spent !== undefined) parts.push(formatDuration(spent));
  if (data.attempts > 1 || (data.attemptsMax > 1 && data.attempts > 0)) {
    parts.push(`attempt ${data.attempts} of ${Math.max(data.attempts, data.attemptsMax)}`);
  }
  return { name, state: parts.join(' · '), note: noteOf(node) };
}

function noteOf({ data, children, counts }: ModelNode): string {
  if (children.length > 0) return describeCounts(children.length, counts);
  const { progress, status, evidence } = data;
  if (progress && progress.total > 0 && status === 'running') {
    return `${Math.floor((100 * progress.done) / progress.total)} % · ${progress.done} of ${progress.total}`;
  }
  return status === 'completed' || evidence === undefined ? '' : visibleControls(evidence);
}

const kindWords = { single: 'program', graph: 'tasks', group: 'members', sweep: 'trials' } as const;

function planWords({ data, children }: ModelNode): Omit<NodeWords, 'name'> {
  const limit = data.timeoutMs === undefined ? 'no time limit' : `at most ${formatDuration(data.timeoutMs)}`;
  if (children.length > 0) return { state: `${children.length} ${kindWords[data.kind]}`, note: '' };
  const retries = data.attemptsMax > 1 ? `up to ${data.attemptsMax} attempts` : '';
  return { state: limit, note: retries };
}

/** "3 of 5 completed · 1 failed · 1 running". */
export function describeCounts(total: number, counts: ModelNode['counts']): string {
  const completed = counts.completed ?? 0;
  const parts = [completed === total ? `all ${total} completed` : `${completed} of ${total} completed`];
  const others: readonly RunStatus[] = ['failed', 'lost', 'running', 'cancel-pending', 'cancelled', 'skipped'];
  for (const status of others) {
    const count = counts[status] ?? 0;
    if (count > 0) parts.push(`${count} ${status}`);
  }
  return parts.join(' · ');
}

/** All of it in one sentence, for who cannot see the picture. */
export function nodeSentence(node: ModelNode, nowMs: number, isPlan: boolean): string {
  const { name, state, note } = nodeWords(node, nowMs, isPlan);
  return [name, state, note]
    .filter((part) => part !== '')
    .join(', ')
    .replaceAll(' · ', ', ');
}
