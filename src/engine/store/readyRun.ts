/** A run that waits for nothing but room, with what decides when it gets it. */
import type { Demand } from '../../model/demand';
import type { RunId } from '../../model/ids';
import { type Database, number, optionalNumber, optionalText, type Row, text } from './database';
import { readDemand } from './runRows';

export interface ReadyRun {
  readonly id: RunId;
  readonly sequence: number;
  /** How many attempts it has had. */
  readonly attempts: number;
  /** It may take another's result. */
  readonly mayReuse: boolean;
  /** Of a run that is part of another: its parameters, which are laid down when it starts. */
  readonly taskParametersJson: string | undefined;
  readonly experimentId: string;
  /** Higher goes first. */
  readonly priority: number;
  /** When it was put first by hand; absent for most. */
  readonly promotedMs: number | undefined;
  readonly demand: Demand;
  /** The variable that says in its environment which gpus it may have; present once that was looked into. */
  readonly visibleGpus?: string | undefined;
  /** Runs that it is a part of and that allow only so many at once. */
  readonly limits: readonly { readonly parent: number; readonly atOnce: number }[];
  /** The run in whose folder its environment is kept, and which of those there it is. */
  readonly environment: { readonly runId: RunId; readonly index: number };
}

/** What a run takes over from those that it is a part of. */
interface Inherited {
  /** The name of what is held: the run itself, or the topmost one that it is a part of. */
  readonly holder: string | undefined;
  readonly priority: number;
  readonly promotedMs: number | undefined;
  readonly limits: ReadyRun['limits'];
}

const nothing: Inherited = { holder: undefined, priority: 0, promotedMs: undefined, limits: [] };

/** Looks runs up that are ready, those above them once for all. */
export class ReadyRuns {
  readonly #db: Database;
  readonly #above = new Map<number, Inherited>();

  constructor(db: Database) {
    this.#db = db;
  }

  /** Undefined while it, or a run that it is a part of, is held; of an attempt under way that does not matter. */
  find(id: RunId, evenHeld = false): ReadyRun | undefined {
    const row = this.#db.get(
      `SELECT sequence, id, name, experiment_id, parent, held, priority, promoted_ms, at_once, resources_json, attempt,
        parameters_json, reuse_static, environment, (SELECT top.id FROM run AS top WHERE top.sequence = run.root) AS root_id
        FROM run WHERE id = ?`,
      id,
    );
    if (!row) return undefined;
    const { holder, priority, promotedMs, limits } = this.#inherit(row);
    if (holder !== undefined && !evenHeld) return undefined;
    const demand = readDemand(row) ?? {};
    return {
      id,
      sequence: number(row, 'sequence'),
      attempts: number(row, 'attempt'),
      mayReuse: optionalText(row, 'reuse_static') !== undefined,
      taskParametersJson: optionalNumber(row, 'parent') === undefined ? undefined : text(row, 'parameters_json'),
      experimentId: text(row, 'experiment_id'),
      priority,
      promotedMs,
      demand,
      limits,
      environment: {
        runId: (optionalText(row, 'root_id') as RunId | undefined) ?? id,
        index: number(row, 'environment'),
      },
    };
  }

  /** The name of what holds the run, itself or one that it is a part of; undefined when nothing does. */
  holderOf(id: RunId): string | undefined {
    const row = this.#db.get(
      'SELECT sequence, name, parent, held, priority, promoted_ms, at_once FROM run WHERE id = ?',
      id,
    );
    return row && this.#inherit(row).holder;
  }

  #inherit(row: Row): Inherited {
    const parent = optionalNumber(row, 'parent');
    const above = parent === undefined ? nothing : this.#find(parent);
    const atOnce = optionalNumber(row, 'at_once');
    const own = atOnce === undefined ? [] : [{ parent: number(row, 'sequence'), atOnce }];
    return {
      holder: above.holder ?? (number(row, 'held') === 1 ? text(row, 'name') : undefined),
      priority: above.priority + number(row, 'priority'),
      promotedMs: optionalNumber(row, 'promoted_ms') ?? above.promotedMs,
      limits: [...above.limits, ...own],
    };
  }

  #find(sequence: number): Inherited {
    let found = this.#above.get(sequence);
    if (!found) {
      const sql = 'SELECT sequence, name, parent, held, priority, promoted_ms, at_once FROM run WHERE sequence = ?';
      const row = this.#db.get(sql, sequence);
      found = row ? this.#inherit(row) : nothing;
      this.#above.set(sequence, found);
    }
    return found;
  }
}
