/** The states of many nodes as a strip of colours, in their order: for what is closed and stands for them. */
import type { RunStatus } from '../../../src/model/runStatus';
import { statusLook, type Tone } from '../../shared/statusLook';

export interface StripPiece {
  readonly tone: Tone;
  /** Shares of the strip's length: 0 to 1. */
  readonly from: number;
  readonly to: number;
}

/** In a strip of shares: how far it is, from left to right. */
const order: readonly Tone[] = ['good', 'bad', 'doubtful', 'active', 'waiting', 'quiet'];

/**
 * A cell for each where there is room for so many, neighbours of one tone as one piece. Of more the strip shows how large the share
 * of each tone is, and the least one is a cell wide: one failure among ten thousand trials is seen.
 */
export function stripOf(statuses: readonly RunStatus[], cells: number): readonly StripPiece[] {
  return statuses.length <= cells ? inOrder(statuses) : asShares(statuses, Math.max(1, cells));
}

function inOrder(statuses: readonly RunStatus[]): readonly StripPiece[] {
  const pieces: { tone: Tone; from: number; to: number }[] = [];
  const count = statuses.length;
  for (const [index, status] of statuses.entries()) {
    const { tone } = statusLook[status];
    const last = pieces.at(-1);
    if (last?.tone === tone) last.to = (index + 1) / count;
    else pieces.push({ tone, from: index / count, to: (index + 1) / count });
  }
  return pieces;
}

function asShares(statuses: readonly RunStatus[], cells: number): readonly StripPiece[] {
  const counts = new Map<Tone, number>();
  for (const status of statuses) {
    const { tone } = statusLook[status];
    counts.set(tone, (counts.get(tone) ?? 0) + 1);
  }
  const shown = order.flatMap((tone) => {
    const count = counts.get(tone) ?? 0;
    return count === 0 ? [] : [{ tone, share: Math.max(count / statuses.length, 1 / cells) }];
  });
  const all = shown.reduce((sum, { share }) => sum + share, 0);
  let from = 0;
  return shown.map(({ tone, share }) => {
    const to = from + share / all;
    const piece = { tone, from, to };
    from = to;
    return piece;
  });
}
