/** What the schema cannot say about a run file. The schema comes first: what it has refused already is not said twice. */
import type { Node } from 'jsonc-parser';
import { Failure } from '../../base/failure';
import { parseDurationMs } from '../../model/duration';
import { checkDirect } from './directChecks';
import { properties } from './jsonTree';
import { checkReferences, enterScope, type ReferencedFrom } from './referenceChecks';
import type { KeyPath } from './runFileProblem';
import { checkSweep } from './sweepChecks';
import { checkTasks } from './taskChecks';
import { taskNodes } from './taskWaits';

export interface Finding {
  readonly keyPath: KeyPath;
  /** The node it is shown at. */
  readonly node: Node;
  readonly message: string;
  readonly hint?: string;
  readonly severity: 'error' | 'warning';
}

/** Checks a tree whose root is an object, and every task in it. */
export function checkRunFile(root: Node, text: string): Finding[] {
  const findings: Finding[] = [];
  checkNode(root, [], { parameters: new Map(), inputs: new Map(), tasks: [] }, findings);
  findings.push(...checkDirect(root));
  checkNumbers(root, [], text, findings);
  return findings;
}

/** A run or a task, with what it can refer to by being where it is. */
function checkNode(node: Node, at: KeyPath, outer: ReferencedFrom, findings: Finding[]): void {
  if (node.type !== 'object') return;
  for (const [key, , value] of properties(node)) {
    const keyPath = [...at, key];
    if (key === 'command') checkCommand(keyPath, value, findings);
    else if (key === 'inputs') checkTexts(keyPath, value, findings);
    else if (key === 'cwd' || key === 'script') checkText(keyPath, value, findings);
    else if (key === 'envFile' || key === 'python') checkTexts(keyPath, value, findings);
    else if (key === 'timeout') checkTimeout(keyPath, value, findings);
    else if (key === 'env') checkEnvironment(keyPath, value, findings);
  }
  checkProgram(node, at, findings);
  findings.push(...checkSweep(node, at));
  const scope = enterScope(node, outer);
  for (const { keyPath, node: place, message, hint } of checkReferences(node, at, scope)) {
    findings.push(error(keyPath, place, message, hint));
  }
  findings.push(...checkTasks(node, at));
  const tasks = taskNodes(node, at);
  const names = tasks.map(({ name }) => name);
  for (const task of tasks) checkNode(task.node, task.keyPath, { ...scope, tasks: [...scope.tasks, names] }, findings);
}

const programKeys = ['command', 'script', 'algorithm', 'tasks', 'group'] as const;

/** What a run executes is said once. */
function checkProgram(node: Node, at: KeyPath, findings: Finding[]): void {
  const given = Array.from(properties(node)).filter(([key]) => programKeys.some((known) => known === key));
  const [first, second] = given;
  if (!first) {
    const message = 'It does not say what to run.';
    findings.push(error(at, node, message, 'Add "command", "script", "algorithm", "tasks" or "group".'));
  } else if (second) {
    const [key, , value] = second;
    findings.push(
      error([...at, key], value, `\`${first[0]}\` and \`${key}\` exclude each other.`, 'Keep one of both.'),
    );
  }
  const reuse = Array.from(properties(node)).find(([key]) => key === 'reuse');
  if (reuse?.[2].value === true && (first?.[0] === 'tasks' || first?.[0] === 'group')) {
    const message = 'It executes nothing itself: what could be reused are its tasks.';
    findings.push(error([...at, 'reuse'], reuse[2], message, 'Write "reuse" at the tasks.'));
  }
  const version = Array.from(properties(node)).find(([key]) => key === 'version');
  if (version && !given.some(([key]) => key === 'algorithm')) {
    const message = 'This is the version of an `algorithm`, and none is named.';
    findings.push(error([...at, 'version'], version[2], message));
  }
}

function checkCommand(keyPath: KeyPath, command: Node, findings: Finding[]): void {
  if (command.type !== 'array') return;
  for (const [index, word] of (command.children ?? []).entries()) {
    checkText([...keyPath, index], word, findings);
    if (index === 0 && word.type === 'string' && String(word.value).trim() === '') {
      findings.push(error([...keyPath, 0], word, 'The program has no name.', 'Write it first, such as "node".'));
    }
  }
}

function checkTimeout(keyPath: KeyPath, timeout: Node, findings: Finding[]): void {
  const value: unknown = timeout.value;
  if (typeof value !== 'number' && typeof value !== 'string') return;
  try {
    const durationMs = parseDurationMs(value);
    if (durationMs === 0) {
      findings.push(error(keyPath, timeout, 'A run cannot end before it begins.', 'Leave it out for no limit.'));
    } else if (!Number.isSafeInteger(Math.ceil(durationMs))) {
      findings.push(error(keyPath, timeout, 'This is longer than can be counted.', 'Leave it out for no limit.'));
    }
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    findings.push(error(keyPath, timeout, failure.message, failure.hint));
  }
}

function checkEnvironment(keyPath: KeyPath, env: Node, findings: Finding[]): void {
  if (env.type !== 'object') return;
  for (const [name, nameNode, value] of properties(env)) {
    if (name === '' || name.includes('=') || name.includes('\0')) {
      const message = name === '' ? 'A variable has no name.' : 'A name of a variable cannot contain "=".';
      findings.push(error([...keyPath, name], nameNode, message));
    }
    if (value.type !== 'string') {
      const hint = 'Variables of the environment are texts: put it in quotes.';
      findings.push(error([...keyPath, name], value, 'This is no text.', hint));
    }
    checkText([...keyPath, name], value, findings);
  }
}

/** The operating system ends texts at a NUL character, and Node refuses paths with one. */
function checkText(keyPath: KeyPath, node: Node, findings: Finding[]): void {
  if (node.type === 'string' && String(node.value).includes('\0')) {
    findings.push(error(keyPath, node, 'A NUL character cannot be passed to a program.'));
  }
}

function checkTexts(keyPath: KeyPath, node: Node, findings: Finding[]): void {
  checkText(keyPath, node, findings);
  if (node.type === 'object') {
    for (const [key, , value] of properties(node)) checkTexts([...keyPath, key], value, findings);
  } else if (node.type === 'array') {
    for (const [index, element] of (node.children ?? []).entries()) checkTexts([...keyPath, index], element, findings);
  }
}

/** Numbers become doubles on their way; one that changes by that is said, since nobody would see it later. */
function checkNumbers(node: Node, keyPath: KeyPath, text: string, findings: Finding[]): void {
  if (node.type === 'number') {
    const written = text.slice(node.offset, node.offset + node.length);
    if (!Number.isFinite(node.value)) {
      findings.push(
        error(keyPath, node, `${written} is too large for a number.`, 'Put it in quotes to pass it as text.'),
      );
    } else if (/^-?\d+$/.test(written) && !Number.isSafeInteger(node.value)) {
      const message = `${written} would arrive as ${String(node.value)}.`;
      findings.push({ ...error(keyPath, node, message, 'Put it in quotes to pass it as text.'), severity: 'warning' });
    }
  } else if (node.type === 'object') {
    for (const [key, , value] of properties(node)) checkNumbers(value, [...keyPath, key], text, findings);
  } else if (node.type === 'array') {
    for (const [index, element] of (node.children ?? []).entries()) {
      checkNumbers(element, [...keyPath, index], text, findings);
    }
  }
}

const error = (keyPath: KeyPath, node: Node, message: string, hint?: string): Finding => ({
  keyPath,
  node,
  message,
  severity: 'error',
  ...(hint === undefined ? {} : { hint }),
});
