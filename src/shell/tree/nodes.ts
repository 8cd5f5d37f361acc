/**
 * The rows of the Experiments view as objects that live as long as what they show: VS Code knows a row by its object, so
 * a change replaces what a node holds, not the node.
 */
import type { Source } from '../../core/source';
import type { FailureData } from '../../base/failure';
import type { Attempt, Experiment, Run } from '../../model/run';
import { RunAttempts } from './runAttempts';
import { RunPages } from './runPages';

export class SourceNode {
  readonly source: Source;

  constructor(source: Source) {
    this.source = source;
  }

  get id(): string {
    return `source:${this.source.id}`;
  }
}

export class ExperimentNode {
  readonly source: Source;
  experiment: Experiment;
  readonly pages = new RunPages<RunNode>((run) => new RunNode(this, run));
  /** The runs must be read (again) before they are shown. */
  stale = true;
  /** Only when the row first appears; later VS Code keeps what the user chose. */
  readonly startsExpanded: boolean;

  constructor(source: Source, experiment: Experiment, startsExpanded: boolean) {
    this.source = source;
    this.experiment = experiment;
    this.startsExpanded = startsExpanded;
  }

  get id(): string {
    return `experiment:${this.source.id}:${this.experiment.id}`;
  }
}

export class RunNode {
  /** What it is a part of: an experiment, or a run made of runs. */
  readonly parent: ExperimentNode | RunNode;
  readonly attempts = new RunAttempts<AttemptNode>((attempt) => new AttemptNode(this, attempt));
  /** The runs that it is made of must be read (again) before they are shown. */
  stale = true;
  #pages: RunPages<RunNode> | undefined;
  #run: Run;

  constructor(parent: ExperimentNode | RunNode, run: Run) {
    this.parent = parent;
    this.#run = run;
  }

  /** The runs that it is made of. Made when asked for: most runs are made of none. */
  get pages(): RunPages<RunNode> {
    this.#pages ??= new RunPages<RunNode>((run) => new RunNode(this, run), 'oldest first');
    return this.#pages;
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
    return `run:${this.source.id}:${this.run.id}`;
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

/** A row with runs below it. */
export type RunsNode = ExperimentNode | RunNode;

/** Loads the next page of an experiment's runs, or of those that a run is made of. */
export class ShowMoreNode {
  readonly parent: RunsNode;

  constructor(parent: RunsNode) {
    this.parent = parent;
  }

  get source(): Source {
    return this.parent.source;
  }

  get id(): string {
    return `more:${this.parent.id}`;
  }
}

/** Stands where rows should be, and says why they are not. */
export class FailureNode {
  readonly source: Source;
  readonly parent: ExperimentNode | RunNode | undefined;
  readonly failure: FailureData;

  constructor(source: Source, failure: FailureData, parent?: ExperimentNode | RunNode) {
    this.source = source;
    this.failure = failure;
    this.parent = parent;
  }

  get id(): string {
    return `failure:${this.parent?.id ?? this.source.id}`;
  }
}

export type TreeNode = SourceNode | ExperimentNode | RunNode | AttemptNode | ShowMoreNode | FailureNode;
