/** Completes what a sweep may vary: the parameters that stand in the file, and those that the algorithm takes. */
import { findNodeAtLocation, getNodeValue } from 'jsonc-parser';
import type { CompletionItem } from 'vscode-languageserver-types';
import { listParameterPaths } from '../../core/algorithms/parameterSchema';
import { parameterPaths, type Parameters } from '../../model/parameterPaths';
import { nameItems } from '../completion/nameItems';
import type { LanguageFeature, Place } from '../feature';
import { cursorAt, runsOnTheWay } from '../runAround';
import { chosenAlgorithm } from './chosenAlgorithm';

export const sweptKeys: LanguageFeature = {
  async complete({ document, offset }: Place): Promise<readonly CompletionItem[]> {
    const { at, rest, isKey, range } = cursorAt(document, offset);
    if (!isKey || rest.length !== 3 || rest[0] !== 'sweep' || rest[1] !== 'over') return [];
    const details = new Map<string, string>();
    const algorithm = await chosenAlgorithm(document, at);
    for (const path of algorithm ? listParameterPaths(algorithm.content.parameters) : []) {
      details.set(path, algorithm?.content.name ?? '');
    }
    for (const run of runsOnTheWay(document.root, at)) {
      const node = findNodeAtLocation(run, ['parameters']);
      const value: unknown = node && getNodeValue(node);
      if (!isObject(value)) continue;
      for (const [path, found] of parameterPaths(value)) {
        if (!isObject(found)) details.set(path, JSON.stringify(found));
      }
    }
    const sweep = document.root && findNodeAtLocation(document.root, [...at, 'sweep', 'over']);
    const varied = new Set((sweep?.children ?? []).map(({ children }) => String(children?.[0]?.value)));
    const names = Array.from(details, ([path, detail]) => ({ name: `parameters.${path}`, detail }));
    return nameItems(
      document,
      range,
      names.filter(({ name }) => !varied.has(name) || name === rest[2]),
    );
  },
};

const isObject = (value: unknown): value is Parameters =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
