/**
 * Rows of a damaged store that refer to rows which are lost. A run is worth more than the name of its experiment and its
 * place in a graph; an attempt tells by its folder which run it was of.
 */
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { isRunId } from '../../model/ids';
import type { Values } from './readDamaged';
import { insertRecovered } from './salvageRecovered';

/** What a run is among others, by their numbers; undefined where it has none such. */
export interface Place {
  readonly parent: number | undefined;
  readonly root: number | undefined;
  /** The best of its trials, where it is a sweep. */
  readonly best: number | undefined;
}

/** Columns of a run that refer to other runs. */
const placeColumns = new Set(['parent', 'root', 'best_run']);

export class Strays {
  /** Runs by number that were kept without their place: what they refer to was not there, or not yet. */
  readonly places = new Map<number, Place>();
  /** Numbers of runs that are lost but for their attempts. */
  readonly found = new Set<number>();
  /** Dependencies of which one end is lost, or both. */
  readonly dependencies: { readonly run: number; readonly dependsOn: number; readonly condition: string }[] = [];
  readonly #target: DatabaseSync;

  constructor(target: DatabaseSync) {
    this.#target = target;
  }

  /** The row as it can be kept after all; undefined when it cannot. */
  mend(table: string, columns: readonly string[], row: Values): Values | undefined {
    const at = (column: string): unknown => row[columns.indexOf(column)];
    if (table === 'run') return this.#mendRun(columns, row);
    if (table === 'attempt') {
      return this.#findRun(asNumber(at('run')), at('folder'), at('created_ms')) ? row : undefined;
    }
    if (table === 'dependency') {
      const [run, dependsOn] = [asNumber(at('run')), asNumber(at('depends_on'))];
      const condition = at('condition');
      if (run !== undefined && dependsOn !== undefined && typeof condition === 'string') {
        this.dependencies.push({ run, dependsOn, condition });
      }
    }
    return undefined;
  }

  #mendRun(columns: readonly string[], row: Values): Values | undefined {
    const at = (column: string): unknown => row[columns.indexOf(column)];
    const [id, createdMs, sequence] = [at('experiment_id'), at('created_ms'), asNumber(at('sequence'))];
    if (typeof id !== 'string' || !isRunId(id) || typeof createdMs !== 'number' || sequence === undefined) {
      return undefined;
    }
    this.#insertExperiment(id, `recovered ${id}`, createdMs);
    const place = { parent: asNumber(at('parent')), root: asNumber(at('root')), best: asNumber(at('best_run')) };
    this.places.set(sequence, place);
    return row.map((value, i) => (placeColumns.has(columns[i] ?? '') ? null : value));
  }

  /** What became of it is read from its attempts later. */
  #findRun(sequence: number | undefined, folder: unknown, createdMs: unknown): boolean {
    if (sequence === undefined || typeof folder !== 'string' || typeof createdMs !== 'number') return false;
    const id = path.basename(path.dirname(path.dirname(folder)));
    if (!isRunId(id)) return false;
    if (
      !insertRecovered((sql, ...values) => this.#target.prepare(sql).run(...values), { sequence, id, atMs: createdMs })
    ) {
      return false;
    }
    this.found.add(sequence);
    return true;
  }

  #insertExperiment(id: string, name: string, createdMs: number): void {
    this.#target.prepare('INSERT OR IGNORE INTO experiment VALUES (?, ?, ?)').run(id, name, createdMs);
  }
}

function asNumber(value: unknown): number | undefined {
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number > 0 ? number : undefined;
}
