/**
 * All that is wrong with a run file: what its schema refuses, what its keys say of each other, and what the disk tells, of
 * every task and not of the first alone. Nothing is started. A submission stops at the first error, and says the same of it.
 */
import type { Node } from 'jsonc-parser';
import type { Capacity } from '../../../model/demand';
import type { RunFile } from '../../../model/runFile';
import { lazily, Once } from '../once';
import { type KeyFailure, ProblemFailure } from '../problemFailure';
import { wantsSelectedPython } from '../python';
import { type ExaminedRunFile, examineRunFile, type ExamineOptions } from '../readRunFile';
import { describeKeyPath, type KeyPath, type RunFileProblem } from '../runFileProblem';
import type { RunToResolve } from '../runToResolve';
import { KeyTree } from './keyTree';
import { toFixes } from './mend';
import { isAccepted } from './refusedParts';
import { resolutionFailures } from './resolutionFailures';
import { soundPart, type SoundPart } from './soundPart';

export interface WholeCheck extends ExamineOptions {
  readonly text: string;
  /** Absolute path of the run file. */
  readonly path: string;
  /** Of whoever would submit it. Undefined: nothing outside of the text is looked at, as in a workspace that is not trusted. */
  readonly environment: NodeJS.ProcessEnv | undefined;
  readonly workspace?: string;
  /** Asked only when the file wants the interpreter that the editor has chosen. */
  readonly findSelectedPython?: () => Promise<string | undefined>;
  /** What the machine has that would execute it, where that is known. */
  readonly capacity?: () => Promise<Capacity | undefined>;
}

/** In the order of the text, nothing twice. Throws `TooLarge` for a file beyond the limit. */
export async function checkRunFileWhole(check: WholeCheck): Promise<readonly RunFileProblem[]> {
  const examined = await examineRunFile(check.text, check.path, check);
  const { problems, root } = examined;
  if (!root || check.environment === undefined) return problems;
  const part = soundPart(examined);
  if (!part || !isRunFile(part.value)) return problems;
  const tree = new KeyTree(root);
  const failures = await failuresOf({ ...check, environment: check.environment }, part.value, tree);
  const found = new Found(examined, tree, part);
  for (const failure of failures) found.add(failure);
  return [...problems, ...found.problems].sort((a, b) => a.offset - b.offset);
}

async function failuresOf(
  check: WholeCheck & { readonly environment: NodeJS.ProcessEnv },
  file: RunFile,
  tree: KeyTree,
): Promise<readonly KeyFailure[]> {
  const { text, path, environment, workspace, findSelectedPython, capacity } = check;
  const selectedPython = wantsSelectedPython(file) ? await findSelectedPython?.() : undefined;
  const run: RunToResolve = {
    file,
    text,
    path,
    tree,
    environment,
    onlyLook: true,
    once: new Once(),
    ...(workspace === undefined ? {} : { workspace }),
    ...(selectedPython === undefined ? {} : { selectedPython }),
    ...(capacity ? { capacity } : {}),
  };
  return resolutionFailures(run);
}

/** Failures at their keys, each once, and none of what is said already. */
class Found {
  readonly problems: RunFileProblem[] = [];
  readonly #examined: ExaminedRunFile;
  readonly #tree: KeyTree;
  readonly #part: SoundPart;
  readonly #known: Set<string>;
  readonly #knownOffsets: ReadonlySet<number>;
  readonly #isCircular: boolean;

  constructor(examined: ExaminedRunFile, tree: KeyTree, part: SoundPart) {
    this.#examined = examined;
    this.#tree = tree;
    this.#part = part;
    const errors = examined.problems.filter(({ severity }) => severity === 'error');
    this.#knownOffsets = new Set(errors.map(({ offset }) => offset));
    this.#known = new Set(
      examined.problems.flatMap(({ offset, message, code, keyPath }) => [
        `${offset} ${message}`,
        `${code} ${describeKeyPath(keyPath)}`,
      ]),
    );
    this.#isCircular = errors.some(({ code }) => code === 'circular');
  }

  add({ own, keyPath: given }: KeyFailure): void {
    if (this.#part.isLeftOut(given)) return;
    const code = own instanceof ProblemFailure ? own.problem : 'cannot-run';
    if (code === 'circular' && this.#isCircular) return;
    const keyPath = this.#whereWritten(given);
    const exact = this.#tree.find(keyPath);
    const node = exact ?? this.#tree.findNearest(keyPath);
    const place = placeOf(node, exact !== undefined);
    const word = `${place.offset} ${own.message}`;
    if (this.#known.has(word) || this.#known.has(`${code} ${describeKeyPath(keyPath)}`)) return;
    if (this.#knownOffsets.has(place.offset)) return;
    this.#known.add(word);
    const mends = exact && own instanceof ProblemFailure ? own.mends : undefined;
    const { lines } = this.#examined;
    this.problems.push({
      code,
      message: own.message,
      ...(own.hint === undefined ? {} : { hint: own.hint }),
      keyPath,
      severity: 'error',
      ...lines.placeAt(place.offset),
      ...place,
      ...(mends ? { findFixes: lazily(() => toFixes(mends(), node, lines.text)) } : {}),
    });
  }

  /** A task's key, or, where it is inherited, that of what the task stands in. */
  #whereWritten(keyPath: KeyPath): KeyPath {
    let tasks = 0;
    while (keyPath[tasks] === 'tasks' || keyPath[tasks] === 'group') tasks += 2;
    const key = keyPath[tasks];
    if (key === undefined) return keyPath;
    for (let length = tasks; length >= 0; length -= 2) {
      const at = [...keyPath.slice(0, length), ...keyPath.slice(tasks)];
      if (this.#tree.find(at)) return at;
    }
    // Of an object that is put together of several the nearest has the key at least.
    for (let length = tasks; length >= 0; length -= 2) {
      const at = keyPath.slice(0, length);
      if (this.#tree.find([...at, key])) return [...at, ...keyPath.slice(tasks)];
    }
    return keyPath;
  }
}

/** A value that is one word is underlined as such; of a larger one its name, since all of its lines would hide what is in it. */
function placeOf(node: Node, isExact: boolean): { readonly offset: number; readonly length: number } {
  const isLarge = node.type === 'object' || node.type === 'array';
  const key = node.parent?.type === 'property' ? node.parent.children?.[0] : undefined;
  if ((isLarge || !isExact) && key) return { offset: key.offset, length: key.length };
  return { offset: node.offset, length: isLarge ? 1 : node.length };
}

const isRunFile = (value: unknown): value is RunFile => isAccepted(value);
