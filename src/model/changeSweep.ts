/** Which sweeps a person may change after they were submitted, the same in every surface. */
import type { Run } from './run';
import { isSettled } from './runStatus';

/** No further trial is to start. */
export const mayStopEarly = ({ kind, status }: Run): boolean => kind === 'sweep' && !isSettled(status);

/** Its run file may have got more trials. A sweep that has ended goes on with them. */
export const mayExtend = ({ kind, runFilePath }: Run): boolean => kind === 'sweep' && runFilePath !== undefined;
