/** Graphs as the harness shows them: made-up, but of the shape of real ones. Times are seconds after their begin. */
import type { RunId } from '../../../src/model/ids';
import type { AttemptTimes, GraphEdge, GraphNode } from '../../../src/model/runGraph';
import { GraphModel } from '../../../webview/graph/graphModel';

export const beginMs = new Date(2026, 2, 1, 14, 3, 22).getTime();
const at = (seconds: number): number => beginMs + seconds * 1000;

export class FakeGraph {
  readonly nodes: GraphNode[] = [];
  readonly edges: GraphEdge[] = [];

  add(name: string, parent: string | undefined, more: Partial<GraphNode> = {}): this {
    const parentId = parent === undefined ? {} : { parentId: parent as RunId };
    this.nodes.push({
      id: name as RunId,
      name: name.split('/').at(-1) ?? name,
      kind: 'single',
      status: 'queued',
      attempts: more.attemptTimes?.length ?? 0,
      attemptsMax: 1,
      createdAtMs: at(0),
      level: 0,
      isCritical: false,
      ...parentId,
      ...more,
    });
    return this;
  }

  edge(from: string, to: string): this {
    this.edges.push({ from: from as RunId, to: to as RunId, on: 'completed' });
    return this;
  }

  /** Trials one after another on some places, as far as they got by `untilS`. */
  trials(parent: string, count: number, atOnce: number, fromS: number, eachS: number, untilS: number): this {
    const free = Array.from({ length: atOnce }, () => fromS);
    for (let trial = 1; trial <= count; trial++) {
      const place = free.indexOf(Math.min(...free));
      const launched = (free[place] ?? fromS) + 0.3;
      const ended = launched + 1 + eachS * (0.6 + (0.8 * ((trial * 37) % 101)) / 101);
      free[place] = ended;
      const name = `${parent}/trial-${trial}`;
      const isFailed = trial % 23 === 0;
      if (launched > untilS) this.add(name, parent, { evidence: 'waits for room' });
      else if (ended > untilS) {
        this.add(name, parent, { status: 'running', attemptTimes: attempts([launched, launched + 1]) });
      } else if (isFailed) {
        this.add(name, parent, { status: 'failed', attemptTimes: attempts([launched, launched + 1, ended, 'failed']) });
      } else this.add(name, parent, done(launched, launched + 1, ended));
    }
    return this;
  }

  /** As by the engine: levels, durations and the critical path. */
  model(nowMs: number): GraphModel {
    const raw = new GraphModel(this.nodes, this.edges);
    const { nodes, edges } = raw.measure(nowMs);
    return new GraphModel(nodes, edges);
  }
}

/** [launched, started, ended, reason] */
type Times = readonly [
  launched: number,
  started?: number | undefined,
  ended?: number | undefined,
  reason?: AttemptTimes['reason'],
];
const attempts = (...times: readonly Times[]): AttemptTimes[] =>
  times.map(([created, started, ended, reason], index) => ({
    number: index + 1,
    createdAtMs: at(created),
    ...(started === undefined ? {} : { startedAtMs: at(started) }),
    ...(ended === undefined ? {} : { endedAtMs: at(ended) }),
    ...(reason === undefined ? {} : { reason }),
  }));
const done = (...times: Times): Partial<GraphNode> => ({
  status: 'completed',
  evidence: 'exit code 0',
  attemptTimes: attempts([times[0], times[1], times[2], 'completed']),
});

export function pipeline(): FakeGraph {
  return new FakeGraph()
    .add('digits', undefined, {
      kind: 'graph',
      name: 'digits · nightly',
      status: 'failed',
      evidence: '1 of 9 failed: report',
    })
    .add('fetch', 'digits', done(1, 1.4, 21))
    .add('clean', 'digits', done(21.2, 21.5, 36))
    .add('split', 'digits', {
      status: 'completed',
      attemptsMax: 3,
      attemptTimes: attempts([36.2, 36.6, 44, 'failed'], [50, 50.5, 58, 'timed out'], [70, 70.8, 83, 'completed']),
    })
    .add('folds', 'digits', { kind: 'group', status: 'completed' })
    .add('folds/fold-1', 'folds', done(83.2, 83.6, 131))
    .add('folds/fold-2', 'folds', done(83.2, 84, 126))
    .add('folds/fold-3 <b>bold \u001b[31mred', 'folds', done(127, 127.3, 171))
    .add('search', 'digits', { kind: 'sweep', status: 'completed', evidence: 'best loss 0.12' })
    .add('search/trial-1', 'search', done(90, 91, 120))
    .add('search/trial-2', 'search', { status: 'failed', attemptTimes: attempts([92, 93, 103, 'failed']) })
    .add('search/trial-3', 'search', done(104, 105, 150))
    .add('search/trial-4', 'search', { status: 'cancelled', attemptTimes: attempts([121, 122, 140, 'cancelled']) })
    .add('merge', 'digits', done(171.2, 171.3, 171.65))
    .add('report', 'digits', {
      status: 'failed',
      evidence: 'exit code 1, attempt 2 of 2',
      attemptsMax: 2,
      attemptTimes: attempts([172, 173, 180, 'failed'], [185, 186, 194, 'failed']),
    })
    .add('publish', 'digits', { status: 'skipped', evidence: 'report failed' })
    .add('notify', 'digits', {
      ...done(194.2, 194.3, 195),
      name: 'notify everyone who wants to know, with a name that is far too long for any column',
    })
    .edge('fetch', 'clean')
    .edge('clean', 'split')
    .edge('split', 'folds')
    .edge('split', 'search')
    .edge('folds', 'merge')
    .edge('search', 'merge')
    .edge('merge', 'report')
    .edge('report', 'publish')
    .edge('report', 'notify');
}

export function live(): FakeGraph {
  return new FakeGraph()
    .add('digits', undefined, { kind: 'graph', status: 'running' })
    .add('fetch', 'digits', done(1, 1.4, 21))
    .add('clean', 'digits', done(21.2, 26.5, 66))
    .add('train', 'digits', {
      status: 'running',
      attemptsMax: 3,
      attemptTimes: attempts([66.2, 66.6, 104, 'lost'], [120, 124]),
      progress: { done: 40, total: 100 },
    })
    .add('baseline', 'digits', { status: 'pending', attemptTimes: attempts([160]) })
    .add('ablation', 'digits', { status: 'queued', evidence: 'waits for room: 2 of 2 running' })
    .add('flaky', 'digits', {
      status: 'queued',
      evidence: 'waits 30 s after attempt 1',
      attemptsMax: 4,
      attemptTimes: attempts([70, 70.4, 150, 'failed']),
    })
    .add('stopping', 'digits', { status: 'cancel-pending', evidence: 'SIGTERM sent', attemptTimes: attempts([80, 81]) })
    .add('search', 'digits', { kind: 'sweep', status: 'running' })
    .add('lost', 'digits', { status: 'lost', evidence: 'its machine went away', attemptTimes: attempts([70, 71]) })
    .add('compare', 'digits', { status: 'queued', evidence: 'waits for train, baseline' })
    .edge('fetch', 'clean')
    .edge('clean', 'train')
    .edge('clean', 'baseline')
    .edge('clean', 'ablation')
    .edge('clean', 'search')
    .edge('clean', 'flaky')
    .edge('train', 'compare')
    .edge('baseline', 'compare')
    .trials('search', 20, 2, 70, 25, 180);
}

export function plan(isLimited: boolean): FakeGraph {
  const graph = new FakeGraph();
  const planned = (name: string, parent: string | undefined, more: Partial<GraphNode> = {}): FakeGraph => {
    graph.add(name, parent, { status: 'created', ...more });
    const node = graph.nodes.at(-1);
    if (node) delete node.createdAtMs;
    return graph;
  };
  planned('digits', undefined, { kind: 'graph' });
  planned('fetch', 'digits', { timeoutMs: 600_000 });
  planned('clean', 'digits', { timeoutMs: 300_000 });
  planned('train', 'digits', { ...(isLimited ? { timeoutMs: 3_600_000 } : {}), attemptsMax: 3 });
  planned('folds', 'digits', { kind: 'group' });
  for (const fold of [1, 2, 3]) planned(`folds/fold-${fold}`, 'folds', { timeoutMs: 1_800_000 });
  planned('search', 'digits', { kind: 'sweep' });
  for (let trial = 1; trial <= 24; trial++) planned(`search/trial-${trial}`, 'search', { timeoutMs: 900_000 });
  planned('report', 'digits', { timeoutMs: 60_000, attemptsMax: 2 });
  return graph
    .edge('fetch', 'clean')
    .edge('clean', 'train')
    .edge('clean', 'folds')
    .edge('folds', 'search')
    .edge('train', 'report')
    .edge('search', 'report');
}

export function sweep(count: number): FakeGraph {
  return new FakeGraph()
    .add('top', undefined, { kind: 'graph', name: 'grid search', status: 'running' })
    .add('prepare', 'top', done(1, 1.4, 21))
    .add('search', 'top', { kind: 'sweep', status: 'running' })
    .edge('prepare', 'search')
    .trials('search', count, 16, 22, 25, 16_000);
}
