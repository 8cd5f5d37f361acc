/** Graphs of every shape that the graph panel must draw: small ones as people have them, and large ones to measure with. */
import type { RunId } from '../../../src/model/ids';
import type { RunKind } from '../../../src/model/run';
import { type AttemptTimes, type GraphEdge, type GraphNode, toRunGraph } from '../../../src/model/runGraph';
import type { RunStatus } from '../../../src/model/runStatus';

export interface Shape {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export const nowMs = Date.UTC(2026, 2, 1, 13, 30);
const startMs = nowMs - 20 * 60_000;

class ShapeMaker {
  readonly nodes: GraphNode[] = [];
  readonly edges: GraphEdge[] = [];

  add(name: string, parent?: RunId, more: Partial<GraphNode> & { readonly times?: readonly number[] } = {}): RunId {
    // As real ones: sixteen letters and digits, none of them 0, 1, 8 or 9.
    const number = this.nodes.length.toString(6).replace(/[01]/g, (digit) => (digit === '0' ? '6' : '7'));
    const id = `r${number.padStart(15, 'a')}` as RunId;
    const { times, ...rest } = more;
    const status: RunStatus = more.status ?? 'completed';
    this.nodes.push({
      id,
      name,
      kind: 'single',
      status,
      attempts: times ? Math.ceil(times.length / 2) : 0,
      attemptsMax: 1,
      level: 0,
      isCritical: false,
      createdAtMs: startMs,
      ...(parent === undefined ? {} : { parentId: parent }),
      ...(times ? { attemptTimes: attemptsOf(times) } : {}),
      ...rest,
    });
    return id;
  }

  edge(from: RunId, to: RunId, on: GraphEdge['on'] = 'completed'): void {
    this.edges.push({ from, to, on });
  }

  shape(): Shape {
    return toRunGraph(this.nodes, this.edges, nowMs);
  }
}

/** Seconds after the begin: start, end, start, end …; an end is left out while it goes on. */
function attemptsOf(times: readonly number[]): AttemptTimes[] {
  const attempts: AttemptTimes[] = [];
  for (let index = 0; index < times.length; index += 2) {
    const [from = 0, to] = [times[index], times[index + 1]];
    attempts.push({
      number: index / 2 + 1,
      createdAtMs: startMs + (from - 1) * 1000,
      startedAtMs: startMs + from * 1000,
      ...(to === undefined
        ? {}
        : { endedAtMs: startMs + to * 1000, reason: index + 2 < times.length ? 'failed' : 'completed' }),
    });
  }
  return attempts;
}

const statuses: readonly RunStatus[] = ['completed', 'completed', 'completed', 'running', 'queued', 'failed'];
const statusOf = (index: number): RunStatus => statuses[(index * 7) % statuses.length] ?? 'queued';

function large(kind: RunKind = 'graph'): {
  readonly maker: ShapeMaker;
  readonly top: RunId;
  readonly task: (n: number) => RunId;
} {
  const maker = new ShapeMaker();
  const top = maker.add('bench', undefined, { kind, status: 'running' });
  const task = (n: number): RunId => {
    const status = statusOf(n);
    const times = status === 'queued' ? [] : status === 'running' ? [n % 900] : [n % 900, (n % 900) + 20 + (n % 60)];
    return maker.add(`task-${n}`, top, { status, times, evidence: status === 'queued' ? 'waits for others' : '' });
  };
  return { maker, top, task };
}

export const shapes: Readonly<Record<string, () => Shape>> = {
  pipeline: () => {
    const maker = new ShapeMaker();
    const top = maker.add('pipeline', undefined, { kind: 'graph', status: 'running' });
    const prepare = maker.add('prepare', top, { times: [1, 62] });
    const download = maker.add('download weights', top, { times: [1, 9, 30, 85], attempts: 2, attemptsMax: 3 });
    const folds = maker.add('folds', top, { kind: 'group', status: 'running' });
    for (let fold = 1; fold <= 4; fold++) {
      const status = fold === 1 ? 'completed' : fold === 2 ? 'running' : 'queued';
      maker.add(`fold-${fold}`, folds, {
        status,
        times: fold === 1 ? [64, 400] : fold === 2 ? [90] : [],
        ...(fold === 2 ? { progress: { done: 31, total: 80 } } : {}),
        ...(fold > 2 ? { evidence: 'waits for room: 2 of 2 running' } : {}),
      });
    }
    const search = maker.add('search', top, { kind: 'sweep', status: 'running' });
    for (let trial = 1; trial <= 60; trial++) {
      const status = trial < 30 ? (trial % 11 === 0 ? 'failed' : 'completed') : trial < 34 ? 'running' : 'queued';
      maker.add(`lr=${(trial / 1000).toFixed(3)}`, search, {
        status,
        times: status === 'queued' ? [] : [70 + trial * 9, 100 + trial * 9],
      });
    }
    const train = maker.add('train', top, { status: 'queued', evidence: 'needs folds completed, which is running' });
    const alarm = maker.add('tell the team', top, {
      status: 'queued',
      evidence: 'needs train failed, which is queued',
    });
    const report = maker.add('report with a rather long name that does not fit', top, {
      status: 'queued',
      attemptsMax: 2,
    });
    const clean = maker.add('clean up', top, { status: 'queued', held: true });
    const lint = maker.add('lint', top, { status: 'failed', times: [1, 4], evidence: 'exit code 1' });
    const publish = maker.add('publish', top, {
      status: 'skipped',
      evidence: 'needs lint completed, which was failed',
    });
    maker.edge(prepare, folds);
    maker.edge(prepare, search);
    maker.edge(download, search);
    maker.edge(folds, train);
    maker.edge(search, train);
    maker.edge(train, report);
    maker.edge(train, alarm, 'failed');
    maker.edge(report, clean, 'finished');
    maker.edge(prepare, clean, 'finished');
    maker.edge(lint, publish);
    maker.edge(report, publish);
    return maker.shape();
  },
  chain: () => {
    const { maker, task } = large();
    let before = task(0);
    for (let n = 1; n < 1000; n++) {
      const next = task(n);
      maker.edge(before, next);
      before = next;
    }
    return maker.shape();
  },
  wide: () => {
    const { maker, task } = large();
    const first = task(0);
    const middle = Array.from({ length: 998 }, (_, n) => task(n + 1));
    const last = task(999);
    for (const one of middle) {
      maker.edge(first, one);
      maker.edge(one, last);
    }
    return maker.shape();
  },
  lattice: () => {
    const { maker, task } = large();
    const ids = Array.from({ length: 1000 }, (_, n) => task(n));
    for (const [n, id] of ids.entries()) {
      const [left, above] = [n % 25 === 0 ? undefined : ids[n - 1], ids[n - 25]];
      if (left) maker.edge(left, id);
      if (above) maker.edge(above, id);
    }
    return maker.shape();
  },
  nested: () => {
    const { maker, top } = large();
    let before: RunId | undefined;
    for (let stage = 0; stage < 10; stage++) {
      const outer = maker.add(`stage-${stage}`, top, { kind: 'graph', status: statusOf(stage) });
      if (before) maker.edge(before, outer);
      before = outer;
      let previous: RunId | undefined;
      for (let part = 0; part < 10; part++) {
        const inner = maker.add(`part-${part}`, outer, { kind: 'graph', status: statusOf(part) });
        if (previous && part % 3 !== 0) maker.edge(previous, inner);
        previous = inner;
        const steps = Array.from({ length: 9 }, (_, n) =>
          maker.add(`step-${n}`, inner, {
            status: statusOf(stage + part + n),
            times: [stage * 90 + n * 9, stage * 90 + n * 9 + 8],
          }),
        );
        for (const [n, id] of steps.entries()) {
          const [one, two] = [steps[n - 1], steps[n - 3]];
          if (one && n % 3 !== 0) maker.edge(one, id);
          if (two) maker.edge(two, id);
        }
      }
    }
    return maker.shape();
  },
  sweep: () => {
    const { maker, task } = large('sweep');
    for (let n = 0; n < 10_000; n++) task(n);
    return maker.shape();
  },
};
