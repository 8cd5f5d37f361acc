/** What a task waits for and what waits for it, drawn, over its name. */
import type { Hover } from 'vscode-languageserver-types';
import type { TaskWait } from '../../core/runFiles/taskWaits';
import { dependencyConditions, type DependencyCondition } from '../../model/taskGraph';
import { visibleControls } from '../../model/plainText';
import type { EditedDocument } from '../editedDocument';
import { type DrawnEdge, type DrawnNode, drawGraph } from './drawing/graphText';
import { NavigationIndex } from './navigationIndex';
import { rangeOf } from './references';
import { type TaskWaiting, taskWaiting } from './taskWaiting';

/** What a hover shows without wrapping or scrolling. */
const room = { columns: 60, rows: 12 };
/** Of a larger graph: this many on either side of a task. */
const shownBeside = 6;
/** In a sentence. */
const shownInWords = 4;

export function taskHoverAt(document: EditedDocument, offset: number): Hover | undefined {
  const mention = NavigationIndex.of(document).mentionAt(offset);
  if (mention?.thing.kind !== 'task') return undefined;
  const { name, home } = mention.thing;
  const range = rangeOf(document, mention);
  if (home.isGroup) return { range, contents: { kind: 'markdown', value: groupSentence(name, home.tasks.size) } };
  const waiting = taskWaiting(home);
  const drawing = isJoined(waiting, name) ? diagramOf(waiting, name) : undefined;
  const text = [...(drawing ? [codeBlock(drawing)] : []), sentence(waiting, name)].join('\n\n');
  return { range, contents: { kind: 'markdown', value: text } };
}

const groupSentence = (name: string, members: number): string =>
  members === 1
    ? `${bold(name)} is the only member of its group.`
    : `${bold(name)} runs in parallel with ${counted(members - 1, 'other member', 'other members')} of its group.`;

const isJoined = ({ waits, awaited }: TaskWaiting, name: string): boolean =>
  (waits.get(name) ?? []).length + (awaited.get(name) ?? []).length > 0;

/** The whole graph where there is room for it, else the task with what is beside it. */
export function diagramOf(waiting: TaskWaiting, name: string): readonly string[] | undefined {
  const isSmall = waiting.names.length <= room.rows && waiting.longestChain > 0;
  return (isSmall ? drawWhole(waiting, name) : undefined) ?? drawBeside(waiting, name);
}

function drawWhole({ names, waits }: TaskWaiting, name: string): readonly string[] | undefined {
  const nodes = names.map((id): DrawnNode => ({ id, label: labelOf(id, id === name) }));
  const edges = Array.from(waits).flatMap(([to, own]) =>
    own.map(({ task, on }): DrawnEdge => ({ from: task, to, ...conditionLabel(on) })),
  );
  return drawGraph(nodes, edges, room);
}

function drawBeside({ waits, awaited }: TaskWaiting, name: string): readonly string[] | undefined {
  // Who waits for each other in a circle is on both sides.
  const before = sideOf(waits.get(name) ?? [], ({ task }) => task, '<');
  const after = sideOf(awaited.get(name) ?? [], ({ from }) => from.join(), '>');
  const nodes = [...before, { id: '=', label: labelOf(name, true) }, ...after];
  const edges: DrawnEdge[] = [
    ...before.map(({ id, on }) => ({ from: id, to: '=', ...conditionLabel(on) })),
    ...after.map(({ id, on }) => ({ from: '=', to: id, ...conditionLabel(on) })),
  ];
  return drawGraph(nodes, edges, room);
}

/** The first of them, and how many more there are of each condition. */
function sideOf(
  all: readonly TaskWait[],
  nameOf: (wait: TaskWait) => string,
  side: string,
): readonly (DrawnNode & { readonly on: DependencyCondition })[] {
  // One more takes no more room than to say so.
  const shown = all.length <= shownBeside + 1 ? all : all.slice(0, shownBeside);
  const more = dependencyConditions.flatMap((on) => {
    const count = all.slice(shown.length).filter((wait) => wait.on === on).length;
    return count === 0 ? [] : [{ id: `${side}${side}${on}`, label: `+ ${count} more`, on }];
  });
  return [
    ...shown.map((wait) => ({ id: `${side} ${nameOf(wait)}`, label: labelOf(nameOf(wait)), on: wait.on })),
    ...more,
  ];
}

const conditionLabel = (on: DependencyCondition): { readonly label?: string } =>
  on === 'completed' ? {} : { label: on };

function labelOf(name: string, isMarked = false): string {
  const text = visibleControls(name).replaceAll('\n', '␊').replaceAll('\t', '␉');
  return isMarked ? `[${text}]` : text;
}

function sentence(waiting: TaskWaiting, name: string): string {
  const before = waiting.waits.get(name) ?? [];
  const after = waiting.awaited.get(name) ?? [];
  const own = before.length === 0 ? 'Waits for no other task' : `Waits for ${listed(before)}`;
  const others =
    after.length === 0 ? 'none waits for it' : counted(after.length, 'task waits for it', 'tasks wait for it');
  return `${own}; ${others}.${chainSentence(waiting, name)}`;
}

/** Of a graph that is one chain, or in which all are alike, nobody has to be told. */
function chainSentence({ names, longestChain, onLongestChain }: TaskWaiting, name: string): string {
  if (longestChain < 3 || onLongestChain.size === names.length || !onLongestChain.has(name)) return '';
  return ` On the longest chain, of ${longestChain} tasks one after another.`;
}

function listed(waits: readonly TaskWait[]): string {
  const shown = waits.length <= shownInWords + 1 ? waits : waits.slice(0, shownInWords);
  const words = shown.map(({ task, on }) => bold(task) + (on === 'completed' ? '' : ` (${on})`));
  const more = waits.length - shown.length;
  if (more > 0) return `${words.join(', ')} and ${more} more`;
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

const bold = (name: string): string =>
  `**${labelOf(name)
    .trim()
    .replace(/[\\`*_{}[\]()<>#+\-.!|~&]/g, '\\$&')}**`;

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** A fence longer than any in it: names are what users make them. */
function codeBlock(lines: readonly string[]): string {
  const longest = Math.max(2, ...Array.from(lines.join('\n').matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, ...lines, fence].join('\n');
}
