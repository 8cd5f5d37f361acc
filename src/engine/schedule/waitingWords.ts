/** Why a queued run waits, in the words that people read beside it. */
import { formatBytes } from '../../model/byteSize';
import { describeAmount } from '../../model/demand';
import type { Room } from './room';
import type { Waiting } from './runQueue';

/** "waits for 4 cpus: 2 of 8 are free". */
export function describeWaiting(why: Waiting, room: Room): string {
  switch (why.kind) {
    case 'full':
      return `waits for room: at most ${room.capacity.atOnce} at once`;
    case 'limit':
      return `waits for its turn: at most ${why.atOnce} of its kind at once`;
    case 'never':
    case 'lack':
      return `waits for ${describeAmount(why.resource, why.amount)}: ${describeRest(why)}`;
    case 'unseen':
      return 'waits until it is known which gpus are free';
    case 'turn':
      return 'waits for its turn: what is free is kept for a run that has waited longer';
  }
}

function describeRest({ resource, amount, has, free, others }: Extract<Waiting, { kind: 'lack' | 'never' }>): string {
  const bare = (value: number): string =>
    resource === 'memory' ? formatBytes(Math.round(value)) : String(Math.round(value * 100) / 100);
  if (amount > has) return `${resource === 'gpus' && has > 0 ? 'it may use' : 'this machine has'} ${bare(has)}`;
  const is = (value: number): string => (resource === 'memory' || value === 1 ? 'is' : 'are');
  const used = others > 0 ? `, other programs use ${bare(others)}` : '';
  return `${bare(free)} of ${bare(has)} ${is(free)} free${used}`;
}
