/** Completes parameters by the schema of the algorithm that is named beside them: names, and values. */
import type { CompletionItem } from 'vscode-languageserver-types';
import { schemaOfRunFileWith } from '../../core/algorithms/parameterSchema';
import type { LanguageFeature, Place } from '../feature';
import { cursorAt } from '../runAround';
import { chosenAlgorithm } from './chosenAlgorithm';

export const parameterCompletion: LanguageFeature = {
  async complete({ document, position, offset }: Place): Promise<readonly CompletionItem[]> {
    const { at, rest, isKey } = cursorAt(document, offset);
    // At the key `parameters` itself the grammar is asked.
    if (rest[0] !== 'parameters' || (isKey && rest.length === 1)) return [];
    const algorithm = await chosenAlgorithm(document, at);
    if (!algorithm) return [];
    const { getLanguageService } = await import('vscode-json-languageservice');
    const service = getLanguageService({
      clientCapabilities: { textDocument: { completion: { completionItem: { documentationFormat: ['markdown'] } } } },
    });
    const schema = schemaOfRunFileWith(algorithm.content.parameters, at);
    service.configure({ schemas: [{ uri: 'sidelab:parameters', fileMatch: ['*'], schema }] });
    const list = await service.doComplete(document.lines, position, service.parseJSONDocument(document.lines));
    return list?.items ?? [];
  },
};
