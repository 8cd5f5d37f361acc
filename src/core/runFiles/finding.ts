/** Something that is wrong in the tree of a run file. */
import type { Node } from 'jsonc-parser';
import type { Mend } from './check/mend';
import type { KeyPath } from './runFileProblem';

export interface Finding {
  /** What kind of problem it is: `unknown-task`. */
  readonly code: string;
  readonly keyPath: KeyPath;
  /** The node it is shown at. */
  readonly node: Node;
  readonly message: string;
  readonly hint?: string;
  readonly severity: 'error' | 'warning';
  /** Asked only when somebody looks at it. */
  readonly mends?: () => readonly Mend[];
}

type Options = Pick<Finding, 'hint' | 'mends'>;

/** An error at a key; `given` is the hint, or more. */
export function findingAt(
  code: string,
  [keyPath, node]: readonly [KeyPath, Node],
  message: string,
  given: string | Options = {},
): Finding {
  const options = typeof given === 'string' ? { hint: given } : given;
  return { code, keyPath, node, message, severity: 'error', ...options };
}

export const warningAt = (...given: Parameters<typeof findingAt>): Finding => ({
  ...findingAt(...given),
  severity: 'warning',
});
