/** What the machine has, where that is known without starting anything: for checks while somebody types. */
import { messageOf } from '../../base/failure';
import type { Log } from '../../base/log';
import type { Source } from '../../core/source';
import type { Capacity } from '../../model/demand';
import type { Queue } from '../../protocol/engine';

/** The queue as it is, where an engine is connected. */
export async function knownQueue(source: Source, log: Log): Promise<Queue | undefined> {
  if (source.connection.state !== 'connected') return undefined;
  try {
    return await source.queue();
  } catch (error) {
    // The engine went away, or is too old to say it; the submission will tell.
    log.warn(`What the machine has is not known: ${messageOf(error)}`);
    return undefined;
  }
}

export const knownCapacity = async (source: Source, log: Log): Promise<Capacity | undefined> =>
  (await knownQueue(source, log))?.capacity;
