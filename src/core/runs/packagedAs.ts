/**
 * A run that is tried again, or gets more trials, executes the code that it was submitted with: from its snapshot if it
 * has one, whatever its run file says of `packaging` by now.
 */
import type { Run } from '../../model/run';
import type { RunFile } from '../../model/runFile';
import type { Source } from '../source';

export async function packagedAs(
  source: Pick<Source, 'run'>,
  run: Pick<Run, 'id'>,
): Promise<(file: RunFile) => RunFile> {
  const { code } = await source.run(run.id);
  return (file) => ({ ...file, packaging: code?.isSnapshot ? 'git' : 'none' });
}
