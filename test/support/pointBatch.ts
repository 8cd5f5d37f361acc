/** Points of a batch as tests write them down, as the columns in which they travel. */
import { PointGatherer } from '../../src/engine/ingest/pointGatherer';
import type { PointBatch } from '../../src/engine/store/seriesStore';

export interface TestPoint {
  readonly metric: string;
  readonly step: number;
  readonly timeSeconds: number;
  readonly wallMs: number;
  readonly value: number;
}

export function pointBatch(points: Iterable<TestPoint>): PointBatch {
  const gatherer = new PointGatherer();
  for (const { metric, step, timeSeconds, wallMs, value } of points) {
    gatherer.add(metric, step, timeSeconds, wallMs, value);
  }
  return gatherer.batch();
}
