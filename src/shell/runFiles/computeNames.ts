/** Completes the names of computes where a run file has a `compute`; the rest is the editor's JSON service's, by the schema. */
import {
  CompletionItem,
  CompletionItemKind,
  type Disposable,
  languages,
  type Position,
  Range,
  type TextDocument,
} from 'vscode';
import { getLocation } from 'jsonc-parser';
import path from 'node:path';
import { Failure } from '../../base/failure';
import { listComputes } from '../../core/compute/findCompute';
import { describeCompute } from '../../model/compute';
import { runFileGlob } from '../ids';

export class ComputeNames {
  register(): Disposable {
    const provider = { provideCompletionItems };
    return languages.registerCompletionItemProvider({ pattern: runFileGlob, scheme: 'file' }, provider, '"');
  }
}

async function provideCompletionItems(document: TextDocument, position: Position): Promise<CompletionItem[]> {
  const location = getLocation(document.getText(), document.offsetAt(position));
  const { path: keyPath, previousNode, isAtPropertyKey } = location;
  if (isAtPropertyKey || keyPath.at(-1) !== 'compute' || keyPath.includes('parameters')) return [];
  const node = previousNode?.type === 'string' ? previousNode : undefined;
  const range = node
    ? new Range(document.positionAt(node.offset), document.positionAt(node.offset + node.length))
    : undefined;
  const computes = await list(path.dirname(document.uri.fsPath));
  return Array.from(computes, ([name, compute]) => {
    const item = new CompletionItem(JSON.stringify(name), CompletionItemKind.Value);
    item.detail = describeCompute(compute);
    // What stands there, its quotes included, is what is filtered by and replaced.
    item.filterText = item.label as string;
    if (range) item.range = range;
    return item;
  });
}

/** None of a broken file: the diagnostics of run files that name one say what is wrong with it. */
async function list(folder: string): ReturnType<typeof listComputes> {
  try {
    return await listComputes(folder);
  } catch (error) {
    if (error instanceof Failure) return new Map();
    throw error;
  }
}
