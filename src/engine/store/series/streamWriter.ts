/** Writes whole streams into rows, without a journal: where series are converted or salvaged, inside one transaction. */
import type { Database } from '../database';
import type { StreamKey } from './chunkCodec';
import { LoadedSeries } from './loadedSeries';
import type { Columns } from './points';
import { SeriesRows } from './seriesRows';
import type { Stream } from './stream';
import { addToSummary } from './summary';
import { Upkeep } from './upkeep';

const heldPoints = 65_536;

export class StreamWriter {
  readonly #rows: SeriesRows;
  readonly #upkeep: Upkeep;

  constructor(db: Database) {
    this.#rows = new SeriesRows(db);
    this.#upkeep = new Upkeep(this.#rows, new LoadedSeries(this.#rows));
  }

  begin(key: StreamKey): Stream {
    return this.#rows.insertStream(key);
  }

  append(stream: Stream, columns: Columns, from: number, to: number): void {
    stream.tail.append(columns, from, to);
    addToSummary(stream.summary, columns, from, to);
    if (stream.tail.length >= heldPoints) this.end(stream);
  }

  /** All of it is in rows afterwards. */
  end(stream: Stream): void {
    this.#upkeep.moveNow(stream);
  }
}
