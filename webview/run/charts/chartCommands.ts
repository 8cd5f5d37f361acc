/** What charts want of the host: the time of a point, the output at a time, files. A failure is shown in the panel. */
import type { SeriesXAxis } from '../../../src/model/series';
import type { Reading } from '../../shared/charts/readings';
import type { RunPanelSession } from '../runPanelSession';

export interface SavedFile {
  /** Proposed to the user, with its ending. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export class ChartCommands {
  readonly #session: RunPanelSession;

  constructor(session: RunPanelSession) {
    this.#session = session;
  }

  /** Shows what the program wrote when it logged this point. */
  async openOutputAt(metric: string, axis: SeriesXAxis, { attempt, x }: Reading): Promise<void> {
    if (axis === 'wall') return this.#session.openOutputAt(x);
    const { timeMs } = (await this.#session.call('panel.timeAt', { metric, attempt, axis, x })) ?? {};
    if (timeMs !== undefined) this.#session.openOutputAt(timeMs);
  }

  /** All points of these metrics, at full resolution; the user says where to. */
  async exportPoints(metrics: readonly string[]): Promise<void> {
    await this.#session.call('panel.exportPoints', { metrics: [...metrics] });
  }

  /** The user says where to. */
  async save(file: SavedFile): Promise<void> {
    await this.#session.call('panel.save', file);
  }
}
