/** Failures about what stands in a run file: which kind of problem it is, where, and what would mend it. */
import { Failure, type FailureOptions, type FilePlace } from '../../base/failure';
import type { Mend } from './check/mend';
import { nearest } from './check/nearest';
import { describeKeyPath, type KeyPath } from './runFileProblem';

export interface ProblemOptions extends FailureOptions {
  /** Asked only when somebody looks at the problem. */
  readonly mends?: () => readonly Mend[];
}

/** Of a kind that is known: `missing-program`. */
export class ProblemFailure extends Failure {
  readonly problem: string;
  readonly mends: (() => readonly Mend[]) | undefined;

  constructor(problem: string, message: string, { mends, ...options }: ProblemOptions = {}) {
    super('InvalidInput', message, options);
    this.problem = problem;
    this.mends = mends;
  }
}

/** A failure at a key of the file; `own` has its words without the key. */
export class KeyFailure extends Failure {
  readonly own: Failure;
  /** From the top of the file. */
  readonly keyPath: KeyPath;

  constructor(own: Failure, keyPath: KeyPath, place: FilePlace | undefined) {
    const key = describeKeyPath(keyPath);
    super(own.code, key === '' ? own.message : `${key}: ${own.message}`, {
      ...(own.hint === undefined ? {} : { hint: own.hint }),
      ...(place ? { place } : {}),
      cause: own,
    });
    this.own = own;
    this.keyPath = keyPath;
  }

  /** The same at the key of a task, from where that stands. */
  movedTo(at: KeyPath): KeyFailure {
    return new KeyFailure(this.own, [...at, ...this.keyPath], undefined);
  }

  /** With its key from the task on that stands at `at`. */
  without(at: KeyPath): KeyFailure {
    return new KeyFailure(this.own, this.keyPath.slice(at.length), undefined);
  }
}

/** The value as the closest name of those that there are. */
export const meant = (name: string, names: Iterable<string>): (() => readonly Mend[]) => {
  return () => {
    const near = nearest(name, names);
    return near === undefined ? [] : [{ kind: 'replace', value: near }];
  };
};
