/** Where changed runs belong in a list that is looked at in one way: into which groups, at which place, or nowhere. */
import type { Clock } from '../../base/clock';
import type { Disposable } from '../../base/lifecycle';
import type { Source } from '../../core/source';
import type { RunId } from '../../model/ids';
import type { Run } from '../../model/run';
import { matchesFilter } from '../../model/runFilter';
import { groupKeysOf } from '../../model/runGroups';
import { type OrderKey, orderKeyOf } from '../../model/runOrder';
import type { ChangedRows } from './changedRows';
import { GroupList } from './groupList';
import type { ListLook } from './listLook';
import type { GroupNode, RunNode, RunsNode } from './nodes';
import { placed } from './readRuns';
import { isSameRunRow } from './runRow';
import { UnsureRuns } from './unsureRuns';

export class RunPlacer implements Disposable {
  readonly look: ListLook;
  readonly groups: GroupList;
  /** Runs made of runs that have been expanded: who a pushed task belongs to. */
  readonly expanded = new Map<RunId, RunNode>();
  readonly #changed: ChangedRows;
  readonly #unsure: UnsureRuns;
  /** What pushed runs said that groups depend on: a sign of life alone changes none. */
  readonly #said = new Map<RunId, string>();

  constructor(source: Source, clock: Clock, look: ListLook, changed: ChangedRows) {
    this.look = look;
    this.groups = new GroupList(source, look);
    this.#changed = changed;
    this.#unsure = new UnsureRuns(source, clock, look, (id, found) => this.#settle(id, found));
  }

  /** Takes a run that was pushed. True when counts of groups may be others by now. */
  take(run: Run): boolean {
    if (run.parentId === undefined) {
      this.#takeTop(run);
      return this.#saysOther(run);
    }
    const node = this.expanded.get(run.parentId);
    if (node && !node.stale) this.put(node, run);
    return false;
  }

  /** It is nowhere any more. */
  remove(id: RunId): void {
    this.#said.delete(id);
    this.#settle(id, undefined);
  }

  put(node: RunsNode, run: Run, key?: OrderKey): void {
    const known = node.pages.find(run.id)?.run;
    const placement = node.pages.put(placed(node, run, this.look, key));
    const row = node.pages.find(run.id);
    if (placement === 'added' || placement === 'moved') this.#changed.mark(node);
    // A row with others below it is drawn anew only when it says something else.
    else if (row && !(known && row.hasRunRows && isSameRunRow(known, run))) this.#changed.mark(row);
  }

  /** What only the source knows of a run at the top is asked of it. */
  #takeTop(run: Run): void {
    const { filter, order, grouping } = this.look;
    const matches = matchesFilter(run, filter);
    const key = orderKeyOf(run, order);
    if (matches === false) this.#settle(run.id, undefined);
    else if (matches && key !== undefined) this.#settle(run.id, { run, key });
    else {
      const keys = groupKeysOf(run, grouping);
      for (const node of this.groups.holding(run.id)) if (keys.includes(node.group.key)) this.#show(node, run);
      this.#unsure.ask(run.id);
    }
  }

  /** The run is in its groups and in no other; without one, in none. */
  #settle(id: RunId, found: { readonly run: Run; readonly key: OrderKey } | undefined): void {
    const keys = found ? groupKeysOf(found.run, this.look.grouping) : [];
    for (const node of this.groups.holding(id)) {
      if (keys.includes(node.group.key)) continue;
      node.pages.remove(id);
      this.expanded.delete(id);
      this.#changed.mark(node);
    }
    for (const key of keys) {
      const node = this.groups.find(key);
      if (node && !node.stale && found) this.put(node, found.run, found.key);
    }
  }

  /** Its row says what the run is like by now, wherever that row belongs. */
  #show(node: GroupNode, run: Run): void {
    const row = node.pages.find(run.id);
    if (!row) return;
    row.run = run;
    this.#changed.mark(row);
  }

  #saysOther(run: Run): boolean {
    const said = JSON.stringify([run.status, run.name, run.tags, run.pinned, run.experimentId, run.note]);
    if (this.#said.get(run.id) === said) return false;
    this.#said.set(run.id, said);
    return true;
  }

  dispose(): void {
    this.#unsure.dispose();
  }
}
