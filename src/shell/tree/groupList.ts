/** The groups of one source as rows that last: what is read or pushed of a group replaces what its row holds. It knows nothing of the editor. */
import type { Source } from '../../core/source';
import type { RunId } from '../../model/ids';
import type { RunGroup } from '../../model/runGroups';
import { compareGroups, type ListLook } from './listLook';
import { ExperimentNode, GroupNode } from './nodes';

/** So many can be seen at once: no group of them need be closed. */
const fewRuns = 30;

/** What became of the list. `order`: which groups there are, or which comes before which. */
export interface GroupsChange {
  readonly order: boolean;
  /** Rows that say something else. */
  readonly rows: readonly GroupNode[];
}

export class GroupList {
  readonly #source: Source;
  readonly #look: ListLook;
  readonly #nodes = new Map<string, GroupNode>();
  /** Made when asked for, kept while nothing changes it. */
  #ordered: readonly GroupNode[] | undefined;

  constructor(source: Source, look: ListLook) {
    this.#source = source;
    this.#look = look;
  }

  get all(): Iterable<GroupNode> {
    return this.#nodes.values();
  }

  get size(): number {
    return this.#nodes.size;
  }

  /** With several tags a run counts several times. */
  get runCount(): number {
    return [...this.#nodes.values()].reduce((sum, { group }) => sum + group.runCount, 0);
  }

  find(key: string): GroupNode | undefined {
    return this.#nodes.get(key);
  }

  get ordered(): readonly GroupNode[] {
    this.#ordered ??= [...this.#nodes.values()].sort((a, b) => compareGroups(a.group, b.group, this.#look));
    return this.#ordered;
  }

  /** All of them, as they were read. */
  replace(groups: readonly RunGroup[]): GroupsChange {
    const before = this.ordered;
    const kept = new Set(groups.map(({ key }) => key));
    for (const key of [...this.#nodes.keys()]) if (!kept.has(key)) this.remove(key);
    const isFew = this.#isChosen && groups.reduce((sum, { runCount }) => sum + runCount, 0) <= fewRuns;
    const first = [...groups].sort((a, b) => compareGroups(a, b, this.#look))[0];
    const rows = groups.filter((group) => this.#put(group, isFew || group === first));
    return this.#changeSince(before, rows);
  }

  /** As it was pushed. A group that nobody knew is that of a run that is new. */
  put(group: RunGroup): GroupsChange {
    const before = this.ordered;
    return this.#changeSince(before, this.#put(group, true) ? [group] : []);
  }

  /** False when it was not there. */
  remove(key: string): boolean {
    this.#ordered = undefined;
    return this.#nodes.delete(key);
  }

  /** Groups that have its row. */
  *holding(id: RunId): Iterable<GroupNode> {
    for (const node of this.#nodes.values()) if (node.pages.find(id)) yield node;
  }

  /** Somebody has asked to see the runs so. */
  get #isChosen(): boolean {
    return this.#look.grouping !== 'experiment' || this.#look.filter.some(({ kind }) => kind !== 'place');
  }

  #put(group: RunGroup, isShown: boolean): boolean {
    const known = this.#nodes.get(group.key);
    this.#ordered = undefined;
    if (known) {
      const isSame = isSameRow(known.group, group);
      known.group = group;
      return !isSame;
    }
    const startsExpanded = isShown || group.activeCount > 0;
    const node =
      this.#look.grouping === 'experiment'
        ? new ExperimentNode(this.#source, this.#look, group, startsExpanded)
        : new GroupNode(this.#source, this.#look, group, startsExpanded);
    this.#nodes.set(group.key, node);
    return true;
  }

  #changeSince(before: readonly GroupNode[], groups: readonly RunGroup[]): GroupsChange {
    const after = this.ordered;
    const order = before.length !== after.length || before.some((node, at) => node !== after[at]);
    return { order, rows: groups.flatMap(({ key }) => this.#nodes.get(key) ?? []) };
  }
}

const isSameRow = (a: RunGroup, b: RunGroup): boolean =>
  a.label === b.label &&
  a.runCount === b.runCount &&
  a.activeCount === b.activeCount &&
  a.failedCount === b.failedCount &&
  a.hiddenCount === b.hiddenCount;
