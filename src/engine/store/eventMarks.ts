/** Where the events of a run are along an axis: gathered by the database, over an index, whatever their number. */
import { Failure } from '../../base/failure';
import { type EventMark, type EventMarks, type EventMarksQuery, mostMarkChars, mostMarks } from '../../model/eventMark';
import { eventLevels } from '../../model/run';
import { type Database, number, optionalNumber, type Row, text } from './database';

/** The gravest, and of those the newest, is the greatest. */
const rank = `(CASE event.level WHEN 'error' THEN 2 WHEN 'warning' THEN 1 ELSE 0 END) * ${2 ** 48} + event.sequence`;

export function readEventMarks(db: Database, run: number, query: EventMarksQuery): EventMarks {
  const { from, to, width, isLogarithmic } = query;
  if (!((to - from) / width <= mostMarks)) {
    throw new Failure('InvalidInput', `These are more than ${mostMarks} marks.`, { hint: 'Ask for a smaller range.' });
  }
  const { x, source, values } = events(query, run);
  const place = isLogarithmic ? `log10(${x})` : x;
  const rows = db.all(
    `SELECT CAST((${place} - ?) / ? AS INTEGER) AS stretch, count(*) AS count, max(${rank}) AS gravest
      FROM ${source} GROUP BY stretch ORDER BY stretch`,
    from,
    width,
    ...values,
  );
  const newest = db.get('SELECT max(sequence) AS newest FROM event WHERE run = ?', run);
  const marks = rows.flatMap((row) => markOf(db, run, query, row) ?? []);
  return {
    marks: marks.sort((a, b) => a.x - b.x),
    newest: newest ? (optionalNumber(newest, 'newest') ?? 0) : 0,
  };
}

/** Those of the range, and where they are; each by its index. */
function events(
  { axis, from, to, isLogarithmic }: EventMarksQuery,
  run: number,
): { readonly x: string; readonly source: string; readonly values: readonly number[] } {
  const [first, last] = isLogarithmic ? [10 ** from, 10 ** to] : [from, to];
  const level = `event.level <> 'debug'`;
  switch (axis) {
    case 'step':
      return {
        x: 'event.step',
        source: `event WHERE event.run = ? AND event.step BETWEEN ? AND ? AND ${level}`,
        values: [run, first, last],
      };
    case 'wall':
      return {
        x: 'event.time_ms',
        source: `event WHERE event.run = ? AND event.time_ms BETWEEN ? AND ? AND ${level}`,
        values: [run, first, last],
      };
    case 'time':
      return {
        x: '((event.time_ms - attempt.started_ms) / 1000)',
        // CROSS: in this order, or all events of the run would be looked at for a narrow range.
        source: `attempt CROSS JOIN event ON event.run = attempt.run AND event.attempt = attempt.number
            AND event.time_ms BETWEEN attempt.started_ms + ? AND attempt.started_ms + ?
          WHERE attempt.run = ? AND ${level}`,
        values: [1000 * first, 1000 * last, run],
      };
  }
}

function markOf(db: Database, run: number, { axis }: EventMarksQuery, row: Row): EventMark | undefined {
  const event = db.get(
    `SELECT event.time_ms, event.step, event.level, substr(event.message, 1, ?) AS message, attempt.started_ms
      FROM event LEFT JOIN attempt ON attempt.run = event.run AND attempt.number = event.attempt
      WHERE event.run = ? AND event.sequence = ?`,
    mostMarkChars,
    run,
    number(row, 'gravest') % 2 ** 48,
  );
  if (!event) return undefined;
  const x =
    axis === 'step'
      ? number(event, 'step')
      : axis === 'wall'
        ? number(event, 'time_ms')
        : (number(event, 'time_ms') - number(event, 'started_ms')) / 1000;
  const level = eventLevels.find((known) => known === text(event, 'level')) ?? 'info';
  return { x, count: number(row, 'count'), level, message: text(event, 'message') };
}
