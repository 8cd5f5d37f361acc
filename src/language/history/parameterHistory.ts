/** What past runs say of a parameter, where a run file has it: a table, values to complete, and the best value as a quick fix. */
import { findNodeAtLocation, type Node } from 'jsonc-parser';
import {
  type CodeAction,
  CodeActionKind,
  type CompletionItem,
  CompletionItemKind,
  type Hover,
  type Range,
} from 'vscode-languageserver-types';
import { type ParameterKey, parameterKeyOf } from './parameterKey';
import { bestValue, isResult, type PastValue } from '../../core/history/pastValues';
import { toJsonText } from '../../core/runFiles/jsonTree';
import { isRunFilePath } from '../../core/runFiles/runFilePath';
import { canonicalJson } from '../../model/canonicalJson';
import { formatValue } from '../../model/metricValue';
import { visibleControls } from '../../model/plainText';
import type { EditedDocument } from '../editedDocument';
import type { LanguageFeature, Place, Surroundings } from '../feature';
import { shortText } from '../shortText';
import { pastHover } from './pastHover';
import { describeReached, describeRun, describeValue, findPast, type PastParameter } from './pastParameter';

const mostCompleted = 10;
/** A longer value is nothing that one picks from a list. */
const longestCompleted = 200;

export const parameterHistory: LanguageFeature = {
  hover: async ({ document, position }: Place, surroundings): Promise<Hover | undefined> => {
    const node = isRunFilePath(document.uri) ? document.nodeAt(position) : undefined;
    // Between the braces of an object nothing in particular is meant.
    const key = node && node.type !== 'object' ? parameterKeyOf(document.keyPathOf(node)) : undefined;
    const past = key && (await findPast(document, key, surroundings));
    if (!node || !key || !past) return undefined;
    return { contents: pastHover(past, jsonOf(valueOf(document, key)), Date.now()), range: document.rangeOf(node) };
  },

  complete: async (place, surroundings): Promise<readonly CompletionItem[]> => {
    const { document } = place;
    const wanted = isRunFilePath(document.uri) ? completedAt(place) : undefined;
    const past = wanted && (await findPast(document, wanted.key, surroundings));
    if (!past) return [];
    return past.values
      .filter(({ json }) => json !== wanted.now && json.length <= longestCompleted)
      .slice(0, mostCompleted)
      .map((value, index) => ({
        label: value.json,
        kind: CompletionItemKind.Value,
        detail: visibleControls(detailOf(past, value)),
        labelDetails: { description: visibleControls(summaryOf(past, value)) },
        // After what the schema says of the parameter, newest first.
        sortText: `~history-${String(index).padStart(2, '0')}`,
        filterText: value.json,
        textEdit: { range: wanted.range, newText: value.json },
      }));
  },

  actions: async (document, range, surroundings): Promise<readonly CodeAction[]> => {
    const node = isRunFilePath(document.uri) ? document.nodeAt(range.start) : undefined;
    const key = node && parameterKeyOf(document.keyPathOf(node));
    const value = key?.place === 'value' ? valueOf(document, key) : undefined;
    // What is in an object are parameters of their own.
    if (!key || !value || value.type === 'object') return [];
    return bestOf(document, key, value, surroundings);
  },
};

async function bestOf(
  document: EditedDocument,
  key: ParameterKey,
  node: Node,
  surroundings: Surroundings,
): Promise<readonly CodeAction[]> {
  const past = await findPast(document, key, surroundings);
  if (!past) return [];
  const now = past.values.find(({ json }) => json === jsonOf(node));
  return past.goals.flatMap((goal): CodeAction[] => {
    const best = bestValue(past.values, goal);
    if (!best) return [];
    const here = now?.reached.get(goal.metric);
    // Another value that led to the same is no better.
    if (here && isResult(here) && here.value === best.reached.value) return [];
    const { value, run } = best.reached;
    const what = `${shortText(goal.metric, 40)} ${formatValue(value)} in ${describeRun(run)}`;
    return [
      {
        title: visibleControls(`Use the best value: ${describeValue(best.value)} (${what})`),
        kind: CodeActionKind.QuickFix,
        edit: { changes: { [document.uri]: [{ range: document.rangeOf(node), newText: best.value.json }] } },
      },
    ];
  });
}

function detailOf({ goals }: PastParameter, value: PastValue): string {
  const reached = goals.flatMap(({ metric }) => {
    const found = value.reached.get(metric);
    return found ? [`${shortText(metric, 40)} ${describeReached(found)}`] : [];
  });
  const runs = value.runs === 1 ? 'a past run' : `${value.runs} past runs`;
  return reached.length > 0 ? `${runs} · ${reached.join(' · ')}` : runs;
}

/** Shown beside each value: what the first metric was. */
function summaryOf({ goals: [goal] }: PastParameter, { runs, reached }: PastValue): string {
  const found = goal && reached.get(goal.metric);
  if (!found) return runs === 1 ? 'a past run' : `${runs} past runs`;
  const status = isResult(found) ? '' : ` (${found.run.status})`;
  return `${shortText(goal.metric, 40)} ${formatValue(found.value)}${status}`;
}

/** A parameter whose value is written at the cursor: what it is by now, and what a new one replaces. */
function completedAt({
  document,
  offset,
}: Place): { readonly key: ParameterKey; readonly now: string | undefined; readonly range: Range } | undefined {
  const { path, previousNode, isAtPropertyKey } = document.locationAt(offset);
  const key = isAtPropertyKey ? undefined : parameterKeyOf(path);
  if (!key) return undefined;
  const within = path.length - key.keyPath.length;
  // A sweep takes the values one by one; elsewhere an element of a list is no value of the parameter.
  if (within !== (key.place === 'over' ? 1 : 0)) return undefined;
  if (key.place === 'over' && typeof path.at(-1) !== 'number') return undefined;
  // Behind a value that is whole already comes a comma.
  if (previousNode && offset > previousNode.offset + previousNode.length) return undefined;
  return {
    key,
    now: previousNode && jsonOf(previousNode),
    range: document.rangeOf(previousNode ?? { offset, length: 0 }),
  };
}

/** What the parameter is given where it stands. */
const valueOf = ({ root }: EditedDocument, { keyPath }: ParameterKey): Node | undefined =>
  root && findNodeAtLocation(root, [...keyPath]);

const jsonOf = (node: Node | undefined): string | undefined =>
  node && canonicalJson(JSON.parse(toJsonText(node)) as unknown);
