/** What past runs were given and what they reached, where that is known without starting anything: for who looks at a run file. */
import { Failure } from '../../base/failure';
import type { Log } from '../../base/log';
import type { Source } from '../../core/source';
import type { ParameterHistory, ParameterHistoryQuery } from '../../model/parameterHistory';

/** `workspace`: the folder that a run of the file would be submitted from. */
export async function knownHistory(
  source: Source,
  { family, ...query }: ParameterHistoryQuery,
  workspace: string | undefined,
  log: Log,
): Promise<ParameterHistory | undefined> {
  if (source.connection.state !== 'connected') return undefined;
  const known = 'algorithm' in family && workspace !== undefined ? { ...family, workspace } : family;
  try {
    return await source.parameterHistory({ family: known, ...query });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // The engine went away: who looks is not told more than that nothing is known.
    log.warn(`Past runs are not known: ${error.message}`);
    return undefined;
  }
}
