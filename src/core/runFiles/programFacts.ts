/**
 * What a resolved program is, in words: for a dry run, and for the graph of a run file. Values of the environment are as the
 * file or a plugin has them, references unfilled: they may be secrets.
 */
import { describeAlgorithm } from '../../model/algorithmUse';
import { describeDemand } from '../../model/demand';
import { formatDuration } from '../../model/duration';
import { fillReferences, isLateReference } from '../../model/references';
import type { DryProgram } from './dryRun';
import { extentOfProgram } from './extent';
import { describeKeyPath } from './runFileProblem';
import { quotedCommand } from './shellWords';

export type Fact = [name: string, value: string];

/** Names and values, in reading order: what it executes, where, with which limits, after what, and what plugins changed. */
export function programFacts(program: Omit<DryProgram, 'path'>): Fact[] {
  const { launch, file } = program;
  const env = Object.entries(file.env ?? {}).map(([name, value]) => `${name}=${value}`);
  return [
    ...present([
      ['Command', quotedCommand(launch.command.map(shownText))],
      ['Folder', shownText(launch.cwd)],
      ['Parameters', launch.parametersJson === '{}' ? undefined : launch.parametersJson],
      ['Environment', env.length === 0 ? undefined : env.join(' ')],
    ]),
    ...launchFacts(program),
  ];
}

/** Those that are neither its command nor what that is given. */
export function launchFacts({ launch, file, changes, waitsFor, priority }: Omit<DryProgram, 'path'>): Fact[] {
  const { tags, algorithm, timeoutMs, retries, signal, graceMs, inputs = [], tty } = launch;
  const facts = present([
    ['Algorithm', algorithm && describeAlgorithm(algorithm)],
    ['Tags', tags.length === 0 ? undefined : tags.join(', ')],
    ['Time limit', timeoutMs === undefined ? undefined : formatDuration(timeoutMs)],
    ['Compute', describeComputeOf(file, launch)],
    ['Priority', priority === 0 ? undefined : String(priority)],
    ['Retries', retries === 0 ? undefined : describeRetries(launch)],
    ['Signal', signal && `SIG${signal.name} ${formatDuration(signal.beforeMs)} before the time limit`],
    ['Grace', graceMs === undefined ? undefined : `${formatDuration(graceMs)} to end by itself when it is asked to`],
    ['Terminal', tty ? 'it gets one of its own' : undefined],
    ['Reuse', launch.reuse ? 'the result of a run that did the same, if there is one' : undefined],
    ['Waits for', waitsFor.length === 0 ? undefined : waitsFor.join(', ')],
  ]);
  const found = inputs.map(({ name, paths }): Fact => [`Input ${name}`, paths.map(shownText).join(', ')]);
  const plugins = changes.map(({ plugin, key, value, before }): Fact => {
    const was = before === undefined ? '' : ` (was ${JSON.stringify(before)})`;
    return [`Plugin ${plugin}`, `${describeKeyPath(key)} = ${JSON.stringify(value)}${was}`];
  });
  return [...facts, ...found, ...plugins];
}

/** A text for the engine as a person reads it: what the engine will fill stands there as it is written in a run file. */
export const shownText = (text: string): string =>
  fillReferences(text, (name) => (isLateReference(name) ? `\${${name}}` : undefined));

/** "3, at most 4 h 7 min in all". */
function describeRetries(launch: DryProgram['launch']): string {
  const { longestMs } = extentOfProgram(launch);
  return Number.isFinite(longestMs)
    ? `${launch.retries}, at most ${formatDuration(longestMs)} in all`
    : String(launch.retries);
}

/** "small: 2 cpus, 4.0 GB of memory". */
function describeComputeOf({ compute }: DryProgram['file'], { demand }: DryProgram['launch']): string | undefined {
  const amounts = demand ? describeDemand(demand) : '';
  if (typeof compute !== 'string') return amounts === '' ? undefined : amounts;
  return amounts === '' ? compute : `${compute}: ${amounts}`;
}

const present = (facts: readonly (readonly [name: string, value: string | undefined])[]): Fact[] =>
  facts.flatMap(([name, value]): Fact[] => (value === undefined ? [] : [[name, value]]));
