/** A run with all below it, as rows: the nodes and edges that a graph is made from. */
import type { RunId } from '../../model/ids';
import { type AttemptTimes, type GraphEdge, type StoredNode, timesOfAttempts } from '../../model/runGraph';
import { type Database, number, optionalNumber, optionalText, type Row, text } from './database';
import { optional, readKind, readReason, readStatus } from './runRows';
import { readCondition } from './statusChanges';

export interface StoredGraph {
  /** Parents before their children, siblings in the order of the file. */
  readonly nodes: StoredNode[];
  readonly edges: GraphEdge[];
}

/** By numbers a parent is always before its children: it was inserted first, also where trials were added later. */
const below = `
  WITH RECURSIVE part (sequence) AS (
    SELECT ?
    UNION ALL SELECT run.sequence FROM run JOIN part ON run.parent = part.sequence
  )`;

export function readGraph(db: Database, top: number): StoredGraph {
  // Not all of each run: its parameters and its command are most of it, and no picture shows them.
  const rows = db.all(
    `${below}
    SELECT run.sequence, run.parent, run.id, run.name, run.task, run.kind, run.status, run.evidence, run.held, run.attempt,
      run.retries, run.retries_used, run.timeout_ms, run.created_ms, run.progress_done, run.progress_total
    FROM part JOIN run ON run.sequence = part.sequence ORDER BY run.sequence`,
    top,
  );
  const attempts = readAttempts(db, top);
  const ids = new Map(rows.map((row) => [number(row, 'sequence'), text(row, 'id') as RunId]));
  // What the graph is of has its own parent elsewhere, which is not among these.
  const parentOf = (row: Row): RunId | undefined => ids.get(optionalNumber(row, 'parent') ?? -1);
  const edges = db.all(
    `${below}
    SELECT dependency.run, dependency.depends_on, dependency.condition FROM part
    JOIN dependency ON dependency.run = part.sequence
    WHERE part.sequence <> ? ORDER BY dependency.run, dependency.depends_on`,
    top,
    top,
  );
  return {
    nodes: rows.map((row) => readNode(row, parentOf(row), attempts.get(number(row, 'sequence')))),
    edges: edges.flatMap((row) => {
      const [from, to] = [ids.get(number(row, 'depends_on')), ids.get(number(row, 'run'))];
      return from === undefined || to === undefined ? [] : [{ from, to, on: readCondition(text(row, 'condition')) }];
    }),
  };
}

/** Of all runs of the graph, oldest first, by the run's number. */
function readAttempts(db: Database, top: number): ReadonlyMap<number, AttemptTimes[]> {
  const attempts = new Map<number, AttemptTimes[]>();
  const rows = db.all(
    `${below}
    SELECT attempt.run, attempt.number, attempt.created_ms, attempt.started_ms, attempt.ended_ms, attempt.reason
    FROM part JOIN attempt ON attempt.run = part.sequence ORDER BY attempt.run, attempt.number`,
    top,
  );
  for (const row of rows) {
    const run = number(row, 'run');
    const times: AttemptTimes = {
      number: number(row, 'number'),
      createdAtMs: number(row, 'created_ms'),
      ...optional('startedAtMs', optionalNumber(row, 'started_ms')),
      ...optional('endedAtMs', optionalNumber(row, 'ended_ms')),
      ...optional('reason', readReason(optionalText(row, 'reason'))),
    };
    const others = attempts.get(run);
    if (others) others.push(times);
    else attempts.set(run, [times]);
  }
  return attempts;
}

function readNode(row: Row, parentId: RunId | undefined, attempts: AttemptTimes[] | undefined): StoredNode {
  const done = optionalNumber(row, 'progress_done');
  const total = optionalNumber(row, 'progress_total');
  const kind = readKind(row) ?? 'single';
  return {
    id: text(row, 'id') as RunId,
    // What it is called among its siblings; its own name may be another one.
    name: optionalText(row, 'task') ?? text(row, 'name'),
    kind,
    status: readStatus(row),
    attempts: number(row, 'attempt'),
    attemptsMax: Math.max(1, number(row, 'attempt')) + number(row, 'retries') - number(row, 'retries_used'),
    createdAtMs: number(row, 'created_ms'),
    ...optional('parentId', parentId),
    ...optional('evidence', optionalText(row, 'evidence')),
    ...optional('held', number(row, 'held') === 1 ? true : undefined),
    // What is made of runs hands it on to those, and has no attempts itself.
    ...optional('timeoutMs', kind === 'single' ? optionalNumber(row, 'timeout_ms') : undefined),
    ...optional('progress', done === undefined || total === undefined ? undefined : { done, total }),
    ...(attempts ? { attemptTimes: attempts, ...timesOfAttempts(attempts) } : {}),
  };
}
