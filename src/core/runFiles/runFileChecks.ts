/** What the schema cannot say about a run file. The schema comes first: what it has refused already is not said twice. */
import { getNodePath, type Node } from 'jsonc-parser';
import { Failure } from '../../base/failure';
import { parseDurationMs } from '../../model/duration';
import type { Mend } from './check/mend';
import { checkDirect } from './directChecks';
import { type Finding, findingAt, warningAt } from './finding';
import { properties, textsWith } from './jsonTree';
import { checkOutputs } from './outputChecks';
import { perNode } from './perNode';
import { checkReferences, enterScope, isSameOrigin, outermost, type ReferencedFrom } from './referenceChecks';
import type { KeyPath } from './runFileProblem';
import { checkSweep } from './sweepChecks';
import { checkTasks } from './taskChecks';
import { type TaskNode, taskNodes, valueOf } from './taskWaits';

/** Checks a tree whose root is an object, and every task in it. */
export function checkRunFile(root: Node, text: string): Finding[] {
  const findings: Finding[] = [];
  checkNode(root, [], outermost, findings);
  findings.push(...checkDirect(root), ...checkOutputs(root));
  checkNumbers(root, text, findings);
  return findings;
}

/** Once, as long as what it refers to around it is the same: see `taskNodes`. */
function checkTask(task: TaskNode, outer: ReferencedFrom, findings: Finding[]): void {
  const from = isSelfContained(task.node) ? undefined : outer;
  let known = checkedTasks.get(task);
  if (!known || (from && !(known.from && isSameOrigin(known.from, from)))) {
    const found: Finding[] = [];
    checkNode(task.node, task.keyPath, outer, found);
    known = { from, findings: found };
    checkedTasks.set(task, known);
  } else if (from) checkedTasks.set(task, { ...known, from });
  addAll(findings, known.findings);
}

const checkedTasks = new WeakMap<
  TaskNode,
  { readonly from: ReferencedFrom | undefined; readonly findings: readonly Finding[] }
>();

/** It refers to nothing that is around it. */
const isSelfContained = perNode((task) => textsWith('${', task).length === 0 && !hasSweep(task));

const hasSweep = (task: Node): boolean =>
  valueOf(task, 'sweep') !== undefined || taskNodes(task, getNodePath(task)).some(({ node }) => hasSweep(node));

/** A run or a task, with what it can refer to by being where it is. */
function checkNode(node: Node, at: KeyPath, outer: ReferencedFrom, findings: Finding[]): void {
  if (node.type !== 'object') return;
  for (const { children: [key, value] = [] } of node.children ?? []) {
    const check = value && checks.get(key?.value);
    if (check) check([...at, String(key?.value)], value, findings);
  }
  checkProgram(node, at, findings);
  const scope = enterScope(node, outer);
  if (valueOf(node, 'sweep')) addAll(findings, checkSweep(node, at, scope));
  addAll(findings, checkReferences(node, at, scope));
  const tasks = taskNodes(node, at);
  // Most have none, and there may be thousands.
  if (tasks.length > 0 || valueOf(node, 'sequential')) addAll(findings, checkTasks(node, at));
  for (const task of tasks) checkTask(task, scope.inner, findings);
}

function addAll(findings: Finding[], more: Iterable<Finding>): void {
  for (const finding of more) findings.push(finding);
}

const checks: ReadonlyMap<unknown, (keyPath: KeyPath, value: Node, findings: Finding[]) => void> = new Map([
  ['command', checkCommand],
  ['inputs', checkTexts],
  ['cwd', checkText],
  ['script', checkText],
  ['envFile', checkTexts],
  ['python', checkTexts],
  ['timeout', checkTimeout],
  ['env', checkEnvironment],
]);

const programKeys: ReadonlySet<unknown> = new Set(['command', 'script', 'algorithm', 'tasks', 'group']);
const isProgramKey = (key: unknown): boolean => programKeys.has(key);

/** What a run executes is said once. */
function checkProgram(node: Node, at: KeyPath, findings: Finding[]): void {
  const given: (readonly [key: string, value: Node])[] = [];
  for (const { children: [key, value] = [] } of node.children ?? []) {
    if (value && isProgramKey(key?.value)) given.push([String(key?.value), value]);
  }
  const [first] = given;
  // The same one twice is what the schema says.
  const second = given.find(([key]) => key !== first?.[0]);
  if (!first) {
    const message = 'It does not say what to run.';
    const hint = 'Add "command", "script", "algorithm", "tasks" or "group".';
    findings.push(findingAt('no-program', [at, node], message, hint));
  } else if (second) {
    const [key, value] = second;
    const [firstKey, firstValue] = first;
    const mends = (): readonly Mend[] => [
      { kind: 'remove', node: value },
      { kind: 'remove', node: firstValue },
    ];
    const message = `\`${firstKey}\` and \`${key}\` exclude each other.`;
    const options = { hint: 'Keep one of both.', mends };
    findings.push(findingAt('several-programs', [[...at, key], value], message, options));
  }
  const reuse = valueOf(node, 'reuse');
  const mends = (): readonly Mend[] => [{ kind: 'remove' }];
  if (reuse?.value === true && (first?.[0] === 'tasks' || first?.[0] === 'group')) {
    const message = 'It executes nothing itself: what could be reused are its tasks.';
    const options = { hint: 'Write "reuse" at the tasks.', mends };
    findings.push(findingAt('reuse-of-tasks', [[...at, 'reuse'], reuse], message, options));
  }
  const version = valueOf(node, 'version');
  if (version && !given.some(([key]) => key === 'algorithm')) {
    const message = 'This is the version of an `algorithm`, and none is named.';
    findings.push(findingAt('version-without-algorithm', [[...at, 'version'], version], message, { mends }));
  }
}

function checkCommand(keyPath: KeyPath, command: Node, findings: Finding[]): void {
  if (command.type !== 'array') return;
  checkTexts(keyPath, command, findings);
  const program = command.children?.[0];
  if (program?.type === 'string' && String(program.value).trim() === '') {
    const hint = 'Write it first, such as "node".';
    findings.push(findingAt('empty-program-name', [[...keyPath, 0], program], 'The program has no name.', hint));
  }
}

function checkTimeout(keyPath: KeyPath, timeout: Node, findings: Finding[]): void {
  const value: unknown = timeout.value;
  if (typeof value !== 'number' && typeof value !== 'string') return;
  const wrong = (message: string): Finding =>
    findingAt('timeout', [keyPath, timeout], message, {
      hint: 'Leave it out for no limit.',
      mends: () => [{ kind: 'remove' }],
    });
  try {
    const durationMs = parseDurationMs(value);
    if (durationMs === 0) findings.push(wrong('A run cannot end before it begins.'));
    else if (!Number.isSafeInteger(Math.ceil(durationMs))) {
      findings.push(wrong('This is longer than can be counted.'));
    }
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    const { message, hint } = failure;
    findings.push(findingAt('duration', [keyPath, timeout], message, hint));
  }
}

function checkEnvironment(keyPath: KeyPath, env: Node, findings: Finding[]): void {
  if (env.type !== 'object') return;
  for (const [name, nameNode, value] of properties(env)) {
    const path = [...keyPath, name];
    if (name === '' || name.includes('=') || name.includes('\0')) {
      const message = name === '' ? 'A variable has no name.' : 'A name of a variable cannot contain "=".';
      findings.push(findingAt('variable-name', [path, nameNode], message));
    }
    if (value.type !== 'string') {
      const isScalar = value.type === 'number' || value.type === 'boolean';
      const mends = (): readonly Mend[] => (isScalar ? [{ kind: 'replace', value: String(value.value) }] : []);
      const hint = 'Variables of the environment are texts: put it in quotes.';
      findings.push(findingAt('variable-not-text', [path, value], 'This is no text.', { hint, mends }));
    }
    checkText(path, value, findings);
  }
}

/** The operating system ends texts at a NUL character, and Node refuses paths with one. */
function checkText(keyPath: KeyPath, node: Node, findings: Finding[]): void {
  if (node.type === 'string' && String(node.value).includes('\0')) {
    const message = 'A NUL character cannot be passed to a program.';
    const mends = (): readonly Mend[] => [{ kind: 'replace', value: String(node.value).replaceAll('\0', '') }];
    findings.push(findingAt('nul-character', [keyPath, node], message, { mends }));
  }
}

function checkTexts(_: KeyPath, node: Node, findings: Finding[]): void {
  for (const text of textsWith('\0', node)) checkText(getNodePath(text), text, findings);
}

/** Numbers become doubles on their way; one that changes by that is said, since nobody would see it later. */
function checkNumbers(root: Node, text: string, findings: Finding[]): void {
  for (const node of oddNumbers(root)) {
    const written = text.slice(node.offset, node.offset + node.length);
    const options = {
      hint: 'Put it in quotes to pass it as text.',
      mends: (): readonly Mend[] => [{ kind: 'replace', value: written }],
    };
    const place = [getNodePath(node), node] as const;
    if (!Number.isFinite(node.value)) {
      findings.push(findingAt('number-too-large', place, `${written} is too large for a number.`, options));
    } else if (/^-?\d+$/.test(written)) {
      const message = `${written} would arrive as ${String(node.value)}.`;
      findings.push(warningAt('number-inexact', place, message, options));
    }
  }
}

/** There may be a hundred thousand numbers: what is cheap to see goes first. */
function oddNumbers(node: Node): readonly Node[] {
  if (node.type === 'object' || node.type === 'array') return oddNumbersIn(node);
  const isPlain = Number.isFinite(node.value) && !(Math.abs(Number(node.value)) > Number.MAX_SAFE_INTEGER);
  return node.type !== 'number' || isPlain ? none : [node];
}

const none: readonly Node[] = [];

const oddNumbersIn = perNode((container): readonly Node[] => {
  const found: Node[] = [];
  for (const child of container.children ?? []) {
    const value = child.type === 'property' ? child.children?.[1] : child;
    const odd = value ? oddNumbers(value) : none;
    if (odd.length > 0) for (const each of odd) found.push(each);
  }
  return found.length === 0 ? none : found;
});
