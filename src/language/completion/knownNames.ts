/** Completes what past runs were called: experiments, and tags. */
import type { CompletionItem } from 'vscode-languageserver-types';
import type { LanguageFeature, Place, Surroundings } from '../feature';
import { cursorAt } from '../runAround';
import { nameItems } from './nameItems';

export const knownNames: LanguageFeature = {
  async complete({ document, offset }: Place, { window }: Surroundings): Promise<readonly CompletionItem[]> {
    const { at, rest, isKey, range } = cursorAt(document, offset);
    if (isKey) return [];
    const isTag = rest[0] === 'tags' && rest.length === 2;
    const isExperiment = at.length === 0 && rest[0] === 'experiment' && rest.length === 1;
    if (!isTag && !isExperiment) return [];
    const { experiments, tags } = await window.knownNames();
    const names = (isTag ? tags : experiments).map((name) => ({ name }));
    return nameItems(document, range, names);
  },
};
