/** `sidelab queue [pause|resume]`: what is free of the machine, how many wait, and whether anything is started at all. */
import { formatBytes } from '../model/byteSize';
import type { Queue } from '../protocol/engine';
import type { CommandContext } from './context';
import { exitCodes } from './exitCodes';
import { formatTable } from './plainText';

export const queueActions = ['pause', 'resume'] as const;
export type QueueAction = (typeof queueActions)[number];

export async function queueCommand(
  { source, terminal }: CommandContext,
  action: QueueAction | undefined,
  options: { readonly json?: boolean },
): Promise<number> {
  const queue = action === undefined ? await source.queue() : await source.pauseQueue(action === 'pause');
  terminal.print(options.json ? JSON.stringify(queue, null, 2) : describeQueue(queue));
  return exitCodes.done;
}

function describeQueue({ isPaused, running, waiting, free, capacity }: Queue): string {
  const number = (value: number): string => String(Math.round(value * 100) / 100);
  const rows = [
    ['runs at once', number(free.atOnce), number(capacity.atOnce)],
    ['cpus', number(free.cpus), number(capacity.cpus)],
    ['memory', formatBytes(Math.round(free.memoryBytes)), formatBytes(Math.round(capacity.memoryBytes))],
    ['gpus', number(free.gpus), number(capacity.gpus)],
  ];
  const state = isPaused ? 'The queue is paused: nothing is started. "sidelab queue resume" goes on.\n' : '';
  return `${state}${running} running, ${waiting} waiting\n\n${formatTable([['', 'FREE', 'OF'], ...rows])}`;
}
