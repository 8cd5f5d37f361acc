/** A run with all below it, as rows: the nodes and edges that a graph is made from. */
import type { RunId } from '../../model/ids';
import type { GraphEdge, StoredNode } from '../../model/runGraph';
import { type Database, number, optionalNumber, optionalText, type Row, text } from './database';
import { optional, readKind, readStatus } from './runRows';
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
  const rows = db.all(
    `${below}
    SELECT run.*, above.id AS parent_id,
      (SELECT min(started_ms) FROM attempt WHERE attempt.run = run.sequence) AS first_start_ms,
      newest.ended_ms AS last_end_ms,
      (SELECT sum(ended_ms - started_ms) FROM attempt WHERE attempt.run = run.sequence) AS worked_ms,
      (SELECT max(started_ms) FROM attempt WHERE attempt.run = run.sequence AND ended_ms IS NULL) AS working_since_ms
    FROM part JOIN run ON run.sequence = part.sequence
    LEFT JOIN run AS above ON above.sequence = run.parent
    LEFT JOIN attempt AS newest ON newest.run = run.sequence AND newest.number = run.attempt
    ORDER BY run.sequence`,
    top,
  );
  const edges = db.all(
    `${below}
    SELECT dependency.condition, waiting.id AS to_id, awaited.id AS from_id FROM part
    JOIN dependency ON dependency.run = part.sequence
    JOIN run AS waiting ON waiting.sequence = dependency.run
    JOIN run AS awaited ON awaited.sequence = dependency.depends_on
    WHERE part.sequence <> ? ORDER BY dependency.run, dependency.depends_on`,
    top,
    top,
  );
  return {
    nodes: rows.map((row, index) => readNode(row, index === 0)),
    edges: edges.map((row) => ({
      from: text(row, 'from_id') as RunId,
      to: text(row, 'to_id') as RunId,
      on: readCondition(text(row, 'condition')),
    })),
  };
}

function readNode(row: Row, isTop: boolean): StoredNode {
  const done = optionalNumber(row, 'progress_done');
  const total = optionalNumber(row, 'progress_total');
  return {
    id: text(row, 'id') as RunId,
    name: text(row, 'name'),
    kind: readKind(row) ?? 'single',
    status: readStatus(row),
    attempts: number(row, 'attempt'),
    attemptsMax: Math.max(1, number(row, 'attempt')) + number(row, 'retries') - number(row, 'retries_used'),
    // What the graph is of has its own parent elsewhere.
    ...optional('parentId', isTop ? undefined : (optionalText(row, 'parent_id') as RunId | undefined)),
    ...optional('evidence', optionalText(row, 'evidence')),
    ...optional('progress', done === undefined || total === undefined ? undefined : { done, total }),
    ...optional('startedAtMs', optionalNumber(row, 'first_start_ms')),
    ...optional('endedAtMs', optionalNumber(row, 'last_end_ms')),
    ...optional('workedMs', optionalNumber(row, 'worked_ms')),
    ...optional('workingSinceMs', optionalNumber(row, 'working_since_ms')),
  };
}
