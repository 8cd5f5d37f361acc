/** The states of many nodes as a strip of colours, in their order: for what is closed and stands for them. */
import type { RunStatus } from '../../../src/model/runStatus';
import { statusLook, type Tone } from '../../shared/statusLook';

export interface StripPiece {
  readonly tone: Tone;
  /** Shares of the strip's length: 0 to 1. */
  readonly from: number;
  readonly to: number;
}

/** What must be seen, first: one failure among a hundred trials is, though its own piece would be thinner than a pixel. */
const loudness: readonly Tone[] = ['bad', 'doubtful', 'active', 'waiting', 'quiet', 'good'];

/** At most `cells` pieces; neighbours of one tone are one piece. */
export function stripOf(statuses: readonly RunStatus[], cells: number): readonly StripPiece[] {
  const count = Math.min(statuses.length, Math.max(1, cells));
  const pieces: { tone: Tone; from: number; to: number }[] = [];
  for (let cell = 0; cell < count; cell++) {
    const [start, end] = [cell, cell + 1].map((at) => Math.floor((at * statuses.length) / count));
    const tone = loudest(statuses, start ?? 0, end ?? 0);
    const last = pieces.at(-1);
    if (last?.tone === tone) last.to = (cell + 1) / count;
    else pieces.push({ tone, from: cell / count, to: (cell + 1) / count });
  }
  return pieces;
}

function loudest(statuses: readonly RunStatus[], start: number, end: number): Tone {
  let best = loudness.length - 1;
  for (let index = start; index < end; index++) {
    const status = statuses[index];
    if (status !== undefined) best = Math.min(best, loudness.indexOf(statusLook[status].tone));
  }
  return loudness[best] ?? 'quiet';
}
