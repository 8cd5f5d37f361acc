/** A part of a run log, decoded, on its way into the store. */
import type { RunId } from '../../model/ids';
import type { EventLevel, Progress, RunEvent } from '../../model/run';
import type { ArtifactCategory } from '../../model/runLogLine';
import { type Database, number, text } from './database';
import { readTags } from './runRows';
import { mostMetricsOfRun, type PointBatch, refusedMetric, type SeriesStore } from './seriesStore';
import { keepBest } from './sweepRows';

/** How far a run log has been read. */
export interface LogPosition {
  readonly offsetBytes: number;
  readonly lines: number;
  readonly nextStep: number;
  readonly warnings: number;
  /** Of the last line with metrics; absent before the first. */
  readonly lastStep?: number | undefined;
}

/** What a batch has changed. */
export interface IngestResult {
  /** For each metric of the batch how many points its series had before. */
  readonly revisions: readonly number[];
  readonly events: RunEvent[];
  readonly metadataJson: string | undefined;
  /** True when lists show something else than before: progress or tags. */
  readonly runChanged: boolean;
  /** The run is a trial, and this sweep has a better best trial by it. */
  readonly sweepChanged?: RunId | undefined;
}

export interface NewEvent {
  readonly timeMs: number;
  readonly level: EventLevel;
  readonly message: string;
  /** The step that its attempt was at; absent when none is known. */
  readonly step?: number | undefined;
}

export interface IngestBatch {
  readonly runId: RunId;
  readonly attempt: number;
  readonly points: PointBatch;
  readonly events: readonly NewEvent[];
  /** JSON objects as text, merged key by key in their order. */
  readonly metadataJson: readonly string[];
  readonly tags: readonly string[];
  readonly progress: Progress | undefined;
  readonly artifacts: readonly {
    readonly path: string;
    readonly category: ArtifactCategory;
    readonly timeMs: number;
  }[];
  /** Where the reader is after this part. */
  readonly position: LogPosition;
  readonly heardAtMs: number;
}

/** More metadata than this is refused with a warning: it would travel with every look at the run. */
const maxMetadataChars = 1_000_000;
const maxTags = 1000;

const tooManyMetrics = `The run has logged ${mostMetricsOfRun.toLocaleString('en')} metrics, as many as are kept of one run: points of further ones are not kept.`;

/** Runs inside a transaction of the store. */
export function ingest(db: Database, seriesStore: SeriesStore, run: number, batch: IngestBatch): IngestResult {
  const hasPoints = batch.points.metrics.length > 0;
  const revisions = hasPoints ? seriesStore.append(run, batch.attempt, batch.points) : [];
  const sweepChanged = hasPoints ? keepBest(db, run, (metric) => valuesOf(batch.points, metric)) : undefined;
  const events: NewEvent[] = [...batch.events];
  const refused = revisions.indexOf(refusedMetric);
  if (refused >= 0 && !hasWarned(db, run, tooManyMetrics)) {
    const message = `${tooManyMetrics} "${batch.points.metrics[refused] ?? ''}" is the first.`;
    events.push({ timeMs: batch.heardAtMs, level: 'warning', message });
  }
  const row = db.get('SELECT metadata_json, tags_json FROM run WHERE sequence = ?', run);
  if (!row) throw new Error(`The run ${batch.runId} vanished.`);

  let metadataJson: string | undefined;
  if (batch.metadataJson.length > 0) {
    const merged = mergeJsonObjects([text(row, 'metadata_json'), ...batch.metadataJson]);
    if (merged.length <= maxMetadataChars) metadataJson = merged;
    else
      events.push({
        timeMs: batch.heardAtMs,
        level: 'warning',
        message: `Metadata beyond ${maxMetadataChars} characters was not kept.`,
      });
  }
  const before = readTags(text(row, 'tags_json'));
  const tags = [...new Set([...before, ...batch.tags])].slice(0, maxTags);
  db.run(
    `UPDATE run SET tags_json = ?, metadata_json = ?, progress_done = coalesce(?, progress_done),
      progress_total = coalesce(?, progress_total), heard_ms = max(coalesce(heard_ms, 0), ?) WHERE sequence = ?`,
    JSON.stringify(tags),
    metadataJson ?? text(row, 'metadata_json'),
    batch.progress?.done ?? null,
    batch.progress?.total ?? null,
    batch.heardAtMs,
    run,
  );
  for (const artifact of batch.artifacts) {
    db.run(
      `INSERT INTO artifact (run, attempt, path, category, time_ms) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET category = excluded.category, time_ms = excluded.time_ms`,
      run,
      batch.attempt,
      artifact.path,
      artifact.category,
      artifact.timeMs,
    );
  }
  db.run(
    'UPDATE attempt SET log_offset = ?, log_lines = ?, log_next_step = ?, log_warnings = ?, log_last_step = ? WHERE run = ? AND number = ?',
    batch.position.offsetBytes,
    batch.position.lines,
    batch.position.nextStep,
    batch.position.warnings,
    batch.position.lastStep ?? null,
    run,
    batch.attempt,
  );
  return {
    revisions,
    events: appendEvents(db, run, batch.attempt, events),
    metadataJson,
    runChanged: batch.progress !== undefined || tags.length !== before.length,
    sweepChanged,
  };
}

/** Whether an event of the run begins like this. */
const hasWarned = (db: Database, run: number, message: string): boolean =>
  db.get(
    `SELECT 1 FROM event WHERE run = ? AND level = 'warning' AND substr(message, 1, ?) = ?`,
    run,
    message.length,
    message,
  ) !== undefined;

function valuesOf({ metrics, counts, value }: PointBatch, metric: string): Float64Array {
  const index = metrics.indexOf(metric);
  if (index < 0) return new Float64Array(0);
  const from = counts.slice(0, index).reduce((sum, count) => sum + count, 0);
  return value.subarray(from, from + (counts[index] ?? 0));
}

/** Gives each event the next number within its run. */
export function appendEvents(db: Database, run: number, attempt: number, events: readonly NewEvent[]): RunEvent[] {
  if (events.length === 0) return [];
  const newest = db.get('SELECT coalesce(max(sequence), 0) AS newest FROM event WHERE run = ?', run);
  let sequence = newest ? number(newest, 'newest') : 0;
  return events.map((event) => {
    sequence += 1;
    db.run(
      'INSERT INTO event (run, sequence, attempt, time_ms, level, message, step) VALUES (?, ?, ?, ?, ?, ?, ?)',
      run,
      sequence,
      attempt,
      event.timeMs,
      event.level,
      event.message,
      event.step ?? null,
    );
    const { step, ...rest } = event;
    return { sequence, attempt, ...rest, ...(step === undefined ? {} : { step }) };
  });
}

/** Later values win, key by key. Through entries: a key may be called `__proto__`. */
function mergeJsonObjects(objects: readonly string[]): string {
  const merged = new Map<string, string>();
  for (const json of objects) {
    const value: unknown = JSON.parse(json);
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, field] of Object.entries(value)) merged.set(key, JSON.stringify(field) ?? 'null');
  }
  return `{${Array.from(merged, ([key, json]) => `${JSON.stringify(key)}:${json}`).join(',')}}`;
}
