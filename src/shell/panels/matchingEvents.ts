/** Events of a run that match a filter, found page by page: the source knows no filters. */
import type { Source } from '../../core/source';
import { type EventFilter, eventMatcher } from '../../model/eventFilter';
import type { RunId } from '../../model/ids';
import type { RunEvent } from '../../model/run';

const pageSize = 1000;
/** Looked at for one answer: one that takes long keeps its asker waiting, and may be for nothing. */
const mostLookedAt = 20_000;

export interface EventQuery extends EventFilter {
  readonly before?: number;
  readonly limit: number;
}

export async function matchingEvents(
  source: Pick<Source, 'events'>,
  runId: RunId,
  { before, limit, ...filter }: EventQuery,
  signal?: AbortSignal,
): Promise<{ events: RunEvent[]; next?: number }> {
  const matches = eventMatcher(filter);
  const isAll = filter.least === undefined && (filter.text ?? '') === '';
  const found: RunEvent[] = [];
  let next = before;
  for (let lookedAt = 0; lookedAt < mostLookedAt;) {
    signal?.throwIfAborted();
    const page = await source.events(runId, isAll ? limit : pageSize, next);
    lookedAt += page.events.length;
    for (const event of page.events) {
      next = event.sequence;
      if (matches(event)) found.push(event);
      if (found.length < limit) continue;
      const isLast = event === page.events.at(-1);
      return { events: found, ...(page.more || !isLast ? { next } : {}) };
    }
    if (!page.more || page.events.length === 0) return { events: found };
  }
  return { events: found, ...(next === undefined ? {} : { next }) };
}
