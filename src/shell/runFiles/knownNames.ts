/** What runs were called before, where that is known without starting anything. */
import { messageOf } from '../../base/failure';
import type { Log } from '../../base/log';
import type { Source } from '../../core/source';
import type { KnownNames } from '../../protocol/language';

/** Tags are those of the newest runs; older ones are hardly written again. */
const runsLookedAt = 200;

export async function knownNames(source: Source, log: Log): Promise<KnownNames> {
  if (source.connection.state !== 'connected') return { experiments: [], tags: [] };
  try {
    const [experiments, { runs }] = await Promise.all([source.experiments(), source.runs({ limit: runsLookedAt })]);
    return {
      experiments: experiments.map(({ name }) => name),
      tags: [...new Set(runs.flatMap(({ tags }) => tags))],
    };
  } catch (error) {
    log.warn(`What runs were called before is not known: ${messageOf(error)}`);
    return { experiments: [], tags: [] };
  }
}
