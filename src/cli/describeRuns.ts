/**
 * Runs as the verbs print them: a line each, or JSON for scripts.
 *
 * The JSON of a run is `Run` (`model/run.ts`) as it stands, the same wherever `--json` prints one; verbs that take several
 * runs, and `list`, print an array even of one. Fields are added, never renamed; times are milliseconds since 1970.
 */
import { describeStatus } from '../model/describeRun';
import { shortId } from '../model/ids';
import type { Run } from '../model/run';
import { plainText } from './plainText';

/** "abcdef tour/baseline: running · last heard 4 s ago" */
export const describeRunLine = (run: Run, nowMs: number): string =>
  plainText(`${shortId(run.id)} ${run.experiment}/${run.name}: ${describeStatus(run, nowMs)}`);

export const toJson = (value: Run | readonly Run[]): string => JSON.stringify(value, null, 2);
