/**
 * A program of a run file as a file of its own: what it inherits, what its algorithm and plugins lend it and what is left out
 * filled in. Variables of the environment stay as they are written: filled, they may be secrets.
 */
import type { DryProgram, DryRun } from './dryRun';
import { shownText } from './programFacts';

/** What has become something else by now. */
const resolvedKeys: readonly string[] = [
  '$schema',
  'algorithm',
  'version',
  'script',
  'plugins',
  'sweep',
  'tasks',
  'group',
  'sequential',
  'dependsOn',
];

/** As the engine has them. */
const defaults = { tags: [], metadata: {}, parameters: {}, retries: 0, retryDelay: 0, grace: '10 s', priority: 0 };

export function resolvedFile({ file, launch, priority }: DryProgram, { experiment }: DryRun): object {
  const rest = Object.fromEntries(Object.entries(file).filter(([key]) => !resolvedKeys.includes(key)));
  const inputs = (launch.inputs ?? []).map(({ name, paths }): [string, string | string[]] => {
    const [first = '', ...others] = paths.map(shownText);
    return [name, others.length === 0 ? first : [first, ...others]];
  });
  const own = { experiment, name: launch.name, command: launch.command.map(shownText), cwd: shownText(launch.cwd) };
  return {
    // First in the text, and last in what counts.
    ...own,
    ...defaults,
    ...rest,
    ...(inputs.length > 0 ? { inputs: Object.fromEntries(inputs) } : {}),
    ...own,
    priority,
  };
}
