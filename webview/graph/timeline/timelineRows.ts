/** The rows of the timeline by what is shown: their bars and words, made when they come into view. Knows no DOM. */
import type { RunId } from '../../../src/model/ids';
import { isActive, type RunStatus } from '../../../src/model/runStatus';
import type { GraphModel, ModelNode } from '../graphModel';
import { type OpenNodes, type VisibleRow, visibleRows } from '../openNodes';
import { criticalLinks, CriticalPath } from './criticalLinks';
import { NodeTimes } from './nodeTimes';
import { plannedRow, type PlannedTimes, plannedTimes } from './plannedTimes';
import { barText, plannedLabel, plannedText, plannedTooltip, rowLabel, tooltipLines } from './rowTexts';
import { type TimeRow, timeRow } from './timeRows';
import type { CriticalLink } from './timelineScene';
import type { TimeExtent } from './timeScale';

export interface TimelineView {
  readonly model: GraphModel;
  readonly open: OpenNodes;
  readonly selected: ModelNode | undefined;
  readonly isCriticalShown: boolean;
  /** Only nodes with one of these are shown in full; none is all. */
  readonly statuses: readonly RunStatus[];
  /** What a search has found. */
  readonly hits: ReadonlySet<RunId>;
  /** By the host's clock. */
  readonly nowMs: () => number;
  /** Of a run file: nothing of it is submitted. */
  readonly isPlan: boolean;
}

export interface CriticalRows {
  readonly ids: ReadonlySet<RunId>;
  readonly links: readonly CriticalLink[];
}

const noCriticalRows: CriticalRows = { ids: new Set(), links: [] };
const leastExtentMs = 1000;

export class TimelineRows {
  readonly view: TimelineView;
  readonly all: readonly VisibleRow[];
  readonly #indexes: ReadonlyMap<RunId, number>;
  readonly #times: NodeTimes;
  readonly #planned: PlannedTimes | undefined;
  readonly #path: CriticalPath;
  #critical: CriticalRows = noCriticalRows;

  /** `before`: of the same model, and told of all changes; its times hold. */
  constructor(view: TimelineView, before?: TimelineRows) {
    this.view = view;
    this.all = visibleRows(view.model.top, view.open);
    this.#indexes = new Map(this.all.map(({ node }, index) => [node.id, index]));
    this.#times = before ? before.#times : new NodeTimes(view.model);
    this.#path = before ? before.#path : new CriticalPath(view.model);
    this.#planned = view.isPlan ? plannedTimes(view.model) : undefined;
  }

  get model(): GraphModel {
    return this.view.model;
  }

  /** Of a node, or of the nearest that it is inside of and that is seen; -1 for none. */
  indexOf(node: ModelNode | undefined): number {
    for (let at = node; at; at = at.parent) {
      const index = this.#indexes.get(at.id);
      if (index !== undefined) return index;
    }
    return -1;
  }

  get isLive(): boolean {
    return !this.view.isPlan && isActive(this.model.top.data.status);
  }

  /** Programs of a plan that have no limit. */
  get unlimited(): number {
    return this.#planned?.unlimited ?? 0;
  }

  changed(nodes: readonly ModelNode[]): void {
    this.#times.update(nodes);
    this.#path.changed();
  }

  /** Where elapsed time counts from: the first start, or what is nearest to one. */
  originMs(nowMs: number): number {
    if (this.#planned) return 0;
    const { top } = this.model;
    return this.#times.spanOf(top)?.startedAtMs ?? top.data.createdAtMs ?? nowMs;
  }

  extent(nowMs: number): TimeExtent {
    const { top } = this.model;
    if (this.#planned) return { fromMs: 0, toMs: Math.max(leastExtentMs, this.#planned.spans.get(top.id)?.toMs ?? 0) };
    const launchedAtMs = this.#times.spanOf(top)?.startedAtMs;
    const fromMs = Math.min(top.data.createdAtMs ?? launchedAtMs ?? nowMs, launchedAtMs ?? Infinity);
    const endMs = this.isLive ? nowMs : (this.#times.lastEndMs(top) ?? launchedAtMs ?? fromMs);
    const toMs = Math.max(fromMs + leastExtentMs, endMs);
    return { fromMs, toMs, ...(launchedAtMs === undefined ? {} : { launchedAtMs }) };
  }

  timeRow(node: ModelNode, nowMs: number): TimeRow {
    return this.#planned ? plannedRow(node, this.#planned) : timeRow(node, this.#times, nowMs);
  }

  text(node: ModelNode, nowMs: number): string {
    if (this.#planned) return plannedText(node, this.#planned.spans.get(node.id));
    return barText(node, this.#times, nowMs);
  }

  tooltip(node: ModelNode, nowMs: number): readonly string[] {
    if (this.#planned) return plannedTooltip(node, this.#planned.spans.get(node.id));
    return tooltipLines(node, this.#times, nowMs);
  }

  label(node: ModelNode, nowMs: number): string {
    const label = this.#planned
      ? plannedLabel(node, this.#planned.spans.get(node.id))
      : rowLabel(node, this.#times, nowMs);
    return this.view.hits.has(node.id) ? `${label}, found` : label;
  }

  critical(nowMs: number): CriticalRows {
    if (!this.view.isCriticalShown || this.#planned) return noCriticalRows;
    const ids = this.#path.ids(nowMs, this.isLive);
    if (ids !== this.#critical.ids) {
      const rowOf = (id: RunId): number | undefined => this.#indexes.get(id);
      this.#critical = { ids, links: criticalLinks(this.model, ids, this.#times, rowOf, nowMs) };
    }
    return this.#critical;
  }

  isPale({ id, data, counts }: ModelNode, { ids }: CriticalRows): boolean {
    const { statuses, isCriticalShown, isPlan } = this.view;
    const isAsked =
      statuses.length === 0 || statuses.some((status) => data.status === status || (counts[status] ?? 0) > 0);
    const isOffPath = isCriticalShown && !isPlan && !ids.has(id) && data.parentId !== undefined;
    return !isAsked || isOffPath;
  }
}
