/** How a status looks: its icon and its colour class. The word always stands beside them. */
import type { RunStatus } from '../../src/model/runStatus';
import type { StatusGlyphName } from './statusGlyphs';

export type Tone = 'quiet' | 'waiting' | 'active' | 'good' | 'bad' | 'doubtful';

export const statusLook = {
  created: { icon: 'dashedRing', tone: 'quiet' },
  queued: { icon: 'clock', tone: 'waiting' },
  pending: { icon: 'clock', tone: 'waiting' },
  running: { icon: 'play', tone: 'active' },
  'cancel-pending': { icon: 'stop', tone: 'doubtful' },
  completed: { icon: 'check', tone: 'good' },
  failed: { icon: 'cross', tone: 'bad' },
  cancelled: { icon: 'slash', tone: 'quiet' },
  skipped: { icon: 'skip', tone: 'quiet' },
  lost: { icon: 'question', tone: 'doubtful' },
} as const satisfies Record<RunStatus, { readonly icon: StatusGlyphName; readonly tone: Tone }>;
