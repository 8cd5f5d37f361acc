/**
 * What can be done with a run file, above its first line, with what it comes to; and Debug above each task. Counts are as the
 * text is now, and are not there while it is not well.
 */
import { getNodePath, type Node } from 'jsonc-parser';
import type { CodeLens } from 'vscode-languageserver-types';
import { type Outline, outlineOf } from '../core/runFiles/outline';
import { isRunFilePath } from '../core/runFiles/runFilePath';
import { type TaskNode, taskNodes, valueOf } from '../core/runFiles/taskWaits';
import { formatDuration } from '../model/duration';
import { lensCommands } from '../protocol/lensCommands';
import type { EditedDocument } from './editedDocument';
import type { LanguageFeature } from './feature';

export const runLenses: LanguageFeature = {
  lenses: async (document) => Promise.resolve(isRunFilePath(document.uri) ? lensesOf(document) : []),
};

const top = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

export function lensesOf(document: EditedDocument): readonly CodeLens[] {
  const { root, uri } = document;
  const tasks = root ? countTasks(root, 0) : 0;
  const isLarge = tasks > mostOfTasks;
  const outline = root && document.isWhole && !isLarge ? outlineOf(root) : undefined;
  const isSweep = root !== undefined && valueOf(root, 'sweep') !== undefined;
  const lens = (command: string, title: string): CodeLens => ({
    range: top,
    command: { command, title, arguments: [uri] },
  });
  return [
    lens(lensCommands.submitRun, `$(play) ${isSweep ? `Sweep${countsOfSweep(outline)}` : 'Run'}`),
    lens(lensCommands.dryRun, 'Dry Run'),
    ...(root && !isDebuggable(root) ? [] : [lens(lensCommands.debugRun, 'Debug')]),
    lens(
      lensCommands.previewGraph,
      `Preview Graph${isSweep ? '' : isLarge ? ` (${counted(tasks, 'task')})` : countsOfTasks(outline)}`,
    ),
    ...(root && !isLarge ? lensesOfTasks(document, root, [], 0) : []),
  ];
}

/** " (10 trials, at most 4 h)". */
function countsOfSweep(outline: Outline | undefined): string {
  if (!outline) return '';
  const { parts, extent, isPatched } = outline;
  const limit = isPatched || !Number.isFinite(extent.longestMs) ? '' : `, at most ${formatDuration(extent.longestMs)}`;
  return ` (${counted(parts, 'trial')}${limit})`;
}

/** " (5 tasks, at most 3 at once)"; programs where tasks are made of others. */
function countsOfTasks(outline: Outline | undefined): string {
  if (!outline || outline.kind === 'single') return '';
  const { programs, atOnce } = outline.extent;
  const what = programs === outline.parts ? (outline.kind === 'group' ? 'member' : 'task') : 'program';
  return ` (${counted(programs, what)}, at most ${atOnce} at once)`;
}

const counted = (count: number, what: string): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? what : `${what}s`}`;

/** Of a shell's text there is no debugger. */
const isDebuggable = (run: Node): boolean => valueOf(run, 'script') === undefined;

/** Of more tasks none has one: a window would draw them all anew with each key. The first line's asks which task, and counts them only. */
const mostOfTasks = 500;

/** Deeper ones would be data that only looks like tasks. */
const deepest = 20;

/** No more than are too many. */
function countTasks(run: Node, depth: number): number {
  if (depth > deepest) return 0;
  const tasks = taskNodes(run, getNodePath(run));
  if (tasks.length > mostOfTasks) return tasks.length;
  return tasks.reduce((count, { node }) => count + 1 + countTasks(node, depth + 1), 0);
}

function lensesOfTasks(
  document: EditedDocument,
  run: Node,
  above: readonly string[],
  depth: number,
): readonly CodeLens[] {
  if (depth > deepest) return [];
  return taskNodes(run, getNodePath(run)).flatMap((task) => {
    const names = [...above, task.name];
    const inner = lensesOfTasks(document, task.node, names, depth + 1);
    if (task.node.type !== 'object' || inner.length > 0 || !isDebuggable(task.node)) return inner;
    const command = { command: lensCommands.debugRun, title: 'Debug', arguments: [document.uri, names] };
    return [{ range: document.rangeOf(keyOf(task)), command }];
  });
}

/** Where it begins: its name, or a member's bracket. */
function keyOf({ node }: TaskNode): Pick<Node, 'offset' | 'length'> {
  const key = node.parent?.type === 'property' ? node.parent.children?.[0] : undefined;
  return key ?? { offset: node.offset, length: 1 };
}
