/** What a graph panel is about, as its session needs it: a run with all that it is made of, or what a run file would come to. */
import type { Disposable } from '../../base/lifecycle';
import type { Source } from '../../core/source';
import type { GraphChange } from '../../model/graphChange';
import type { RunId } from '../../model/ids';
import type { GraphDetails, GraphSnapshot } from '../../protocol/graphPanel';

export type WholeGraph = Omit<GraphSnapshot, 'nowMs' | 'connection'>;

export interface GraphListener {
  /** Nodes are as they are now. */
  readonly changed: (nodes: readonly GraphChange[]) => void;
  /** The whole is to be read again. */
  readonly outdated: () => void;
}

export interface ShownGraph extends Disposable {
  /** What it depends on that may not answer; undefined for what is read from a file. */
  readonly connected: Pick<Source, 'connection' | 'onDidChangeConnection' | 'onDidReset'> | undefined;
  /** Changes of a burst are read together after so long. */
  readonly burstMs: number;
  read(): Promise<WholeGraph>;
  /** Whether it was among the nodes when they were read last. */
  has(runId: RunId): boolean;
  /** What changes from now on; of nodes that are being read for the first time too. */
  follow(listener: GraphListener): Disposable;
  details(runId: RunId): Promise<GraphDetails>;
  /** Calls `tell` when the details may be others. */
  followDetails(runId: RunId, tell: () => void): Disposable;
}
