/**
 * The rows of the Experiments view as objects that live as long as what they show: VS Code knows a row by its object, so
 * a change replaces what a node holds, not the node.
 */
import type { Source } from '../../core/source';
import type { FailureData } from '../../base/failure';
import type { ExperimentId } from '../../model/ids';
import type { Attempt, Experiment, Run } from '../../model/run';
import type { RunGroup, RunGrouping } from '../../model/runGroups';
import { type ListLook, inOrderOfFile } from './listLook';
import { RunAttempts } from './runAttempts';
import type { MetricValue } from './runDetails';
import { RunPages } from './runPages';

/** So many metrics or parameters are shown at first, and more when asked for. */
const sectionPageSize = 50;

export class SourceNode {
  readonly source: Source;

  constructor(source: Source) {
    this.source = source;
  }

  get id(): string {
    return `source:${this.source.id}`;
  }
}

/** Runs that are put together: of an experiment, of a day, … */
export class GroupNode {
  readonly source: Source;
  readonly by: RunGrouping;
  group: RunGroup;
  readonly pages: RunPages<RunNode>;
  /** The runs must be read (again) before they are shown. */
  stale = true;
  /** Only when the row first appears; later VS Code keeps what the user chose. */
  readonly startsExpanded: boolean;

  constructor(source: Source, look: Pick<ListLook, 'grouping' | 'order'>, group: RunGroup, startsExpanded: boolean) {
    this.source = source;
    this.by = look.grouping;
    this.group = group;
    this.pages = new RunPages<RunNode>((run) => new RunNode(this, run), look.order);
    this.startsExpanded = startsExpanded;
  }

  get id(): string {
    return `${this.by}:${this.source.id}:${this.group.key}`;
  }
}

export class ExperimentNode extends GroupNode {
  get experiment(): Pick<Experiment, 'id' | 'name' | 'runCount' | 'activeCount' | 'failedCount'> {
    const { key, label, runCount, activeCount, failedCount } = this.group;
    return { id: key as ExperimentId, name: label, runCount, activeCount, failedCount };
  }
}

export class RunNode {
  /** What it is a part of: a group, or a run made of runs. */
  readonly parent: RunsNode;
  readonly attempts = new RunAttempts<AttemptNode>((attempt) => new AttemptNode(this, attempt));
  /** The runs that it is made of must be read (again) before they are shown. */
  stale = true;
  /** Its metrics and parameters must be read (again) before they are shown. */
  areDetailsStale = true;
  #pages: RunPages<RunNode> | undefined;
  #run: Run;

  constructor(parent: RunsNode, run: Run) {
    this.parent = parent;
    this.#run = run;
  }

  /** The runs that it is made of. Made when asked for: most runs are made of none. */
  get pages(): RunPages<RunNode> {
    this.#pages ??= new RunPages<RunNode>((run) => new RunNode(this, run), inOrderOfFile);
    return this.#pages;
  }

  /** What was read of it may be old. */
  markPartsStale(): void {
    this.attempts.markStale();
    this.areDetailsStale = true;
  }

  get hasRunRows(): boolean {
    return this.#run.children !== undefined;
  }

  get run(): Run {
    return this.#run;
  }

  set run(run: Run) {
    this.#run = run;
    if (run.attempt) this.attempts.hear(run.attempt);
  }

  /** One attempt is what the row itself tells; several have rows of their own. */
  get hasAttemptRows(): boolean {
    return (this.#run.attempt?.number ?? 0) > 1;
  }

  get source(): Source {
    return this.parent.source;
  }

  get id(): string {
    // VS Code knows a row by it: the same run can be in several groups, and be shown in its new one before it has left the old one.
    const group = this.parent instanceof GroupNode ? `${this.parent.by}:${this.parent.group.key}:` : '';
    return `run:${this.source.id}:${group}${this.run.id}`;
  }
}

/** One execution of a run that has had several. */
export class AttemptNode {
  readonly parent: RunNode;
  attempt: Attempt;

  constructor(parent: RunNode, attempt: Attempt) {
    this.parent = parent;
    this.attempt = attempt;
  }

  get source(): Source {
    return this.parent.source;
  }

  get id(): string {
    return `attempt:${this.source.id}:${this.parent.run.id}:${this.attempt.number}`;
  }
}

/** Metrics or parameters of a run. */
export class SectionNode<Row extends MetricNode | ParameterNode = MetricNode | ParameterNode> {
  readonly parent: RunNode;
  readonly kind: 'metrics' | 'parameters';
  rows: readonly Row[] = [];
  /** How many of them are shown, at most. */
  most = sectionPageSize;

  constructor(parent: RunNode, kind: 'metrics' | 'parameters') {
    this.parent = parent;
    this.kind = kind;
  }

  get count(): number {
    return this.rows.length;
  }

  get shown(): readonly Row[] {
    return this.rows.slice(0, this.most);
  }

  showMore(): void {
    this.most += sectionPageSize;
  }

  get source(): Source {
    return this.parent.source;
  }

  get id(): string {
    return `${this.kind}:${this.parent.id}`;
  }
}

export class MetricNode {
  readonly parent: SectionNode<MetricNode>;
  metric: MetricValue;

  constructor(parent: SectionNode<MetricNode>, metric: MetricValue) {
    this.parent = parent;
    this.metric = metric;
  }

  get source(): Source {
    return this.parent.source;
  }

  get id(): string {
    return `${this.parent.id}:${this.metric.name}`;
  }
}

export class ParameterNode {
  readonly parent: SectionNode<ParameterNode>;
  /** Dotted. */
  readonly path: string;
  value: string;

  constructor(parent: SectionNode<ParameterNode>, path: string, value: string) {
    this.parent = parent;
    this.path = path;
    this.value = value;
  }

  get source(): Source {
    return this.parent.source;
  }

  get id(): string {
    return `${this.parent.id}:${this.path}`;
  }
}

/** A row with runs below it. */
export type RunsNode = GroupNode | RunNode;

/** Loads the next page of a group's runs, of those that a run is made of, or, without a parent, of the groups themselves. */
export class ShowMoreNode {
  readonly source: Source;
  readonly parent: RunsNode | SectionNode | undefined;
  readonly shownCount: number;
  readonly totalCount: number;

  constructor(source: Source, parent: RunsNode | SectionNode | undefined, shownCount: number, totalCount: number) {
    this.source = source;
    this.parent = parent;
    this.shownCount = shownCount;
    this.totalCount = totalCount;
  }

  get id(): string {
    return `more:${this.parent?.id ?? this.source.id}`;
  }
}

/** Stands where rows should be, and says why they are not. */
export class FailureNode {
  readonly source: Source;
  readonly parent: RunsNode | undefined;
  readonly failure: FailureData;

  constructor(source: Source, failure: FailureData, parent?: RunsNode) {
    this.source = source;
    this.failure = failure;
    this.parent = parent;
  }

  get id(): string {
    return `failure:${this.parent?.id ?? this.source.id}`;
  }
}

export type TreeNode =
  | SourceNode
  | GroupNode
  | RunNode
  | AttemptNode
  | SectionNode
  | MetricNode
  | ParameterNode
  | ShowMoreNode
  | FailureNode;
