/** Completes references in texts: `${parameters.lr}`, `${tasks.prepare.outputs}`, `${run.outputs}`. */
import { findNodeAtLocation, getNodeValue, type Node } from 'jsonc-parser';
import { type CompletionItem, CompletionItemKind } from 'vscode-languageserver-types';
import { properties } from '../../core/runFiles/jsonTree';
import { folderReferences, wordsReferences } from '../../core/runFiles/referenceProblem';
import type { KeyPath } from '../../core/runFiles/runFileProblem';
import { taskNodes } from '../../core/runFiles/taskWaits';
import { parameterPaths, type Parameters } from '../../model/parameterPaths';
import { runReferences } from '../../model/references';
import type { EditedDocument } from '../editedDocument';
import type { LanguageFeature, Place } from '../feature';
import { type Cursor, cursorAt, runsOnTheWay } from '../runAround';

/** Keys whose texts are filled, and whether that may be when an attempt starts. */
const filledLate: Readonly<Record<string, boolean>> = {
  command: true,
  cwd: true,
  env: true,
  inputs: true,
  envFile: false,
  python: false,
};

export const references: LanguageFeature = {
  async complete({ document, offset }: Place): Promise<readonly CompletionItem[]> {
    const begun = beganAt(document.text, offset);
    if (begun === undefined) return Promise.resolve([]);
    const cursor = cursorAt(document, offset);
    const [key] = cursor.rest;
    if (cursor.isKey || typeof key !== 'string') return Promise.resolve([]);
    const names = namesFor(key, document, cursor);
    // What is behind the cursor and belongs to the reference is replaced with it.
    const behind = /^[\w.:-]*\}?/.exec(document.text.slice(offset, offset + 200))?.[0].length ?? 0;
    const range = document.rangeOf({ offset: begun, length: offset - begun + behind });
    return Promise.resolve(
      Array.from(names, ([name, detail], index): CompletionItem => {
        // It stands within a text of JSON.
        const newText = JSON.stringify(`\${${name}}`).slice(1, -1);
        return {
          label: `\${${name}}`,
          kind: CompletionItemKind.Reference,
          detail,
          filterText: newText,
          sortText: String(index).padStart(5, '0'),
          textEdit: { range, newText },
        };
      }),
    );
  },
};

/** Where the `${` stands that the cursor is in, if it is in one: with an odd number of dollars, on the same line. */
function beganAt(text: string, offset: number): number | undefined {
  const found = /\$+\{[^{}"\r\n]*$/.exec(text.slice(Math.max(0, offset - 300), offset));
  if (!found) return undefined;
  const dollars = found[0].indexOf('{');
  return dollars % 2 === 1 ? offset - found[0].length + dollars - 1 : undefined;
}

/** With what each stands for. */
function namesFor(key: string, document: EditedDocument, cursor: Cursor): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const runs = runsOnTheWay(document.root, cursor.at);
  if (key in filledLate || key === 'parameters') {
    for (const task of tasksAround(document.root, cursor.at)) names.set(`tasks.${task}.outputs`, 'its outputs folder');
  }
  if (!(key in filledLate)) return names;
  for (const [path, value] of parametersOf(runs)) names.set(`parameters.${path}`, JSON.stringify(value));
  if (key === 'command' && cursor.rest.length === 2 && cursor.rest[1] !== 0) {
    for (const [name, detail] of Object.entries(wordsReferences)) names.set(name, detail.says);
  }
  if (key !== 'inputs') {
    for (const input of keysOf(runs.at(-1), 'inputs')) names.set(`inputs.${input}`, 'path of the input');
  }
  if (filledLate[key]) for (const name of runReferences) names.set(name, runReferenceDetails[name]);
  for (const [name, detail] of Object.entries(folderReferences)) names.set(name, detail);
  names.set('parameters', 'all parameters, as JSON');
  names.set('env:HOME', 'a variable of the environment of who submits');
  if (key === 'env') names.set('secret:TOKEN', 'a secret, kept by VS Code');
  return names;
}

const runReferenceDetails = {
  'run.id': 'the run’s id',
  'run.outputs': 'the run’s own folder for outputs',
  'run.checkpoints': 'the folder that is kept over its attempts',
} as const;

/** Those beside the task and beside each that it stands in, without these themselves. */
function tasksAround(root: Node | undefined, at: KeyPath): readonly string[] {
  const names: string[] = [];
  for (let depth = at.length - 2; root && depth >= 0; depth -= 2) {
    const around = at.slice(0, depth);
    const parent = findNodeAtLocation(root, [...around]);
    if (parent?.type !== 'object') continue;
    for (const { name, keyPath } of taskNodes(parent, around)) {
      if (keyPath.at(-1) !== at[depth + 1]) names.push(name);
    }
  }
  return names;
}

/** Inherited ones included; the innermost value counts. */
function parametersOf(runs: readonly Node[]): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>();
  for (const run of runs) {
    const node = findNodeAtLocation(run, ['parameters']);
    const value: unknown = node && getNodeValue(node);
    if (isObject(value)) for (const [path, each] of parameterPaths(value)) found.set(path, each);
  }
  return found;
}

function keysOf(run: Node | undefined, key: string): readonly string[] {
  const node = run && findNodeAtLocation(run, [key]);
  return node?.type === 'object' ? Array.from(properties(node), ([name]) => name) : [];
}

const isObject = (value: unknown): value is Parameters =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
