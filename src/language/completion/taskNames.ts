/** Completes the tasks that a task may wait for: its siblings. */
import { findNodeAtLocation } from 'jsonc-parser';
import type { CompletionItem } from 'vscode-languageserver-types';
import { declaredWaits, taskNodes, valueOf } from '../../core/runFiles/taskWaits';
import type { KeyPath } from '../../core/runFiles/runFileProblem';
import type { LanguageFeature, Place } from '../feature';
import { cursorAt } from '../runAround';
import { nameItems } from './nameItems';

export const taskNames: LanguageFeature = {
  async complete({ document, offset }: Place): Promise<readonly CompletionItem[]> {
    const { at, rest, isKey, range } = cursorAt(document, offset);
    if (isKey || at.length < 2 || !isTaskName(rest) || !document.root) return Promise.resolve([]);
    const around = at.slice(0, -2);
    const parent = findNodeAtLocation(document.root, [...around]);
    const siblings = parent?.type === 'object' ? taskNodes(parent, around) : [];
    const own = siblings.find(({ keyPath }) => keyPath.every((key, index) => key === at[index]));
    if (!own) return Promise.resolve([]);
    const typed = findNodeAtLocation(document.root, [...at, ...rest])?.value as unknown;
    const waitsFor = new Set(declaredWaits(own).map(({ task }) => task));
    const names = siblings
      .filter(({ name }) => name !== own.name && (!waitsFor.has(name) || name === typed))
      .map(({ name, node }) => {
        const description = valueOf(node, 'description')?.value as unknown;
        return { name, ...(typeof description === 'string' ? { detail: description } : {}) };
      });
    return Promise.resolve(nameItems(document, range, names));
  },
};

/** `dependsOn`, an element of it, or the `task` of one. */
function isTaskName(rest: KeyPath): boolean {
  if (rest[0] !== 'dependsOn') return false;
  const [, second, third] = rest;
  if (rest.length === 1) return true;
  if (rest.length === 2) return typeof second === 'number' || second === 'task';
  return rest.length === 3 && typeof second === 'number' && third === 'task';
}
